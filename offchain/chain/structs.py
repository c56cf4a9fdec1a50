"""The contracts' enums and structs, field for field in the contracts' order, with snake_case names.

Addresses are checksummed text, `bytes32` is 32 bytes, times are seconds since 1970, scores and baselines are basis
points, amounts are in the fee token's smallest unit. Source: `contracts/interfaces/`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum, IntEnum
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints

from eth_utils.address import is_address, to_checksum_address


class Phase(IntEnum):
    """Where a task stands."""

    PROPOSED = 0
    ENROLLING = 1
    TRAINING = 2
    COMMITTING = 3
    REVEALING = 4
    SETTLING = 5
    AGGREGATING = 6
    CLOSING = 7
    STALLED = 8
    PAUSED = 9
    FINISHED = 10
    EXPIRED = 11
    CANCELLED = 12


class Milestone(IntEnum):
    """The facts about a round that no clock can tell."""

    PROPOSED = 0
    APPROVED = 1
    OPEN = 2
    SETTLED = 3
    AGREED = 4
    FINISHED = 5
    EXPIRED = 6
    CANCELLED = 7


class Verdict(IntEnum):
    """What the round found about one update."""

    NONE = 0
    FAULT = 1
    REJECTED = 2
    PASSED = 3
    ACCEPTED = 4


class Fault(IntEnum):
    """Why a member was struck."""

    UPDATE = 0
    ABSENCE = 1
    MINORITY = 2


class Membership(IntEnum):
    """What the federation knows of an address."""

    NONE = 0
    APPLIED = 1
    ADMITTED = 2
    LEFT = 3
    BANNED = 4


@dataclass(frozen=True, slots=True)
class Account:
    """An address and its last application, from 1, whose `fee` pays for `period` seconds; a time of 0 is for ever."""

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
    updates_per_round: int
    min_updates: int
    max_updates: int
    max_enrolled: int
    enrolling_window: int
    training_window: int
    committing_window: int
    revealing_window: int
    aggregating_window: int
    max_pause: int
    suspension_rounds: int
    max_attempts: int
    max_empty_rounds: int
    max_strikes: int
    max_terms: int


@dataclass(frozen=True, slots=True)
class Round:
    """The running round: deadlines (half-open), counts and the milestone."""

    training_ends: int
    committing_ends: int
    revealing_ends: int
    aggregating_ends: int
    paused_until: int
    number: int
    submitted: int
    committed: int
    revealed: int
    seats: int
    attempt: int
    milestone: Milestone


@dataclass(frozen=True, slots=True)
class Roll:
    """Who takes part, counted, and for what `budget`.

    `eligible` trainers and the federation's `departures` were taken down when the round opened.
    """

    start_by: int
    enrolled: int
    active: int
    eligible: int
    empty_rounds: int
    departures: int
    budget: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """What settling found and how far settling and closing have come."""

    pages: int
    closed: int
    accepted: int
    baseline: int
    agreed: int
    total_weight: int
    score_rule_failed: bool
    election_rule_failed: bool


@dataclass(frozen=True, slots=True)
class Member:
    """A member's marks in one task. Marks named `…_in` hold a round + 1; 0 is never."""

    number: int
    since: int
    submitted_in: int
    accepted_in: int
    seated_in: int
    seat: int
    filled_in: int
    struck_in: int
    absent_in: int
    suspended_until: int
    terms: int
    strikes: int
    retired: bool
    stake: int


@dataclass(frozen=True, slots=True)
class Seat:
    """One committee seat of the running round. Marks named `…_in` hold an attempt + 1; 0 is never.

    Who is `excused` sat down after the settling, when nothing was left to reveal. `filled_in` marks whose recovery
    seated the account.
    """

    account: str
    baseline: int
    ballot: int
    committed_in: int
    attested_in: int
    revealed: bool
    excused: bool
    filled_in: int


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
class Ballot:
    """One pointer that seats attested, and by how many in which round and attempt."""

    pointer: bytes
    votes: int
    round: int
    attempt: int


def typed(kind: Any, value: Any) -> Any:
    """`value` as ABI decoding gives it, turned into `kind`: a struct, an enum, a tuple of these, or itself."""
    if is_dataclass(kind):
        return build(kind, value)
    if get_origin(kind) is tuple:
        return tuple(typed(get_args(kind)[0], part) for part in value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if kind is str and is_address(value):
        return to_checksum_address(value)
    return bytes(value) if kind is bytes else value


def build(kind: Any, values: Iterable[Any], **others: Any) -> Any:
    """A dataclass from the values of its positional fields, in order, and of `others`."""
    return kind(*(typed(hint, value) for hint, value in zip(_positional(kind), values, strict=True)), **others)


@cache
def _positional(kind: Any) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[field.name] for field in fields(kind) if not field.kw_only)
