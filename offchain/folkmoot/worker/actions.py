"""Everything that a worker can do next, and how much shared work one transaction takes.

An action says what to do, not how: `executor` does it.
"""

from dataclasses import dataclass

from folkmoot.chain import Milestone, Parameters, Round
from folkmoot.chain.parameter_bounds import least_active
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.worker.journal import Opening, Trained
from folkmoot.worker.view import View


@dataclass(frozen=True, slots=True)
class Wait:
    """Wait for `what`, which is up to the accounts in `who`, until the chain's time `until` if there is a limit.

    Blobs show on this machine, not on the chain.
    """

    what: str
    until: int | None = None
    who: tuple[str, ...] = ()
    is_for_blobs: bool = False


@dataclass(frozen=True, slots=True)
class Stop:
    """The task is over."""

    reason: str


# Local work


@dataclass(frozen=True, slots=True)
class Train:
    """Train an update for the round and keep it in the journal."""

    round: int


@dataclass(frozen=True, slots=True)
class TrainReference:
    """Train locally for a reference update that others' updates are compared with."""

    round: int


@dataclass(frozen=True, slots=True)
class Score:
    """Score the round's updates, each checked by the update guard first, and keep the opening in the journal."""

    round: int
    attempt: int
    guard: UpdateGuard


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Compute the next model from the accepted updates and publish its blob."""

    round: int


@dataclass(frozen=True, slots=True)
class EvaluateModel:
    """Measure a finished task's final model with the own data and keep its score in memory."""


@dataclass(frozen=True, slots=True)
class Publish:
    """Put the blob of the own update into the store. Only once Training is over."""

    round: int


@dataclass(frozen=True, slots=True)
class HandOn:
    """Hand on the keys that these accounts lack and nobody has given them yet."""

    accounts: tuple[str, ...]


# A member's transactions


@dataclass(frozen=True, slots=True)
class Enrol:
    """Take part in the task."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Submit the own update by its pointer."""

    round: int
    trained: Trained


@dataclass(frozen=True, slots=True)
class Commit:
    """Commit the own seat to the scores of an opening that the journal holds."""

    seat: int
    opening: Opening


@dataclass(frozen=True, slots=True)
class Reveal:
    """Reveal the scores that the own seat committed to."""

    seat: int
    opening: Opening


@dataclass(frozen=True, slots=True)
class Attest:
    """State that the accepted updates aggregate to this pointer."""

    round: int
    seat: int
    pointer: bytes


@dataclass(frozen=True, slots=True)
class ScoreModel:
    """Score the final model, in basis points, by a seat that judged in the last round."""

    seat: int
    score: int


@dataclass(frozen=True, slots=True)
class ShareKeys:
    """Name the blob that hands on keys of encrypted blobs, each for its recipient."""

    pointer: bytes


# Anyone's transactions


@dataclass(frozen=True, slots=True)
class Start:
    """Open round 0."""


@dataclass(frozen=True, slots=True)
class Expire:
    """End a task that did not start by its deadline."""


@dataclass(frozen=True, slots=True)
class Retire:
    """Remove an enrolled account that has left the federation from the task."""

    account: str


@dataclass(frozen=True, slots=True)
class SampleTrainers:
    """Sample who trains, with at most `steps` draws."""

    steps: int


@dataclass(frozen=True, slots=True)
class Settle:
    """Take medians and write verdicts: a step is a page of updates; the verdicts are one more."""

    steps: int


@dataclass(frozen=True, slots=True)
class Close:
    """Write blocks, strikes and payments: a step is an update or a seat; opening the next round is one more."""

    steps: int


@dataclass(frozen=True, slots=True)
class Recover:
    """Restart the phase that stalled."""


Work = Train | TrainReference | Score | Aggregate | EvaluateModel | Publish | HandOn
Transaction = (
    Enrol
    | Submit
    | Commit
    | Reveal
    | Attest
    | ScoreModel
    | ShareKeys
    | Start
    | Expire
    | Retire
    | SampleTrainers
    | Settle
    | Close
    | Recover
)
Action = Wait | Stop | Work | Transaction


def start_grace(parameters: Parameters, round: Round, enrolled: int, left: int) -> int:  # noqa: A002 - a protocol's word
    """Seconds from the last enrolment, `left` before the last moment, until workers start a task.

    Members who are about to enrol have so long, no more than half of what is left; none if the proposer has said how
    many to wait for, the task is full, or its enrolment is closed.
    """
    is_closed = round.milestone == Milestone.ENROLLED or enrolled == parameters.max_enrolled
    if is_closed or parameters.min_enrolled > least_active(parameters, 0):
        return 0
    return max(0, min(parameters.enrolling_window // 20, left // 2))


# How much of the shared work one transaction takes

DRAWS = 500
PAGE = 16  # updates whose medians are one step of settling
GAS = 10_000_000  # what a transaction should stay below; every network allows 2^24

# Gas that the parts of settling and closing need at most.
_MEDIAN = 12_000
_MEDIAN_PER_SEAT = 1_300
_VERDICT = 12_000
_CLOSED = 120_000  # an update or a seat: its block, strike and payment
_ELECTED = 16_000  # a candidate or a filled seat


def settle_steps(view: View) -> int:
    """How many steps of settling to take at once: all pages and the verdicts if they fit."""
    updates = view.round.submitted
    pages = -(-updates // PAGE) - view.progress.pages
    page = PAGE * (_MEDIAN + _MEDIAN_PER_SEAT * view.round.seats)
    affordable = max(1, (GAS - updates * _VERDICT) // page)
    return pages + 1 if pages < affordable else affordable


def close_steps(view: View) -> int:
    """How many steps of closing to take at once: all updates, all seats and the election if they fit."""
    items = view.round.submitted + view.round.seats + view.progress.aggregators - view.progress.closed
    election = (view.roster.enrolled + view.parameters.committee + view.parameters.aggregators) * _ELECTED
    if items * _CLOSED + election <= GAS:
        return items + 1
    return max(1, min(items, GAS // _CLOSED))
