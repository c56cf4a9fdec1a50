"""Judging a federation's record again: what its contracts have told, by the rules that they follow."""

from folkmoot.audit.findings import Finding, Unseen
from folkmoot.audit.judge import Case, judge
from folkmoot.audit.reading import Chronicle, read_chronicle

__all__ = ["Case", "Chronicle", "Finding", "Unseen", "judge", "read_chronicle"]
