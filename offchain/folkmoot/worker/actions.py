"""Everything that a worker can do next. An action says what, not how: `perform` does it."""

from dataclasses import dataclass

from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.worker.journal import Opening, Trained


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing to do but wait for `what`, for the accounts in `who`, until a time on the chain if there is one."""

    what: str
    until: int | None = None
    who: tuple[str, ...] = ()


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
    """Train locally, only to know what honest work looks like."""

    round: int


@dataclass(frozen=True, slots=True)
class Score:
    """Judge the round's updates, held against the yardstick, and keep the whole opening in the journal."""

    round: int
    attempt: int
    guard: UpdateGuard


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Compute the next model from the accepted updates and publish its blob."""

    round: int


@dataclass(frozen=True, slots=True)
class Publish:
    """Put the blob of the own update where everybody finds it. Only once Training has closed."""

    round: int


# A member's transactions


@dataclass(frozen=True, slots=True)
class Enrol:
    """Take part in the task."""


@dataclass(frozen=True, slots=True)
class Submit:
    """Bind the own update by its pointer."""

    round: int
    trained: Trained


@dataclass(frozen=True, slots=True)
class Commit:
    """Seal the scores of an opening that the journal holds, for the own seat."""

    seat: int
    opening: Opening


@dataclass(frozen=True, slots=True)
class Reveal:
    """Open the sealed scores."""

    seat: int
    opening: Opening


@dataclass(frozen=True, slots=True)
class Attest:
    """State that the accepted updates aggregate to this pointer."""

    round: int
    seat: int
    pointer: bytes


# Anyone's transactions


@dataclass(frozen=True, slots=True)
class Start:
    """Open round 0."""


@dataclass(frozen=True, slots=True)
class Expire:
    """End a task that did not start in time."""


@dataclass(frozen=True, slots=True)
class Retire:
    """Count out an enrolled account that is no member of the federation any more."""

    account: str


@dataclass(frozen=True, slots=True)
class SampleTrainers:
    """Draw who trains, with so many draws at most."""

    steps: int


@dataclass(frozen=True, slots=True)
class Settle:
    """Take medians and write verdicts, in so many steps."""

    steps: int


@dataclass(frozen=True, slots=True)
class Close:
    """Write blocks, strikes and payments and open the next round, in so many steps."""

    steps: int


@dataclass(frozen=True, slots=True)
class Recover:
    """Restart the phase that stalled."""


Work = Train | TrainReference | Score | Aggregate | Publish
Transaction = (
    Enrol | Submit | Commit | Reveal | Attest | Start | Expire | Retire | SampleTrainers | Settle | Close | Recover
)
Action = Wait | Stop | Work | Transaction
