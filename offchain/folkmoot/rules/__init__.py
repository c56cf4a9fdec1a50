"""The contracts' rules as pure functions in Python, to predict and to audit what the chain decides.

Each takes its contract's arguments in their order, with `parameters` as a number, so that tests compare the two.
"""

from folkmoot.rules.election import (
    Candidate,
    Standing,
    draw,
    multi_factor_election,
    random_election,
    redraw_election,
    top_score_election,
    vacancy_order,
)
from folkmoot.rules.reward import contest_reward, flat_reward, pay, score_share_reward, stake_reward
from folkmoot.rules.sampling import sample_trainers
from folkmoot.rules.score import (
    ABSTAINED,
    Judgement,
    availability,
    availability_judge,
    lower_median,
    majority_vote,
    majority_vote_judge,
    median_score,
    median_score_judge,
    upper_median,
)

__all__ = [
    "ABSTAINED",
    "Candidate",
    "Judgement",
    "Standing",
    "availability",
    "availability_judge",
    "contest_reward",
    "draw",
    "flat_reward",
    "lower_median",
    "majority_vote",
    "majority_vote_judge",
    "median_score",
    "median_score_judge",
    "multi_factor_election",
    "pay",
    "random_election",
    "redraw_election",
    "sample_trainers",
    "score_share_reward",
    "stake_reward",
    "top_score_election",
    "upper_median",
    "vacancy_order",
]
