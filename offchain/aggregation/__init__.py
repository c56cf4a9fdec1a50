"""Aggregation rules: from a round's accepted updates to the next model, bit for bit the same everywhere."""

from offchain.aggregation.fedavg import fedavg
from offchain.aggregation.median import median
from offchain.aggregation.registry import Contribution, Rule, aggregate, check_rule, clip_samples, rule, rules

__all__ = ["Contribution", "Rule", "aggregate", "check_rule", "clip_samples", "fedavg", "median", "rule", "rules"]
