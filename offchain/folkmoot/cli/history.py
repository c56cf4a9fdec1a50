"""`history`: a task's rounds, one a row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from folkmoot.chain import Event, Milestone, Parameters, RoundState, StrikeReason, TaskState, replay
from folkmoot.chain.events.logs import block_of
from folkmoot.chain.events.rounds import DeadlineSet
from folkmoot.chain.events.tasks import MemberStruck, TaskFinished
from folkmoot.cli.encryption import left_out
from folkmoot.cli.output import duration, to_json
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Grid, table
from folkmoot.cli.task_status import reports
from folkmoot.score_meaning import ScoreMeaning, shown, titled

_WHY = {
    StrikeReason.UPDATE: "faulty update",
    StrikeReason.ABSENCE: "absent",
    StrikeReason.MINORITY: "in the minority",
}


def history(session: Session) -> None:
    """Show how each round of a task went: scores, strikes, seats, outcome, and how long it took."""
    task = session.task
    parameters, events = task.parameters(), session.events(task.address)
    state = replay(events, task=task.address, parameters=parameters)
    ended = next((event for event in events if isinstance(event, TaskFinished)), None)
    rounds = describe(state, events, ended_at=session.client.block(block_of(ended)).time if ended else None)
    lacks = left_out(session.known_descriptor(parameters), "in which metric scores are")
    session.output.show(rounds, _table(rounds, session.scores(parameters)) if rounds else "No rounds yet.", *lacks)


def describe(state: TaskState, events: Sequence[Event], *, ended_at: int | None) -> list[dict[str, Any]]:
    """A task's rounds for machines, the running one last; `ended_at` is when the last one ended.

    Scores are basis points or null, `started` is in seconds since 1970. A round lasts from the start of its training to
    that of the next one's, in `seconds`: null where one of them is not known.
    """
    entries = {entry.round.number: entry for entry in (*state.past, state.running)}
    strikes, starts = _strikes(events), dict(_starts(state.parameters, events))
    rounds = reports(state, events)
    return [
        {
            **to_json(report),
            "attempts": entries[report.round].round.attempt + 1,
            "struck": strikes.get(report.round, []),
            "seats": [*_seats(entries[report.round])],
            "started": (start := starts.get(report.round)),
            "seconds": _between(start, ended_at if report is rounds[-1] else starts.get(report.round + 1)),
        }
        for report in rounds
    ]


def _between(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else end - start


def _strikes(events: Iterable[Event]) -> Mapping[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for event in events:
        if isinstance(event, MemberStruck):
            struck = {"member": event.member, "reason": to_json(event.reason), "strikes": event.strikes}
            found.setdefault(event.round, []).append(struck)
    return found


def _seats(entry: RoundState) -> Iterator[dict[str, Any]]:
    for index, seat in enumerate(entry.seats):
        yield {"member": seat.account, "judges": index < entry.round.seats}


def _starts(p: Parameters, events: Iterable[Event]) -> Iterator[tuple[int, int]]:
    """When the training of each round began: so long before its first deadline, that of Revealing, as its windows last.

    No block has to be asked for its time.
    """
    windows, begun = p.training_window + p.committing_window + p.revealing_window, set()
    for event in events:
        if isinstance(event, DeadlineSet) and event.milestone == Milestone.OPEN and event.round not in begun:
            begun.add(event.round)
            yield event.round, event.deadline - windows


def _table(rounds: Sequence[Mapping[str, Any]], scores: ScoreMeaning) -> Grid:
    model, best = titled("model before", scores.of_models), titled("best update", scores.of_updates)
    columns = ("round", model, best, "accepted", "struck", "seats", "outcome", "took")
    return table("Rounds", columns, map(_row, rounds))


def _row(r: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        r["round"],
        *(shown(r[name], settled=r["settled"]) for name in ("baseline", "best")),
        f"{r['accepted']} of {r['submitted']}",
        "\n".join(f"{one['member']}: {_WHY[StrikeReason[one['reason'].upper()]]}" for one in r["struck"]) or None,
        "\n".join(seat["member"] if seat["judges"] else f"{seat['member']}, aggregates" for seat in r["seats"]),
        r["outcome"],
        None if r["seconds"] is None else duration(r["seconds"]),
    )
