"""What the recovery of a stalled round has to bring about.

Source: `contracts/rounds/Recovery.sol`.
"""

from collections.abc import Generator, Iterator

from folkmoot.audit import deadlines, seating
from folkmoot.audit.consequences import carried, is_silent, judged, struck
from folkmoot.audit.stage import Due, Stage
from folkmoot.chain import Event, Milestone, Phase, Round, Seat, StrikeReason, Verdict, stalled_phase
from folkmoot.chain.events import rounds as r
from folkmoot.chain.phases import MIN_COMMITTEE

SEATS_PER_CALL = 64
"""So many vacant seats one call finds and refills; those that are not vacant do not count."""


def recovering(stage: Stage) -> Due:
    """Seats that were absent are struck and refilled, and the phase starts again; or the old model is carried on."""
    s = stage.state
    now, p = s.running.round, s.parameters
    stalled = stalled_phase(now, min_updates=p.min_updates)
    if p.min_blocks and _is_unseen(now, stalled):
        yield r.WindowReopened(now.number, now.attempt, stalled)
        yield deadlines.scheduled(stage.state, stalled, stage.at)
        return
    hopeless = _is_hopeless(stage, stalled)
    unfilled: list[int] = []
    passed = 0
    while passed < len(s.running.seats):
        passed = yield from _refilled(stage, passed, stalled, unfilled, hopeless=hopeless)
    if hopeless or _is_too_few(now, unfilled):
        yield from _carried(stage)
        return
    yield r.RoundRecovered(now.number, now.attempt + 1, stalled)
    again = Phase.COMMITTING if stalled == Phase.REVEALING else stalled
    yield deadlines.scheduled(stage.state, again, stage.at)


def _is_unseen(now: Round, stalled: Phase) -> bool:
    """Whether no transaction came while the window was open that stalled."""
    if stalled == Phase.COMMITTING:
        return now.milestone < Milestone.SUBMITTED
    return stalled == Phase.REVEALING and now.milestone < Milestone.COMMITTED


def _is_hopeless(stage: Stage, stalled: Phase) -> bool:
    now, p = stage.state.running.round, stage.state.parameters
    if now.attempt + 1 >= p.max_attempts:
        return True
    if stalled == Phase.TRAINING:
        return now.eligible < p.min_updates
    return stalled == Phase.AGGREGATING and not _has_accepted(stage)


def _has_accepted(stage: Stage) -> bool:
    return any(update.verdict == Verdict.ACCEPTED for update in stage.state.running.updates)


def _is_too_few(now: Round, unfilled: list[int]) -> bool:
    return now.seats < MIN_COMMITTEE + len(unfilled)


def _refilled(
    stage: Stage, first: int, stalled: Phase, unfilled: list[int], *, hopeless: bool
) -> Generator[Event, None, int]:
    """What one call does with the seats from `first` on; the seat with which the next call begins."""
    vacant: list[int] = []
    index, end = first, len(stage.state.running.seats)
    while index < end and len(vacant) < SEATS_PER_CALL:
        seat = stage.state.running.seats[index]
        is_absent = _is_absent(stage, index, seat, stalled)
        if is_absent:
            yield from struck(stage, seat.account, StrikeReason.ABSENCE)
        if is_absent or (_is_needed(stage, index, seat, stalled) and not _may_act(stage, seat)):
            vacant.append(index)
        index += 1
    found = seating.successors(stage.state, stalled, 0 if hopeless else len(vacant))
    judges = stage.state.running.round.seats
    unfilled += [place for place in vacant[len(found) :] if place < judges]
    if not _is_too_few(stage.state.running.round, unfilled):
        yield from _filled(stage, list(zip(vacant, found, strict=False)))
    return index


def _filled(stage: Stage, places: list[tuple[int, str]]) -> Iterator[r.SeatFilled]:
    for index, account in places:
        now = stage.state.running
        yield r.SeatFilled(now.round.number, index, account, now.seats[index].account)


def _is_absent(stage: Stage, index: int, seat: Seat, stalled: Phase) -> bool:
    now = stage.state.running.round
    if stalled == Phase.AGGREGATING:
        attests = index in seating.attesting(stage.state)
        return attests and _has_accepted(stage) and not seat.has_attested(now.attempt)
    if index >= now.seats or seat.revealed:
        return False
    if stalled == Phase.COMMITTING:
        return not seat.has_committed(now.attempt)
    return stalled == Phase.REVEALING


def _is_needed(stage: Stage, index: int, seat: Seat, stalled: Phase) -> bool:
    if stalled == Phase.AGGREGATING:
        return index in seating.attesting(stage.state)
    return index >= stage.state.running.round.seats or not seat.revealed


def _may_act(stage: Stage, seat: Seat) -> bool:
    return seating.is_active(stage.state.participants[seat.account], stage.state.running.round.number)


def _carried(stage: Stage) -> Due:
    now = stage.state.running
    if now.round.milestone == Milestone.SETTLED:
        for update in now.updates:
            yield from judged(stage, update)
        for index in range(now.round.seats):
            seat = stage.state.running.seats[index]
            if is_silent(seat):
                yield from struck(stage, seat.account, StrikeReason.ABSENCE)
    yield from carried(stage)
