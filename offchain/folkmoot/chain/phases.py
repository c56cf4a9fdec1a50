"""The round's state machine: the phase is a pure function of stored facts and the time, here as on chain.

Source: `contracts/libraries/Phases.sol`. A reader needs its own copy, because the time of an idle chain's latest block
lies behind.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from folkmoot.chain.enums import Milestone, Phase
from folkmoot.chain.structs import Round

MIN_COMMITTEE = 3

_TIMELESS = {
    Milestone.PROPOSED: Phase.PROPOSED,
    Milestone.APPROVED: Phase.ENROLLING,
    Milestone.FINISHED: Phase.FINISHED,
    Milestone.EXPIRED: Phase.EXPIRED,
    Milestone.CANCELLED: Phase.CANCELLED,
}


def phase_at(round: Round, *, min_updates: int, time: int) -> Phase:
    """The phase of a task at a time (seconds since 1970), if no stored fact changes until then."""
    if round.milestone in _TIMELESS:
        return _TIMELESS[round.milestone]
    if time < round.paused_until:
        return Phase.PAUSED
    if round.milestone == Milestone.SEATED:
        return Phase.SAMPLING
    if round.milestone == Milestone.AGREED:
        return Phase.CLOSING
    if round.milestone == Milestone.SETTLED:
        return Phase.AGGREGATING if time < round.aggregating_ends else Phase.STALLED
    return _judging_at(round, min_updates, time)


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


def _judging_at(r: Round, min_updates: int, time: int) -> Phase:
    stages = (
        (Phase.TRAINING, r.training_ends, _is_judgeable(r, min_updates)),
        (Phase.COMMITTING, r.committing_ends, is_majority(r.committed, r.seats)),
        (Phase.REVEALING, r.revealing_ends, is_majority(r.revealed, r.seats)),
    )
    for phase, ends, enough in stages:
        if time < ends:
            return phase
        if not enough:
            return Phase.STALLED
    return Phase.SETTLING


def _is_judgeable(r: Round, min_updates: int) -> bool:
    return r.submitted >= min_updates and r.seats >= MIN_COMMITTEE
