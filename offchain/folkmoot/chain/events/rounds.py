"""The events of a task's rounds, value for value in the contract's order.

Source: `contracts/interfaces/ITask.sol`, which tells what each means. Times are seconds since 1970, scores and
baselines basis points, amounts the fee token's smallest unit, pointers, salts and seeds 32 bytes.
"""

from dataclasses import dataclass

from folkmoot.chain.enums import Milestone, Phase, Verdict
from folkmoot.chain.events.event import Event
from folkmoot.chain.scores import unpacked


@dataclass(frozen=True, slots=True)
class RoundOpened(Event):
    """A round opened with these seats: the first `committee` of them judge, the others only attest.

    `fillers[i]` tells whether seat i was a vacancy. `eligible` members train; if more could, these are still to be
    `sampled`.
    """

    round: int
    seats: tuple[str, ...]
    committee: int
    fillers: tuple[bool, ...]
    eligible: int
    sampled: bool


@dataclass(frozen=True, slots=True)
class TrainersSampled(Event):
    """These members were sampled to train; `left` are still to be sampled."""

    round: int
    trainers: tuple[str, ...]
    left: int


@dataclass(frozen=True, slots=True)
class DeadlineSet(Event):
    """The deadline was set or moved: of Revealing and, once the round is settled, of Aggregating.

    The window that opened with `milestone` lasts until block `end_block` at least.
    """

    round: int
    attempt: int
    milestone: Milestone
    deadline: int
    end_block: int


@dataclass(frozen=True, slots=True)
class UpdateSubmitted(Event):
    """A trainer submitted the round's update number `index`, from 0."""

    round: int
    author: str
    index: int
    pointer: bytes
    samples: int


@dataclass(frozen=True, slots=True)
class ScoresCommitted(Event):
    """A seat committed to its scores."""

    round: int
    member: str
    attempt: int
    commitment: bytes


@dataclass(frozen=True, slots=True)
class ScoresRevealed(Event):
    """A seat revealed its scores, in the order of the updates; `words` has them packed."""

    round: int
    member: str
    attempt: int
    baseline: int
    words: tuple[int, ...]
    salt: bytes

    def scores(self, updates: int) -> tuple[int, ...]:
        """Of the round's updates, of which there are so many: basis points, or `ABSTAINED`."""
        return unpacked(self.words, updates)


@dataclass(frozen=True, slots=True)
class RoundSettled(Event):
    """All verdicts, in the order of the updates; `ranking` lists the accepted, best first.

    `weights` are theirs, then those of a seat that revealed and of one that attests what is agreed.
    """

    round: int
    baseline: int
    authors: tuple[str, ...]
    scores: tuple[int, ...]
    verdicts: tuple[Verdict, ...]
    ranking: tuple[int, ...]
    weights: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AggregateAttested(Event):
    """A seat stated what the accepted updates aggregate to."""

    round: int
    member: str
    attempt: int
    pointer: bytes


@dataclass(frozen=True, slots=True)
class AggregateAgreed(Event):
    """One pointer has more than half of the aggregators and of their weight: it becomes model `round` + 1."""

    round: int
    pointer: bytes
    votes: int


@dataclass(frozen=True, slots=True)
class UpdateBlockWritten(Event):
    """An accepted update, the round's best for rank 1, is in the ledger and earned `amount`."""

    round: int
    author: str
    rank: int
    pointer: bytes
    score: int
    amount: int


@dataclass(frozen=True, slots=True)
class SeatPaid(Event):
    """A seat did its work and earned `amount`."""

    round: int
    member: str
    weight: int
    amount: int


@dataclass(frozen=True, slots=True)
class ModelBlockWritten(Event):
    """The ledger has a model: the first one at the start, then one at the end of each round."""

    round: int
    model: int
    pointer: bytes


@dataclass(frozen=True, slots=True)
class RoundClosed(Event):
    """The round ended with a new model; `paid` is what all earned together, `seed` the next round's."""

    round: int
    model: int
    pointer: bytes
    paid: int
    seed: bytes


@dataclass(frozen=True, slots=True)
class WindowReopened(Event):
    """The phase `reopened` starts again in the same attempt: perhaps the chain stood still through all of it."""

    round: int
    attempt: int
    reopened: Phase


@dataclass(frozen=True, slots=True)
class RoundRecovered(Event):
    """The phase that had stalled starts again as this attempt."""

    round: int
    attempt: int
    stalled: Phase


@dataclass(frozen=True, slots=True)
class SeatFilled(Event):
    """A member took the seat of a predecessor."""

    round: int
    seat: int
    member: str
    predecessor: str


@dataclass(frozen=True, slots=True)
class RoundCarried(Event):
    """The round ended without a new model: the old one is carried forward."""

    round: int
    empty_rounds: int


@dataclass(frozen=True, slots=True)
class RoundRolledBack(Event):
    """The managers voided the round: model `round` + 1 is model `model` again."""

    round: int
    model: int
    committee: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RuleFailed(Event):
    """A rule reverted, ran out of gas or returned values out of bounds; the round went on without it."""

    round: int
    rule: str


@dataclass(frozen=True, slots=True)
class ModelScored(Event):
    """A seat that judged in the last round scored the task's final model, `round` + 1."""

    round: int
    model: int
    member: str
    score: int
