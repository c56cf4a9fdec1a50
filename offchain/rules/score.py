"""Score rules: how a committee's accuracies become one score, and which scores enter the aggregate."""

from collections.abc import Sequence

MAX_SCORE = 10_000
"""Basis points."""


def lower_median(values: Sequence[int]) -> int:
    """The middle value, the lower one of two. `values` must not be empty."""
    return sorted(values)[(len(values) - 1) // 2]


def upper_median(values: Sequence[int]) -> int:
    """The middle value, the upper one of two. `values` must not be empty."""
    return sorted(values)[len(values) // 2]


def median_score(baselines: Sequence[int], scores: Sequence[int], parameters: int) -> int:  # noqa: ARG001 - one form
    """One update's score (basis points): the lower median of what the seats gave it.

    Li et al., "A Blockchain-Based Decentralized Federated Learning Framework with Committee Consensus", section III-B.
    """
    return lower_median(scores)


def median_score_accepts(score: int, baseline: int, best: int, parameters: int) -> bool:
    """Whether an update with this score is accepted, all in basis points.

    `parameters` holds in bits 0-15 the least ratio to the round's best score, in bits 16-31 the tolerance below the
    median baseline, both in basis points.
    """
    ratio, tolerance = parameters & 0xFFFF, parameters >> 16 & 0xFFFF
    return score > 0 and score * MAX_SCORE >= best * ratio and score + tolerance >= baseline
