"""What has happened between two looks at a task, in sentences."""

from collections.abc import Iterator

from folkmoot.chain import Phase, Verdict
from folkmoot.worker.reporter import clock_time
from folkmoot.worker.view import View

_VERDICTS = {
    Verdict.FAULT: "a fault: it scores below half of the current model",
    Verdict.REJECTED: "rejected",
    Verdict.PASSED: "passed, but others are better",
    Verdict.ACCEPTED: "accepted",
}


def news(before: View | None, after: View) -> Iterator[str]:
    """What the account should know of, one sentence each; everything that stands if there is no `before`."""
    if before is None or before.round.number != after.round.number:
        yield from _role(after)
    if before is None or _moment(before) != _moment(after):
        yield _phase(after)
    if (verdict := _verdict(after)) and (before is None or _verdict(before) != verdict):
        yield verdict
    yield from _marks(before, after)
    yield from _membership(before, after)


def _membership(before: View | None, after: View) -> Iterator[str]:
    if before and before.admitted and not after.admitted:
        yield "no member of the federation any more; to apply again: folkmoot member apply"
    if after.past_due and not (before and before.past_due):
        yield "the membership is past due, and anyone may end it; to renew it: folkmoot member renew"


def _moment(view: View) -> tuple[int, int, Phase]:
    return view.round.number, view.round.attempt, view.phase


def _role(view: View) -> Iterator[str]:
    if view.phase in {Phase.TRAINING, Phase.COMMITTING, Phase.REVEALING}:
        role = f"seat {view.position}" if view.seat else "no seat"
        role = f"{role}, aggregates" if view.seat and view.seat not in view.judges else role
        yield f"round {view.round.number} of {view.parameters.total_rounds}: {role}"


def _phase(view: View) -> str:
    attempt = f", attempt {view.round.attempt + 1}" if view.round.attempt else ""
    stalled = f" ({view.stalled.name.lower()})" if view.stalled else ""
    until = f" until {clock_time(view.deadline)}" if view.deadline else ""
    return f"round {view.round.number}{attempt}: {view.phase.name.capitalize()}{stalled}{until}"


def _verdict(view: View) -> str:
    own = view.own
    if own is None or own.update.verdict == Verdict.NONE:
        return ""
    rank = f", rank {own.update.rank}" if own.update.rank else ""
    return f"own update: {_VERDICTS[own.update.verdict]}{rank}, score {own.update.score / 100:.2f} %"


def _marks(before: View | None, after: View) -> Iterator[str]:
    was, now = (before or after).member, after.member
    if now.strikes != was.strikes:
        yield f"strikes: {now.strikes} of {after.parameters.max_strikes}"
    if now.suspended_until != was.suspended_until:
        yield f"suspended until round {now.suspended_until}"
    if now.stake != was.stake:
        yield f"stake: {now.stake}"
