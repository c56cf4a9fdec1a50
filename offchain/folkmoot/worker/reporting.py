"""What a worker reports: the changes that concern its account, on a live display or as plain log lines."""

import logging
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Protocol, Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from folkmoot.chain import Phase, Seat, Update, Verdict
from folkmoot.errors import FolkmootError
from folkmoot.rules import ABSTAINED
from folkmoot.score_meaning import UNKNOWN, ScoreMeaning, measured, percent
from folkmoot.worker.actions import Wait
from folkmoot.worker.view import View

log = logging.getLogger("folkmoot.worker")

MAX_LINES = 10  # of one job's progress, in plain lines
MAX_NAMES = 3  # of accounts in one line
CLOCK = "%H:%M:%S %z"

_VERDICTS = {
    Verdict.FAULT: "a fault",
    Verdict.REJECTED: "rejected",
    Verdict.PASSED: "passed, but others ranked higher",
    Verdict.ACCEPTED: "accepted",
}
_REFUSED = {Verdict.FAULT, Verdict.REJECTED}


def describe_changes(before: View | None, after: View, scores: ScoreMeaning = UNKNOWN) -> Iterator[str]:
    """What changed for the account, one sentence each; without `before`, all that is so now.

    `scores` is what the task's scores mean, as far as that is known.
    """
    if before is None or before.round.number != after.round.number:
        yield from _role(after)
    if before is None or _progress_of(before) != _progress_of(after):
        yield _phase(after)
    if (verdict := _verdict(after, scores)) and (before is None or _verdict(before, scores) != verdict):
        yield verdict
    yield from _standing(before, after)
    yield from _membership(before, after)


def _progress_of(view: View) -> tuple[int, int, Phase]:
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


def _verdict(view: View, scores: ScoreMeaning) -> str:
    own = view.own
    if own is None or own.update.verdict == Verdict.NONE:
        return ""
    rank = f", rank {own.update.rank}" if own.update.rank else ""
    missing, short = why_unscored(view, own.update, scores), ""
    if own.update.verdict in _REFUSED:
        best = max(entry.update.score for entry in view.updates)
        short = missing or scores.shortfall(own.update.score, measured(view.progress.baseline, view.judges), best)
    score = "no score" if missing and not own.update.score else f"score {percent(own.update.score, scores.of_updates)}"
    return f"own update: {_VERDICTS[own.update.verdict]}{rank}, {score}{short and f': {short}'}"


def why_unscored(view: View, update: Update, scores: ScoreMeaning) -> str:
    """Why an update was rejected that nobody found wrong; empty for any other."""
    if update.verdict != Verdict.REJECTED or not view.admitted:
        return ""
    if view.progress.score_rule_failed:
        return "the task's score rule failed"
    if not update.score and not any(seat.excused or _has_measured(seat) for seat in view.judges):
        return "no seat could score it, as none could measure the round's model"
    is_missing = scores.is_fault(update.score, view.progress.baseline)  # it is none where missing voices decide
    return "too few seats could score it" if is_missing else ""


def _has_measured(seat: Seat) -> bool:
    return seat.revealed and seat.baseline != ABSTAINED


def _standing(before: View | None, after: View) -> Iterator[str]:
    was, now = (before or after).participant, after.participant
    if now.strikes != was.strikes:
        yield f"strikes: {now.strikes} of {after.parameters.max_strikes}"
    if now.suspended_until != was.suspended_until:
        yield f"suspended until round {now.suspended_until}"
    if now.stake != was.stake:
        yield f"stake: {now.stake}"


def _membership(before: View | None, after: View) -> Iterator[str]:
    if before and before.admitted and not after.admitted:
        yield "the account is no longer a member of the federation: it left, was banned or replaced; ask the managers"
    if after.past_due and not (before and before.past_due):
        yield "the membership is past due, and anyone may end it; to renew it: folkmoot member renew"


class Reporter(Protocol):
    """Where a worker reports to. A context manager: what is shown is shown inside it."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...

    def fact(self, text: str) -> None:
        """Something happened."""

    def problem(self, error: FolkmootError) -> None:
        """Something failed and will be tried again."""

    def progress(self, what: str, done: int, total: int, detail: str = "") -> None:
        """A long job has done `done` of `total` parts."""

    def waiting(self, wait: Wait, now: int) -> None:
        """There is nothing to do at the chain's time `now`."""


Label = Callable[[str], str]
"""Puts the names of organisations into a text that has their addresses."""


class PlainReporter:
    """Facts, one line each, through `logging`; no line is repeated directly."""

    def __init__(self, label: Label = str) -> None:
        self._label = label
        self._last = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._last = ""

    def fact(self, text: str) -> None:
        """As `Reporter.fact`."""
        self._say(logging.INFO, text)

    def problem(self, error: FolkmootError) -> None:
        """As `Reporter.problem`."""
        self._say(logging.WARNING, str(error), error=type(error).__name__, hint=error.hint)

    def progress(self, what: str, done: int, total: int, detail: str = "") -> None:
        """As `Reporter.progress`: at most ten lines a job."""
        if done * MAX_LINES // total != (done - 1) * MAX_LINES // total:
            self._say(logging.INFO, _progress(what, done, total, detail))

    def waiting(self, wait: Wait, now: int) -> None:  # noqa: ARG002 - lines stay, so they give no remaining time
        """As `Reporter.waiting`."""
        self._say(logging.INFO, _waiting(wait))

    def _say(self, level: int, text: str, **facts: str) -> None:
        if text != self._last:
            log.log(level, self._label(text), extra={"facts": facts})
        self._last = text


class LiveReporter:
    """One moving line at the bottom of a terminal; facts scroll away above it."""

    def __init__(self, console: Console, label: Label = str) -> None:
        self._label = label
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(20),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("starting", total=None)
        self._last = ""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._bar.stop()

    def fact(self, text: str) -> None:
        """As `Reporter.fact`."""
        self._print(text, "")

    def problem(self, error: FolkmootError) -> None:
        """As `Reporter.problem`."""
        self._print(str(error), "yellow")

    def progress(self, what: str, done: int, total: int, detail: str = "") -> None:
        """As `Reporter.progress`."""
        self._bar.update(self._task, description=_progress(what, done, total, detail), completed=done, total=total)

    def waiting(self, wait: Wait, now: int) -> None:
        """As `Reporter.waiting`."""
        left = f" ({max(0, (wait.until or now) - now)} s)"
        self._bar.update(self._task, description=self._label(_waiting(wait, left)), completed=0, total=None)

    def _print(self, text: str, style: str) -> None:
        if text != self._last:
            stamp = datetime.now(UTC).astimezone().strftime(CLOCK)
            self._bar.console.print(f"{stamp}  {self._label(text)}", style=style, markup=False, highlight=False)
        self._last = text


def make_reporter(label: Label = str, *, is_live: bool | None = None) -> Reporter:
    """A live display if standard output is a terminal, else plain lines; `label` names the accounts in them.

    `is_live` says which, whatever standard output is.
    """
    is_terminal = sys.stdout is not None and sys.stdout.isatty()
    return LiveReporter(Console(), label) if (is_terminal if is_live is None else is_live) else PlainReporter(label)


def clock_time(seconds: int) -> str:
    """A time on the chain as a local time of day, with its zone."""
    return datetime.fromtimestamp(seconds, UTC).astimezone().strftime(CLOCK)


def _progress(what: str, done: int, total: int, detail: str) -> str:
    return f"{what}: {done} of {total}" + (f", {detail}" if detail else "")


def _waiting(wait: Wait, left: str = "") -> str:
    until = "" if wait.until is None else f" until {clock_time(wait.until)}{left}"
    who = f": {_names(wait.who)}" if wait.who else ""
    return f"waiting{until} for {wait.what}{who}"


def _names(accounts: tuple[str, ...]) -> str:
    more = f" and {len(accounts) - MAX_NAMES} more" if len(accounts) > MAX_NAMES else ""
    return ", ".join(accounts[:MAX_NAMES]) + more
