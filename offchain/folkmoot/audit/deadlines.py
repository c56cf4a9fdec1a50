"""When a window ends: the events by which contracts set deadlines, made again.

Source: `contracts/libraries/Deadlines.sol` and `contracts/rounds/Governance.sol`.
"""

from typing import NamedTuple

from folkmoot.chain import Milestone, Phase, TaskState
from folkmoot.chain.events.rounds import DeadlineSet

_WINDOWS = {Phase.TRAINING, Phase.COMMITTING, Phase.REVEALING, Phase.AGGREGATING}
_OPENING = {
    Phase.TRAINING: Milestone.OPEN,
    Phase.COMMITTING: Milestone.SUBMITTED,
    Phase.REVEALING: Milestone.COMMITTED,
    Phase.AGGREGATING: Milestone.SETTLED,
}


class Moment(NamedTuple):
    """A block: its time in seconds since 1970, and its number."""

    time: int
    block: int


BEGINNING = Moment(0, 0)


def scheduled(s: TaskState, phase: Phase, at: Moment, start: int | None = None) -> DeadlineSet:
    """The window of `phase` opens, at the time of the block unless it is to `start` later."""
    p = s.parameters
    lengths = {
        Phase.TRAINING: p.training_window + p.committing_window + p.revealing_window,
        Phase.COMMITTING: p.committing_window + p.revealing_window,
        Phase.REVEALING: p.revealing_window,
        Phase.AGGREGATING: p.aggregating_window,
    }
    return _opened(s, _OPENING[phase], (at.time if start is None else start) + lengths[phase], at)


def first_seen(s: TaskState, opening: Milestone, at: Moment) -> DeadlineSet | None:
    """A transaction shows that a window is open which time alone has opened; None if that was known."""
    r = s.running.round
    return _opened(s, opening, r.deadline, at) if r.milestone < opening else None


def ended(s: TaskState, milestone: Milestone, at: Moment) -> DeadlineSet:
    """The last window is over with this block."""
    r = s.running.round
    return DeadlineSet(r.number, r.attempt, milestone, at.time, at.block)


def paused(s: TaskState, until: int, at: Moment) -> DeadlineSet | None:
    """What a pause does to a deadline: a window that has not had its blocks yet begins again after it."""
    phase = s.phase_at(at.time, at.block)
    if phase in _WINDOWS and at.block < s.running.round.end_block:
        return scheduled(s, phase, at, until)
    return _moved(s, until - at.time, at)


def resumed(s: TaskState, at: Moment) -> DeadlineSet | None:
    """What the end of a pause before its time does."""
    return _moved(s, at.time - s.running.round.paused_until, at)


def _moved(s: TaskState, by: int, at: Moment) -> DeadlineSet | None:
    r = s.running.round
    if not Milestone.OPEN <= r.milestone <= Milestone.SETTLED or r.deadline <= at.time:
        return None
    return DeadlineSet(r.number, r.attempt, r.milestone, r.deadline + by, r.end_block)


def _opened(s: TaskState, milestone: Milestone, deadline: int, at: Moment) -> DeadlineSet:
    r, blocks = s.running.round, s.parameters.min_blocks
    return DeadlineSet(r.number, r.attempt, milestone, deadline, at.block + (blocks + 1 if blocks else 0))
