"""The events of a task as a whole and of its members, value for value in the contract's order.

Source: `contracts/interfaces/ITask.sol`, which tells what each means. Times are seconds since 1970, amounts the fee
token's smallest unit.
"""

from dataclasses import dataclass

from folkmoot.chain.enums import StrikeReason
from folkmoot.chain.events.event import Event


@dataclass(frozen=True, slots=True)
class TaskApproved(Event):
    """The managers approved the task; members enrol until `start_by`."""

    budget: int
    committee: tuple[str, ...]
    start_by: int


@dataclass(frozen=True, slots=True)
class TaskFunded(Event):
    """The managers added `amount`, which makes `budget`."""

    amount: int
    budget: int


@dataclass(frozen=True, slots=True)
class EnrolmentClosed(Event):
    """Nobody enrols until round 0 has opened, which the hash of block `number`, this one, draws."""

    number: int


@dataclass(frozen=True, slots=True)
class TaskStarted(Event):
    """Round 0 opens; `seed` is the first."""

    seed: bytes


@dataclass(frozen=True, slots=True)
class TaskExpired(Event):
    """The task did not start by its deadline."""


@dataclass(frozen=True, slots=True)
class TaskCancelled(Event):
    """The proposer withdrew the task."""


@dataclass(frozen=True, slots=True)
class TaskFinished(Event):
    """The task is over; what its budget still held returned to the pool."""

    round: int
    released: int


@dataclass(frozen=True, slots=True)
class MemberEnrolled(Event):
    """A member enrolled, with this enrolment number; it counts from round `since` on."""

    member: str
    number: int
    since: int


@dataclass(frozen=True, slots=True)
class MemberRetired(Event):
    """An account that has left the federation was removed from the task."""

    member: str


@dataclass(frozen=True, slots=True)
class MemberStruck(Event):
    """A fault was recorded; it makes `strikes`."""

    round: int
    member: str
    reason: StrikeReason
    strikes: int


@dataclass(frozen=True, slots=True)
class StrikeCleared(Event):
    """An update passed and cleared a strike; it leaves `strikes`."""

    round: int
    member: str
    strikes: int


@dataclass(frozen=True, slots=True)
class MemberSuspended(Event):
    """The member may act again from round `until` on."""

    round: int
    member: str
    until: int


@dataclass(frozen=True, slots=True)
class KeysShared(Event):
    """The blob under `pointer` has keys of encrypted blobs, each encrypted for its recipient."""

    account: str
    pointer: bytes


@dataclass(frozen=True, slots=True)
class TaskPaused(Event):
    """The managers paused the round until `until`."""

    round: int
    until: int


@dataclass(frozen=True, slots=True)
class TaskResumed(Event):
    """The managers ended the pause."""

    round: int
