"""The rules of a task's contracts as functions of this package."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from folkmoot import rules
from folkmoot.chain import Parameters
from folkmoot.rules import Candidate, Judgement

Score = Callable[[Sequence[int], Sequence[int], int], int]
Judge = Callable[[int, int, int, int], Judgement]
Election = Callable[[Sequence[Candidate], int, bytes, int], list[int]]
Reward = Callable[[Sequence[int], Sequence[int], int, int, int], list[int]]

_SCORES: Mapping[str, tuple[Score, Judge]] = {
    "MedianScore": (rules.median_score, rules.median_score_judge),
    "MajorityVote": (rules.majority_vote, rules.majority_vote_judge),
    "Availability": (rules.availability, rules.availability_judge),
}
_ELECTIONS: Mapping[str, Election] = {
    "TopScoreElection": rules.top_score_election,
    "RandomElection": rules.random_election,
    "MultiFactorElection": rules.multi_factor_election,
    "RedrawElection": rules.redraw_election,
}
_REWARDS: Mapping[str, Reward] = {
    "ScoreShareReward": rules.score_share_reward,
    "StakeReward": rules.stake_reward,
    "FlatReward": rules.flat_reward,
    "ContestReward": rules.contest_reward,
}


@dataclass(frozen=True, slots=True)
class Twins:
    """A task's rules here; None for one that this package has no twin of, whose results cannot be judged again."""

    score: tuple[Score, Judge] | None
    election: Election | None
    reward: Reward | None

    @classmethod
    def of(cls, parameters: Parameters, names: Mapping[str, str]) -> Self:
        """By the names of rules at their addresses."""
        p = parameters
        return cls(
            _SCORES.get(names.get(p.score_rule, "")),
            _ELECTIONS.get(names.get(p.election_rule, "")),
            _REWARDS.get(names.get(p.reward_rule, "")),
        )

    def lacking(self, parameters: Parameters) -> list[tuple[str, str]]:
        """Kind and address of each rule without a twin."""
        p = parameters
        found = (("score", self.score, p.score_rule), ("election", self.election, p.election_rule))
        return [(kind, at) for kind, twin, at in (*found, ("reward", self.reward, p.reward_rule)) if twin is None]
