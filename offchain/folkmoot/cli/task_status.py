"""A task's status from its logs and the time: who has acted, who is awaited, and how each round went."""

from collections.abc import Iterable
from dataclasses import dataclass

from folkmoot.chain import (
    Event,
    Milestone,
    Participant,
    Phase,
    RoundState,
    TaskState,
    Update,
    Verdict,
    phase_end,
    stalled_phase,
)
from folkmoot.chain.events.rounds import RoundCarried, RoundClosed, RoundRolledBack
from folkmoot.chain.parameter_bounds import least_active
from folkmoot.plurals import agreeing, counted
from folkmoot.rules import ABSTAINED, lower_median
from folkmoot.score_meaning import measured, percent
from folkmoot.worker.actions import start_grace

_AWAITED = {
    Phase.PROPOSED: "the managers to approve the task",
    Phase.SAMPLING: "anyone to sample the trainers",
    Phase.COMMITTING: "the committee to commit to its scores",
    Phase.REVEALING: "the committee to reveal its scores",
    Phase.SETTLING: "anyone to settle the round",
    Phase.AGGREGATING: "the aggregators to attest the next model",
    Phase.CLOSING: "anyone to close the round",
    Phase.STALLED: "anyone to recover the round",
    Phase.PAUSED: "the end of the pause",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStatus:
    """A phase, when it ends (`None` if not by time), and who has acted in it and who has not.

    `waiting` says what for; it is empty when the task is over. `starts` is when workers start a task that has enough
    members; `None` in any other case.
    """

    phase: Phase
    stalled: Phase | None
    deadline: int | None
    waiting: str
    acted: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    starts: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """How a round went; `outcome` is empty while it runs.

    Once settled, `baseline` is the median score of the model that it started from and `best` the best update's
    score, in basis points; None if too few seats could score it.
    """

    round: int
    settled: bool
    baseline: int | None
    best: int | None
    submitted: int
    accepted: int
    outcome: str


def task_status(s: TaskState, now: int, block: int, enrolled_at: int | None = None) -> TaskStatus:
    """A task's status at the time `now`, in seconds since 1970; `enrolled_at` is when the last member enrolled."""
    phase = s.phase_at(now, block)
    stalled = stalled_phase(s.running.round, min_updates=s.parameters.min_updates) if phase == Phase.STALLED else None
    acted, missing = _who(s, phase)
    return TaskStatus(
        phase=phase,
        stalled=stalled,
        deadline=phase_end(s.running.round, s.parameters, phase, start_by=s.start_by),
        waiting=_waiting(s, phase, len(acted), now),
        acted=acted,
        missing=missing,
        starts=None if enrolled_at is None else _starts(s, phase, enrolled_at),
    )


def reports(s: TaskState, events: Iterable[Event]) -> list[RoundReport]:
    """All rounds so far, the running one last."""
    if s.running.round.milestone <= Milestone.ENROLLED:
        return []
    outcomes = dict(filter(None, map(_outcome, events)))
    for model, score in final_score(s).items():
        told = "not scored" if score is None else f"scored {percent(score)}"
        outcomes[model - 1] = ", ".join(filter(None, (outcomes.get(model - 1), told)))
    running = (s.running,) if s.running.round.milestone < Milestone.EXPIRED else ()
    return [_report(entry, outcomes.get(entry.round.number, "")) for entry in (*s.past, *running)]


def final_score(s: TaskState) -> dict[int, int | None]:
    """The score of a finished task's final model, by its number, in basis points; empty for any other task.

    It is the lower median of what the last round's seats that judge say of it, and None until more than half of them
    have: fewer could all be liars.
    """
    last = s.running.round
    if last.milestone != Milestone.FINISHED:
        return {}
    voices = list(s.final_scores.values())
    return {last.number + 1: lower_median(voices) if 2 * len(voices) > last.seats else None}


def last_settled(s: TaskState) -> RoundState | None:
    """The latest round that has verdicts."""
    rounds = (s.running, *reversed(s.past))
    return next((entry for entry in rounds if _is_settled(entry)), None)


def _who(s: TaskState, phase: Phase) -> tuple[tuple[str, ...], tuple[str, ...]]:
    seats, attempt = s.running.seats, s.running.round.attempt
    judges = seats[: s.running.round.seats]
    match phase:
        case Phase.ENROLLING:
            here = [account for account, member in s.participants.items() if _is_in(member)]
            return tuple(here), tuple(seat.account for seat in seats if seat.account not in here)
        case Phase.TRAINING:
            return _split((account, _has_submitted(s, m)) for account, m in s.participants.items() if _trains(s, m))
        case Phase.COMMITTING:
            return _split((seat.account, seat.has_committed(attempt)) for seat in judges)
        case Phase.REVEALING:
            return _split((seat.account, seat.revealed) for seat in judges if seat.has_committed(attempt))
        case Phase.AGGREGATING:
            return _split((seat.account, seat.has_attested(attempt)) for seat in seats[len(judges) :] or judges)
    return (), ()


def _split(marks: Iterable[tuple[str, bool]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = list(marks)
    return tuple(a for a, has in found if has), tuple(a for a, has in found if not has)


def _is_in(member: Participant) -> bool:
    return member.number > 0 and not member.retired


def _trains(s: TaskState, m: Participant) -> bool:
    """Whether a member may submit in the running round; who has submitted and is gone since counts too."""
    number = s.running.round.number
    may = _is_in(m) and m.since <= number and m.suspended_until <= number
    free = s.parameters.seats_train or m.seated_in != number + 1
    sampled = not s.running.round.sampled or m.sampled_in == number + 1
    return (may and free and sampled) or _has_submitted(s, m)


def _has_submitted(s: TaskState, m: Participant) -> bool:
    return m.submitted_in == s.running.round.number + 1


def _is_startable(s: TaskState) -> bool:
    _, missing = _who(s, Phase.ENROLLING)
    return not missing and s.active >= least_active(s.parameters, len(s.running.seats))


def _starts(s: TaskState, phase: Phase, enrolled_at: int) -> int | None:
    """When workers start the task; None if it cannot start yet."""
    if phase != Phase.ENROLLING or not _is_startable(s):
        return None
    if s.active < s.parameters.min_enrolled:
        return s.start_by
    return enrolled_at + start_grace(s.parameters, s.running.round, len(s.participants), left=s.start_by - enrolled_at)


def _waiting(s: TaskState, phase: Phase, acted: int, now: int) -> str:
    match phase:
        case Phase.ENROLLING if _is_startable(s) and (now >= s.start_by or s.active >= s.parameters.min_enrolled):
            return "anyone to start the task: folkmoot task start"
        case Phase.ENROLLING if now >= s.start_by:
            return "anyone to expire the task: folkmoot task expire"
        case Phase.ENROLLING:
            least = max(least_active(s.parameters, len(s.running.seats)), s.parameters.min_enrolled)
            named = ", the committee among them" if s.running.seats else ""
            return f"members to enrol: {acted} of at least {least}{named}"
        case Phase.TRAINING:
            eligible = s.running.round.eligible
            return f"updates: {acted} of {counted(eligible, 'trainer')} {agreeing(eligible, 'has', 'have')} submitted"
    return _AWAITED.get(phase, "")


def _outcome(event: Event) -> tuple[int, str] | None:
    match event:
        case RoundClosed():
            return event.round, f"model {event.round + 1}"
        case RoundCarried():
            return event.round, "no new model: the old one is carried forward"
        case RoundRolledBack():
            return event.round, f"rolled back to model {event.model}"
    return None


def _report(entry: RoundState, outcome: str) -> RoundReport:
    settled = _is_settled(entry)
    scores = [update.score for update in entry.updates if settled and is_scored(entry, update)]
    return RoundReport(
        round=entry.round.number,
        settled=settled,
        baseline=measured(entry.baseline, entry.seats[: entry.round.seats]) if settled else None,
        best=max(scores, default=None),
        submitted=len(entry.updates),
        accepted=sum(update.verdict == Verdict.ACCEPTED for update in entry.updates),
        outcome=outcome,
    )


def is_scored(entry: RoundState, update: Update) -> bool:
    """Whether the score of one of a settled round's updates was measured: 0 also stands for too few voices."""
    if update.score or update.verdict != Verdict.REJECTED:
        return True
    index, judges = entry.updates.index(update), entry.seats[: entry.round.seats]
    others = {seat.account for seat in judges} - {update.author}
    said = [scores[index] for member, scores in entry.scores.items() if member in others]
    voices = [score for score in said if score != ABSTAINED]
    return not entry.score_rule_failed and (0 in voices or len(voices) == len(others))


def _is_settled(entry: RoundState) -> bool:
    return any(update.verdict != Verdict.NONE for update in entry.updates)
