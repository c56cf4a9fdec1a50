"""`status`: a task's state at a glance."""

import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from folkmoot.chain import Event, Phase, RoundState, TaskState, replay
from folkmoot.chain.events.tasks import MemberEnrolled
from folkmoot.cli.encryption import left_out, readable_by
from folkmoot.cli.membership_status import RENEW, warning
from folkmoot.cli.output import duration, timestamp, to_json
from folkmoot.cli.session import Session
from folkmoot.cli.standstill import standing
from folkmoot.cli.tables import Grid, key_values, table
from folkmoot.cli.task_status import TaskStatus, final_score, is_scored, last_settled, reports, task_status
from folkmoot.learning import Descriptor
from folkmoot.rules import ABSTAINED
from folkmoot.score_meaning import ScoreMeaning, shown, titled


def status(session: Session) -> None:
    """Show a task's phase, time left, who it waits for, committee, and the last scores."""
    task = session.task
    events = session.events(task.address)
    parameters, (head, now) = task.parameters(), session.client.look()
    state, scores = replay(events, task=task.address, parameters=parameters), session.scores(parameters)
    stand = task_status(state, now, head.number, enrolled_at(session, events))
    descriptor = session.known_descriptor(parameters)
    age = max(0, int(time.time()) - head.time)
    latest = {"number": head.number, "time": head.time, "age": age, "stands": standing(session.client, head)}
    known = descriptor if isinstance(descriptor, Descriptor) else None
    document = describe(state, events, now, stand) | {
        "encrypted": known and known.encrypted,
        "descriptor_error": None if known else str(descriptor),
        "block": latest,
    }
    hint = [f"{due}; renew it by: {RENEW}"] if (due := warning(session)) else []
    models = [f"The models are {readable_by(known)}."] if known else []
    lacks = left_out(descriptor, "who can read the models", "in which metric scores are")
    session.output.show(document, *_rendered(state, document, stand, now, scores), *models, *lacks, *hint)


def enrolled_at(session: Session, events: Iterable[Event]) -> int | None:
    """When the last member enrolled in a task, in seconds since 1970; None if none has."""
    blocks = [event.origin.block for event in events if isinstance(event, MemberEnrolled) and event.origin]
    return session.client.block(blocks[-1]).time if blocks else None


def describe(s: TaskState, events: Sequence[Event], now: int, stand: TaskStatus) -> dict[str, Any]:
    """A task's status for machines. Scores and baselines are basis points or null, times seconds since 1970."""
    last = last_settled(s)
    return {
        "task": s.address,
        "phase": to_json(stand.phase),
        "stalled": to_json(stand.stalled),
        "round": s.running.round.number,
        "total_rounds": s.parameters.total_rounds,
        "attempt": s.running.round.attempt,
        "now": now,
        "deadline": stand.deadline,
        "seconds_left": None if stand.deadline is None else max(0, stand.deadline - now),
        "starts": stand.starts,
        "waiting": stand.waiting,
        "acted": list(stand.acted),
        "missing": list(stand.missing),
        "committee": list(_committee(s)),
        "last_scores": None if last is None else _scores(last),
        "rounds": to_json(reports(s, events)),
        "final_score": next(iter(final_score(s).values()), None),
        "enrolled": sum(participant.number > 0 for participant in s.participants.values()),
    }


def _committee(s: TaskState) -> Iterator[dict[str, object]]:
    for index, seat in enumerate(s.running.seats):
        yield {
            "member": seat.account,
            "judges": index < s.running.round.seats,
            "committed": seat.has_committed(s.running.round.attempt),
            "revealed": seat.revealed,
            "attested": seat.has_attested(s.running.round.attempt),
            "baseline": seat.baseline if seat.revealed and seat.baseline != ABSTAINED else None,
        }


def _scores(last: RoundState) -> dict[str, object]:
    voices = {
        member: [None if score == ABSTAINED else score for score in scores] for member, scores in last.scores.items()
    }
    updates = [to_json(update) | {"scored": is_scored(last, update)} for update in last.updates]
    return {"round": last.round.number, "updates": updates, "by_member": voices}


# ------------------------------------------------------------------- for people


def _rendered(
    s: TaskState, document: dict[str, Any], stand: TaskStatus, now: int, scores: ScoreMeaning
) -> Iterator[Grid]:
    yield key_values(_summary(s, document, stand, now))
    if stand.missing:
        yield table("Waiting for", ("account",), [(account,) for account in stand.missing])
    if stand.acted:
        yield table("Done by", ("account",), [(account,) for account in stand.acted])
    if document["committee"]:
        yield _committee_table(document["committee"])
    if document["last_scores"]:
        yield _score_table(document["last_scores"], scores)
    if document["rounds"]:
        yield _round_table(document["rounds"], scores)


def _summary(s: TaskState, document: dict[str, Any], stand: TaskStatus, now: int) -> dict[str, object]:
    stalled = f" ({stand.stalled.name.lower()})" if stand.stalled else ""
    attempt = f", attempt {document['attempt'] + 1}" if document["attempt"] else ""
    runs = Phase.SAMPLING <= stand.phase <= Phase.PAUSED
    return {
        "task": s.address,
        "phase": f"{stand.phase.name.capitalize()}{stalled}",
        "round": f"{document['round']} of {document['total_rounds']}{attempt}" if runs else None,
        "time left": _time_left(stand, now),
        "waiting for": stand.waiting or None,
        **start_time(stand, now),
        "enrolled": document["enrolled"],
        "latest block": _latest(document["block"]),
    }


def _latest(block: dict[str, Any]) -> str:
    said = f"{block['number']}, {duration(block['age'])} old"
    return f"{said}: the chain stands" if block["stands"] else said


def start_time(stand: TaskStatus, now: int) -> dict[str, str]:
    """When workers start a task that has enough members, in words; empty where that is no question."""
    if stand.starts is None:
        return {}
    left = stand.starts - now
    later = f"in {duration(left)}, at {timestamp(stand.starts)}, so that other members can still enrol"
    return {"workers start it": later if left > 0 else "now"}


def _time_left(stand: TaskStatus, now: int) -> str | None:
    if stand.deadline is None:
        return None
    left = stand.deadline - now
    return (
        f"{duration(left)}, until {timestamp(stand.deadline)}"
        if left > 0
        else f"none since {timestamp(stand.deadline)}"
    )


def _committee_table(committee: Sequence[dict[str, Any]]) -> Grid:
    marks = ("committed", "revealed", "attested")
    rows = [(i, seat["member"], *(seat[m] for m in marks)) for i, seat in enumerate(committee)]
    return table("Committee", ("seat", "member", *marks), rows)


def _score_table(last: dict[str, Any], scores: ScoreMeaning) -> Grid:
    updates = sorted(last["updates"], key=lambda update: -update["score"])
    rows = [(u["author"], shown(u["score"] if u["scored"] else None), u["verdict"], u["rank"] or None) for u in updates]
    columns = ("author", titled("score", scores.of_updates), "verdict", "rank")
    return table(f"Last scores: round {last['round']}", columns, rows)


def _round_table(rounds: Sequence[dict[str, Any]], scores: ScoreMeaning) -> Grid:
    rows = [
        (
            r["round"],
            *(shown(r[name], settled=r["settled"]) for name in ("baseline", "best")),
            f"{r['accepted']} of {r['submitted']}",
            r["outcome"],
        )
        for r in rounds
    ]
    model, best = titled("model before", scores.of_models), titled("best update", scores.of_updates)
    columns = ("round", model, best, "accepted", "outcome")
    return table("Scores, as the committees found them", columns, rows)
