"""The contracts' rules once more, as pure functions: to foretell and to audit what the chain decides.

Each takes its contract's arguments in their order, `parameters` as a number, so that both can be asked the same.
"""

from offchain.rules.election import (
    Candidate,
    Standing,
    draw,
    multi_factor_election,
    random_election,
    top_score_election,
    vacancy_order,
)
from offchain.rules.reward import pay, score_share_reward
from offchain.rules.score import lower_median, median_score, median_score_accepts, upper_median

__all__ = [
    "Candidate",
    "Standing",
    "draw",
    "lower_median",
    "median_score",
    "median_score_accepts",
    "multi_factor_election",
    "pay",
    "random_election",
    "score_share_reward",
    "top_score_election",
    "upper_median",
    "vacancy_order",
]
