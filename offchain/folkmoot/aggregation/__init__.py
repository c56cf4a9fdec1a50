"""Aggregation rules: from a round's accepted updates to the next model, bit for bit the same on every machine."""

from folkmoot.aggregation.bulyan import bulyan
from folkmoot.aggregation.clipped import clipped
from folkmoot.aggregation.fedavg import fedavg, fedsgd
from folkmoot.aggregation.krum import bift_krum, krum, multi_krum
from folkmoot.aggregation.median import median
from folkmoot.aggregation.mixed import mixed_by_draw, mixed_by_time
from folkmoot.aggregation.registry import (
    Aggregate,
    Circumstances,
    Contribution,
    Rule,
    aggregate,
    check_rule,
    clip_samples,
    draws,
    rule,
    rules,
)
from folkmoot.aggregation.trimmed_mean import trimmed_mean

__all__ = [
    "Aggregate",
    "Circumstances",
    "Contribution",
    "Rule",
    "aggregate",
    "bift_krum",
    "bulyan",
    "check_rule",
    "clip_samples",
    "clipped",
    "draws",
    "fedavg",
    "fedsgd",
    "krum",
    "median",
    "mixed_by_draw",
    "mixed_by_time",
    "multi_krum",
    "rule",
    "rules",
    "trimmed_mean",
]
