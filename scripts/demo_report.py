"""What happened in the demonstration, from the chain's own record: `report.json`, and what it shows."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from statistics import fmean
from typing import Self

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
from folkmoot.chain.events.tasks import MemberStruck, MemberSuspended, TaskFinished
from folkmoot.cli.task_status import final_score
from folkmoot.learning import Weights
from folkmoot.learning.learner import BASIS_POINTS
from folkmoot.store import cid
from folkmoot.task_blobs import FIRST_MODEL, encode_blob
from folkmoot.testing import Member
from folkmoot.testing.transactions import Transaction
from scripts.demo_settings import Plan
from scripts.demo_verdicts import accepted

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
    """The whole demonstration.

    `final_pointer` is a CID: of what is stored, so an encrypted task has another one. `final_model` is the digest of
    `Model`: the same seed gives the same one, wherever and however blobs are stored. `final_score` is what the last
    round's committee makes of that model on its own data, 0 to 1; None if too few of its seats said so.
    """

    seed: int
    store: str
    encrypted: bool
    rounds: tuple[RoundReport, ...]
    members: tuple[MemberReport, ...]
    final_accuracy: float
    final_score: float | None
    final_pointer: str
    final_model: str
    chain_id: int
    wall_seconds: float


@dataclass(frozen=True, slots=True)
class Model:
    """A model of the task. `accuracy` is from 0 to 1 on the test set.

    `digest` is the SHA-256 of its tensors in the canonical encoding, as if it were a task's first model: the metadata
    of the others name the task.
    """

    pointer: bytes
    digest: str
    accuracy: float

    @classmethod
    def of(cls, pointer: bytes, weights: Weights, accuracy: float) -> Self:
        """The model with these weights."""
        digest = sha256()
        for piece in encode_blob(weights, FIRST_MODEL):
            digest.update(piece)
        return cls(pointer, digest.hexdigest(), accuracy)


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
    """A task's transactions by the number of the round that they belong to.

    What came before the first is left out, and so is what came after the last, such as scores of the final model.
    """
    shares: dict[int, Share] = {}
    running = Share(0)
    for transaction in executed:
        running.executed.append(transaction)
        for event in transaction.events:
            if isinstance(event, RoundOpened):
                shares[event.round] = running = Share(transaction.block)
            elif isinstance(event, TaskFinished):
                running = Share(transaction.block)
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


def score_of_end(state: TaskState) -> float | None:
    """The committee's score of the final model, 0 to 1."""
    (score,) = final_score(state).values()
    return None if score is None else score / BASIS_POINTS


def report_of(
    plan: Plan,
    *,
    members: Iterable[Member],
    state: TaskState,
    shares: Mapping[int, Share],
    seen: Mapping[int, float],
    models: Sequence[Model],
    chain_id: int,
    wall_seconds: float,
) -> Report:
    """The report of a finished task and its models."""
    events = [event for share in shares.values() for event in share.events]
    return Report(
        seed=plan.seed,
        store=plan.store,
        encrypted=plan.encrypted,
        rounds=tuple(
            round_report(found, shares[found.round.number], seen, model.accuracy)
            for found, model in zip(rounds_of(state), models[1:], strict=True)
        ),
        members=tuple(member_report(member, state, events) for member in members),
        final_accuracy=models[-1].accuracy,
        final_score=score_of_end(state),
        final_pointer=cid(models[-1].pointer),
        final_model=models[-1].digest,
        chain_id=chain_id,
        wall_seconds=round(wall_seconds, 1),
    )
