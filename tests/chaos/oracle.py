"""What holds after every siege, whatever was done to it."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from folkmoot.chain import Event, Phase, StrikeReason, fetch_events, replay
from folkmoot.chain.events.rounds import (
    AggregateAttested,
    RoundRecovered,
    ScoresCommitted,
    ScoresRevealed,
    UpdateSubmitted,
)
from folkmoot.chain.events.tasks import MemberStruck
from tests.chaos.besieged import Besieged

FINISHED_IN = {Phase.FINISHED}


def broken(siege: Besieged, unable: Collection[str] = ()) -> list[str]:
    """What does not hold, in sentences. `unable` are the accounts that the faults kept from acting in time."""
    task = siege.task
    events = [*fetch_events(siege.client, [task.address], from_block=siege.first_block)]
    return [
        *strikes(events, unable),
        *doubles(events),
        *_books(siege),
        *_replayed(siege, events),
        *_logs(siege),
        *_exit_codes(siege),
    ]


def strikes(events: Sequence[Event], unable: Collection[str]) -> Iterator[str]:
    for event in events:
        if isinstance(event, MemberStruck) and event.member not in unable:
            yield f"{event.member} was struck in round {event.round} for {StrikeReason(event.reason).name}"


def doubles(events: Sequence[Event]) -> Iterator[str]:
    """One update a round, and one commitment, one reveal and one attestation an attempt."""
    done: Counter[tuple[str, str, int, int]] = Counter()
    attempts: Counter[int] = Counter()
    for event in events:
        if isinstance(event, RoundRecovered):
            attempts[event.round] += 1
        elif isinstance(event, UpdateSubmitted):
            done["update", event.author, event.round, 0] += 1
        elif isinstance(event, ScoresCommitted | ScoresRevealed | AggregateAttested):
            done[type(event).__name__, event.member, event.round, attempts[event.round]] += 1
    yield from (f"{count} times: {what}" for what, count in done.items() if count > 1)


def _books(siege: Besieged) -> Iterator[str]:
    treasury, token = siege.consortium.federation.treasury, siege.consortium.federation.token
    parts = (treasury.pool(), treasury.escrowed(), treasury.budgets(), treasury.owed())
    if sum(parts) != (held := token.balance_of(treasury.address)):
        yield f"the treasury holds {held}, and its books say {parts}"


def _replayed(siege: Besieged, events: Sequence[Event]) -> Iterator[str]:
    task = siege.task
    state = replay(events, task=task.address, parameters=task.parameters())
    running = state.running
    pairs = {
        "round": (running.round, task.round()),
        "seats": (running.seats, task.seats()),
        "updates": ((running.updates, running.pointers), task.updates(0, 100)),
        "tallies": (running.tallies, task.tallies()),
        "models": (dict(state.ledger), {number: task.ledger(number) for number in state.ledger}),
        "members": (
            [state.participants.get(member.address) for member in siege.members],
            [task.participant(member.address) for member in siege.members],
        ),
        "earnings": (
            [state.earned.get(member.address, 0) for member in siege.members],
            [siege.consortium.federation.treasury.owed_to(member.address) for member in siege.members],
        ),
    }
    yield from (f"the log tells other {name}: {told}, not {is_}" for name, (told, is_) in pairs.items() if told != is_)


def _logs(siege: Besieged) -> Iterator[str]:
    for member in siege.members:
        if (found := member.worker.log.find("Traceback")) >= 0:
            yield f"a traceback in {member.name}'s log: {member.worker.log[found : found + 3_000]}"


def _exit_codes(siege: Besieged) -> Iterator[str]:
    """When the task is finished, so are the workers."""
    if (phase := siege.task.phase()) not in FINISHED_IN:
        yield f"the task is {phase.name}"
    for member in siege.members:
        if code := member.worker.exit_code(0):
            yield f"{member.name}'s worker ended with {code}: {member.worker.log[-500:]}"
