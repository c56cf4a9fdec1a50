"""The round's state machine: the phase is a pure function of stored facts, the time and the block, here as on chain.

Source: `contracts/libraries/Phases.sol`. A reader needs its own copy, because the time of an idle chain's latest block
lies behind.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from folkmoot.chain.enums import Milestone, Phase
from folkmoot.chain.structs import Parameters, Round

MIN_COMMITTEE = 3

_TIMELESS = {
    Milestone.PROPOSED: Phase.PROPOSED,
    Milestone.APPROVED: Phase.ENROLLING,
    Milestone.ENROLLED: Phase.ENROLLING,
    Milestone.FINISHED: Phase.FINISHED,
    Milestone.EXPIRED: Phase.EXPIRED,
    Milestone.CANCELLED: Phase.CANCELLED,
}


def phase_at(round: Round, parameters: Parameters, *, time: int, block: int) -> Phase:
    """The phase of a task at a time (seconds since 1970) and a block's number, if no stored fact changes until then."""
    if round.milestone in _TIMELESS:
        return _TIMELESS[round.milestone]
    if time < round.paused_until:
        return Phase.PAUSED
    if round.milestone == Milestone.SEATED:
        return Phase.SAMPLING
    if round.milestone == Milestone.AGREED:
        return Phase.CLOSING
    if round.milestone == Milestone.SETTLED:
        return Phase.AGGREGATING if _is_open(round, Milestone.SETTLED, round.deadline, time, block) else Phase.STALLED
    return _judging_at(round, parameters, time, block)


def phase_end(round: Round, parameters: Parameters, phase: Phase, *, start_by: int) -> int | None:
    """When `phase` ends by time, in seconds since 1970; None if time does not end it.

    `start_by` is when enrolling ends: a round does not know it, the task's roster does.
    """
    if phase in {Phase.TRAINING, Phase.COMMITTING, Phase.REVEALING, Phase.AGGREGATING}:
        return window_end(round, parameters, phase)
    return {Phase.ENROLLING: start_by, Phase.PAUSED: round.paused_until}.get(phase)


def window_end(round: Round, parameters: Parameters, phase: Phase) -> int:
    """When Training, Committing, Revealing or Aggregating ends by time: by all later windows before the deadline."""
    p = parameters
    later = {Phase.TRAINING: p.committing_window + p.revealing_window, Phase.COMMITTING: p.revealing_window}
    return round.deadline - later.get(phase, 0)


def stalled_phase(round: Round, *, min_updates: int) -> Phase:
    """The phase that stalled, of a round in `Phase.STALLED`."""
    if round.milestone == Milestone.SETTLED:
        return Phase.AGGREGATING
    if not _is_judgeable(round, min_updates):
        return Phase.TRAINING
    return Phase.REVEALING if is_majority(round.committed, round.seats) else Phase.COMMITTING


def is_majority(count: int, seats: int) -> bool:
    """Whether `count` is more than half of all seats, absent ones included."""
    return 2 * count > seats


def _judging_at(r: Round, p: Parameters, time: int, block: int) -> Phase:
    stages = (
        (Phase.TRAINING, Milestone.OPEN, _is_judgeable(r, p.min_updates)),
        (Phase.COMMITTING, Milestone.SUBMITTED, is_majority(r.committed, r.seats)),
        (Phase.REVEALING, Milestone.COMMITTED, is_majority(r.revealed, r.seats)),
    )
    for phase, opening, enough in stages:
        if _is_open(r, opening, window_end(r, p, phase), time, block):
            return phase
        if not enough:
            return Phase.STALLED
    return Phase.SETTLING


def _is_open(r: Round, opening: Milestone, end: int, time: int, block: int) -> bool:
    """Whether the window is open that opens with the milestone `opening`. Earlier ones are asked about first."""
    return r.milestone <= opening and (time < end or block < r.end_block)


def _is_judgeable(r: Round, min_updates: int) -> bool:
    return r.submitted >= min_updates and r.seats >= MIN_COMMITTEE
