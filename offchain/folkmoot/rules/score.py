"""Score rules: how the seats' scores become one score of an update, and what that means for the update."""

from collections.abc import Sequence
from enum import IntEnum

MAX_SCORE = 10_000
"""Basis points."""
ABSTAINED = 65_535
"""In place of a score or a baseline: the seat could not look, so its voice is missing. 0 says that it looked."""


class Judgement(IntEnum):
    """What a score means for its update; a fault is a strike against its author."""

    FAULT = 0
    REJECTED = 1
    PASSED = 2


def lower_median(values: Sequence[int]) -> int:
    """The middle value, the lower one of two. `values` must not be empty."""
    return sorted(values)[(len(values) - 1) // 2]


def upper_median(values: Sequence[int]) -> int:
    """The middle value, the upper one of two. `values` must not be empty."""
    return sorted(values)[len(values) // 2]


def median_score(baselines: Sequence[int], scores: Sequence[int], parameters: int) -> int:  # noqa: ARG001 - one form
    """One update's score (basis points): the lower median of the seats' scores.

    Li et al., "A Blockchain-Based Decentralized Federated Learning Framework with Committee Consensus", section III-B.
    """
    return lower_median(scores)


def median_score_judge(score: int, baseline: int, best: int, parameters: int) -> Judgement:
    """What a median means; below half of the median baseline the update is a fault. All in basis points.

    `parameters` holds in bits 0-15 the least ratio to the round's best score, in bits 16-31 the tolerance below the
    median baseline, both in basis points.
    """
    if 2 * score < baseline:
        return Judgement.FAULT
    ratio, tolerance = parameters & 0xFFFF, parameters >> 16 & 0xFFFF
    enters = score > 0 and score * MAX_SCORE >= best * ratio and score + tolerance >= baseline
    return Judgement.PASSED if enters else Judgement.REJECTED


def majority_vote(baselines: Sequence[int], scores: Sequence[int], parameters: int) -> int:
    """The share of votes for an update (basis points), one vote a seat; there must be a seat.

    Yu et al., PoS-BFL, Algorithm 1: a seat votes for it iff its accuracy is at most a threshold below that of the
    current model, and not 0, which says that it cannot use the update. `parameters` holds the threshold `vh` in bits
    0-15, in basis points.
    """
    threshold = parameters & 0xFFFF
    votes = (score > 0 and score + threshold >= base for base, score in zip(baselines, scores, strict=True))
    return sum(votes) * MAX_SCORE // len(scores)


def majority_vote_judge(score: int, baseline: int, best: int, parameters: int) -> Judgement:  # noqa: ARG001 - one form
    """An update passes with at least half of the votes; otherwise it is a fault: strikes lead to the blacklist."""
    return Judgement.PASSED if 2 * score >= MAX_SCORE else Judgement.FAULT


def availability(baselines: Sequence[int], scores: Sequence[int], parameters: int) -> int:  # noqa: ARG001 - one form
    """The share of seats (basis points) that could fetch a well-formed update; there must be a seat.

    For He et al., Bift, and for federated averaging without a defence.
    """
    return sum(score > 0 for score in scores) * MAX_SCORE // len(scores)


def availability_judge(score: int, baseline: int, best: int, parameters: int) -> Judgement:  # noqa: ARG001 - one form
    """An update passes with more than half of the seats."""
    return Judgement.PASSED if 2 * score > MAX_SCORE else Judgement.FAULT
