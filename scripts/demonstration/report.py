"""What happened, from the chain's own record: what `report.json` holds."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from folkmoot.chain import Event, RoundState, TaskState
from folkmoot.chain.events.rounds import (
    AggregateAgreed,
    RoundClosed,
    RoundSettled,
    ScoresCommitted,
    ScoresRevealed,
    UpdateSubmitted,
)
from folkmoot.chain.events.tasks import MemberStruck, MemberSuspended
from scripts.demonstration.cast import Person
from scripts.demonstration.ledger import Share, Transaction
from scripts.demonstration.verdicts import accepted

_LAST: Mapping[str, type[Event]] = {
    "training": UpdateSubmitted,
    "committing": ScoresCommitted,
    "revealing": ScoresRevealed,
    "settling": RoundSettled,
    "aggregating": AggregateAgreed,
    "closing": RoundClosed,
}
"""The event whose last one in a round ends a phase that closes early."""


@dataclass(frozen=True, slots=True)
class GasUse:
    """How often a function was called in a round, and its gas."""

    calls: int
    mean: int
    max: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """One round. `accuracy` is that of the model it ended with, 0 to 1; members are named by their addresses.

    `accepted` lists the authors of the round's blocks, best first, `rejected` all others who submitted.
    """

    round: int
    accuracy: float
    committee: tuple[str, ...]
    accepted: tuple[str, ...]
    rejected: tuple[str, ...]
    gas: Mapping[str, GasUse]
    gas_total: int
    seconds: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberReport:
    """One member. `strikes` counts all that were recorded; `earned` is in the fee token's smallest unit."""

    address: str
    name: str
    honest: bool
    strikes: int
    suspended: bool
    earned: int
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The whole demonstration."""

    rounds: tuple[RoundReport, ...]
    members: tuple[MemberReport, ...]
    final_accuracy: float
    chain_id: int
    wall_seconds: float


def rounds_of(state: TaskState) -> tuple[RoundState, ...]:
    """Every round of a finished task."""
    return (*state.past, state.running)


def round_report(found: RoundState, share: Share, seen: Mapping[int, float], accuracy: float) -> RoundReport:
    """What happened in a round; `seen` tells when each block was seen, in seconds."""
    blocks = accepted(found)
    return RoundReport(
        round=found.round.number,
        accuracy=accuracy,
        committee=tuple(seat.account for seat in found.seats),
        accepted=blocks,
        rejected=tuple(update.author for update in found.updates if update.author not in blocks),
        gas=gas_use(share.executed),
        gas_total=sum(transaction.gas for transaction in share.executed),
        seconds=phase_seconds(share, seen),
    )


def gas_use(executed: Iterable[Transaction]) -> dict[str, GasUse]:
    """Calls and gas by function, in the order of their first calls."""
    spent: dict[str, list[int]] = {}
    for transaction in executed:
        spent.setdefault(transaction.function, []).append(transaction.gas)
    return {name: GasUse(len(gas), round(fmean(gas)), max(gas)) for name, gas in spent.items()}


def phase_seconds(share: Share, seen: Mapping[int, float]) -> dict[str, float]:
    """How long each phase took, until its last event was seen; a phase that did not come about is left out."""
    last = {type(event): seen[transaction.block] for transaction in share.executed for event in transaction.events}
    ends = {phase: last[kind] for phase, kind in _LAST.items() if kind in last}
    starts = (seen[share.opened], *ends.values())
    return {phase: round(end - start, 3) for (phase, end), start in zip(ends.items(), starts, strict=False)}


def member_report(person: Person, state: TaskState, events: Sequence[Event]) -> MemberReport:
    """What a member did and got."""
    faults = [event for event in events if isinstance(event, MemberStruck) and event.member == person.address]
    out = suspensions(person.address, events)
    return MemberReport(
        address=person.address,
        name=person.name,
        honest=person.honest,
        strikes=len(faults),
        suspended=bool(out),
        earned=state.earned.get(person.address, 0),
        roles=tuple(role(found, person.address, out) for found in rounds_of(state)),
    )


def suspensions(address: str, events: Iterable[Event]) -> frozenset[int]:
    """The rounds in which a member may not act."""
    own = (event for event in events if isinstance(event, MemberSuspended) and event.member == address)
    return frozenset(number for event in own for number in range(event.round + 1, event.until))


def role(found: RoundState, address: str, out: Collection[int]) -> str:
    """What a member was in a round; `out` are the rounds in which it may not act."""
    if any(seat.account == address for seat in found.seats):
        return "committee"
    if any(update.author == address for update in found.updates):
        return "trainer"
    return "suspended" if found.round.number in out else "none"


def report_of(
    *,
    people: Iterable[Person],
    state: TaskState,
    shares: Mapping[int, Share],
    seen: Mapping[int, float],
    accuracies: Sequence[float],
    chain_id: int,
    wall_seconds: float,
) -> Report:
    """The report of a finished task; `accuracies` are those of its models from model 1 on."""
    events = [event for share in shares.values() for event in share.events]
    return Report(
        rounds=tuple(
            round_report(found, shares[found.round.number], seen, accuracy)
            for found, accuracy in zip(rounds_of(state), accuracies, strict=True)
        ),
        members=tuple(member_report(person, state, events) for person in people),
        final_accuracy=accuracies[-1],
        chain_id=chain_id,
        wall_seconds=round(wall_seconds, 1),
    )
