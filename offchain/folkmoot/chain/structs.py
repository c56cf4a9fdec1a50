"""The contracts' structs, field for field in the contracts' order, with snake_case names.

Addresses are checksummed text, `bytes32` is 32 bytes, times are seconds since 1970, scores and baselines are basis
points, amounts are in the fee token's smallest unit. Source: `contracts/types/TaskTypes.sol`, and for `Account`
`contracts/interfaces/IFederation.sol`.
"""

from dataclasses import dataclass

from folkmoot.chain.enums import Membership, Metric, Milestone, Phase, StrikeReason, Verdict

__all__ = [
    "FULL_PARTICIPATION",
    "Account",
    "Membership",
    "Metric",
    "Milestone",
    "Parameters",
    "Participant",
    "Phase",
    "PointerTally",
    "Roster",
    "Round",
    "RoundProgress",
    "Seat",
    "StrikeReason",
    "Update",
    "Verdict",
]

FULL_PARTICIPATION = 10_000
"""`Parameters.active_share` (basis points) at which every member trains and none are sampled."""


@dataclass(frozen=True, slots=True)
class Account:
    """An address and its last application, from 1, whose `fee` pays for `period` seconds.

    A `period` or `paid_until` of 0: the membership does not expire.
    """

    membership: Membership
    application: int
    period: int
    paid_until: int
    fee: int


@dataclass(frozen=True, slots=True)
class Parameters:
    """A task's parameters, which never change. Windows are seconds."""

    descriptor: bytes
    model: bytes
    score_rule: str
    election_rule: str
    reward_rule: str
    score_parameters: bytes
    election_parameters: bytes
    reward_parameters: bytes
    total_rounds: int
    committee: int
    aggregators: int
    redraw: bool
    seats_train: bool
    stake_weighted: bool
    active_share: int
    updates_per_round: int
    min_updates: int
    max_updates: int
    min_enrolled: int
    max_enrolled: int
    enrolling_window: int
    training_window: int
    committing_window: int
    revealing_window: int
    aggregating_window: int
    max_pause: int
    min_blocks: int
    suspension_rounds: int
    max_attempts: int
    max_empty_rounds: int
    max_strikes: int
    max_terms: int


@dataclass(frozen=True, slots=True)
class Round:
    """The running round: its deadline, counts and the milestone. `seats` are those that score.

    `deadline` (half-open) is of Revealing and, once the round is settled, of Aggregating. The window that opened with
    the milestone lasts until `end_block` at least. `eligible` trainers were fixed when the round opened; of those who
    could train only `sampled` ones may, if there are more. `salts` has 40 bits.
    """

    deadline: int
    end_block: int
    paused_until: int
    number: int
    eligible: int
    submitted: int
    committed: int
    revealed: int
    seats: int
    attempt: int
    milestone: Milestone
    sampled: bool
    salts: int


@dataclass(frozen=True, slots=True)
class Roster:
    """Who takes part, counted, and for what `budget`.

    `departure_count` is the federation's when all who are enrolled were last known to be its members.
    """

    start_by: int
    enrolled: int
    active: int
    empty_rounds: int
    departure_count: int
    budget: int


@dataclass(frozen=True, slots=True)
class RoundProgress:
    """What settling found and how far sampling, settling and closing have come."""

    pages: int
    closed: int
    accepted: int
    baseline: int
    agreed: int
    aggregators: int
    sampled: int
    draws: int
    total_weight: int
    judging_weight: int
    attesting_weight: int
    total_attesting_weight: int
    score_rule_failed: bool
    election_rule_failed: bool


@dataclass(frozen=True, slots=True)
class Participant:
    """What a task records of one account. Fields named `…_in` hold a round + 1; 0 is never."""

    number: int
    since: int
    submitted_in: int
    accepted_in: int
    seated_in: int
    seat: int
    filled_in: int
    sampled_in: int
    struck_in: int
    absent_in: int
    suspended_until: int
    terms: int
    strikes: int
    retired: bool
    stake: int
    reputation: int


@dataclass(frozen=True, slots=True)
class Seat:
    """One seat of the running round. Fields named `…_in` hold an attempt + 1; 0 is never.

    A seat is `excused` if it was filled after settling, when nothing was left to reveal. `seated_attempt` marks the
    attempt whose recovery filled it. `weight` is its attestation's where stakes weigh; 1000 is the median. It has
    `scored` once it judged in the last round and has scored the task's final model.
    """

    account: str
    baseline: int
    tally: int
    committed_in: int
    attested_in: int
    revealed: bool
    excused: bool
    seated_attempt: int
    weight: int
    scored: bool

    def has_committed(self, attempt: int) -> bool:
        """Whether its scores are committed to in this attempt, or were revealed in an earlier one."""
        return self.revealed or self.committed_in == attempt + 1

    def has_attested(self, attempt: int) -> bool:
        """Whether it attested in this attempt."""
        return self.attested_in == attempt + 1


@dataclass(frozen=True, slots=True)
class Update:
    """One update of the running round; its pointer is kept beside it. `rank` 1 is the best, 0 is not accepted."""

    author: str
    samples: int
    weight: int
    score: int
    rank: int
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class PointerTally:
    """One pointer that seats attested, and by how many in which round and attempt."""

    pointer: bytes
    votes: int
    weight: int
    round: int
    attempt: int
