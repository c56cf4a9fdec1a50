"""What happened in the demonstration, from the chain's own record: `report.json`, and what it shows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from folkmoot.chain import Event, RoundState, TaskState
from folkmoot.chain.events.rounds import (
    AggregateAgreed,
    RoundClosed,
    RoundOpened,
    RoundSettled,
    ScoresCommitted,
    ScoresRevealed,
    UpdateSubmitted,
)
from folkmoot.chain.events.tasks import MemberStruck, MemberSuspended
from folkmoot.testing import Member
from folkmoot.testing.transactions import Transaction
from scripts.demo_verdicts import accepted, judged

HONEST = "none"

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


@dataclass(frozen=True, slots=True)
class Share:
    """The transactions of one round: those after the one in block `opened` that opened it, the closing one included."""

    opened: int
    executed: list[Transaction] = field(default_factory=list)

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened in them, in order."""
        return tuple(event for transaction in self.executed for event in transaction.events)


def by_round(executed: Iterable[Transaction]) -> dict[int, Share]:
    """A task's transactions by the number of the round that they belong to; what came before the first is left out."""
    shares: dict[int, Share] = {}
    running = Share(0)
    for transaction in executed:
        running.executed.append(transaction)
        for event in transaction.events:
            if isinstance(event, RoundOpened):
                shares[event.round] = running = Share(transaction.block)
    return shares


def behaviour(member: Member) -> str:
    """The attack that a member carries out, or "none"."""
    return str(member.settings.get("behaviour", HONEST))


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


def member_report(member: Member, state: TaskState, events: Sequence[Event]) -> MemberReport:
    """What a member did and got."""
    faults = [event for event in events if isinstance(event, MemberStruck) and event.member == member.address]
    out = suspensions(member.address, events)
    return MemberReport(
        address=member.address,
        name=member.name,
        honest=behaviour(member) == HONEST,
        strikes=len(faults),
        suspended=bool(out),
        earned=state.earned.get(member.address, 0),
        roles=tuple(role(found, member.address, out) for found in rounds_of(state)),
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
    members: Iterable[Member],
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
        members=tuple(member_report(member, state, events) for member in members),
        final_accuracy=accuracies[-1],
        chain_id=chain_id,
        wall_seconds=round(wall_seconds, 1),
    )


@dataclass(frozen=True, slots=True)
class Findings:
    """What was promised, and whether it came true. Rounds are those in which a liar sat."""

    noise_blocks: int
    noise_suspended: bool
    honest_suspended: tuple[str, ...]
    rounds_with_liar: tuple[int, ...]
    rounds_swayed: tuple[int, ...]  # whose accepted sets would be others without the liar

    @property
    def all_well(self) -> bool:
        """Whether misbehaviour led to nothing, and harmed only who misbehaved."""
        harm = self.noise_blocks or self.honest_suspended or self.rounds_swayed
        return self.noise_suspended and not harm


def findings(report: Report, state: TaskState, members: Sequence[Member]) -> Findings:
    """Look for what was promised."""
    liars = [member.address for member in members if behaviour(member) == "liar"]
    noise = [member.address for member in members if behaviour(member) == "noise"]
    lied_to = [found for found in rounds_of(state) if any(seat.account in liars for seat in found.seats)]
    return Findings(
        noise_blocks=sum(author in noise for entry in report.rounds for author in entry.accepted),
        noise_suspended=all(member.suspended for member in report.members if member.address in noise),
        honest_suspended=tuple(member.name for member in report.members if member.honest and member.suspended),
        rounds_with_liar=tuple(found.round.number for found in lied_to),
        rounds_swayed=tuple(found.round.number for found in lied_to if is_swayed(found, state, liars)),
    )


def is_swayed(found: RoundState, state: TaskState, liars: Sequence[str]) -> bool:
    """Whether the accepted set would be another one if the liars had not sat in the committee."""
    return set(accepted(found)) != set(judged(found, state.parameters, without=liars))


def sentences(found: Findings) -> Iterator[str]:
    """One for each promise."""
    suspended = "is suspended" if found.noise_suspended else "is NOT suspended"
    yield f"The noise maker got {found.noise_blocks or 'no'} block{'s' * (found.noise_blocks > 1)} and {suspended}."
    yield f"Honest members suspended: {', '.join(found.honest_suspended) or 'none'}."
    sat = ", ".join(map(str, found.rounds_with_liar)) or "none"
    swayed = ", ".join(map(str, found.rounds_swayed))
    effect = f"would differ in {swayed}" if swayed else "are the ones without it"
    yield f"The liar sat in these rounds: {sat}. The accepted sets {effect}."
