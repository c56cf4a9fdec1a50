"""Events put together by hand; that the contract's own lead to its own state is tested on a real chain."""

import pytest

from folkmoot.chain import Event, Milestone, Phase, StrikeReason, replay
from folkmoot.chain.events import tasks as t
from tests.support.past import PARAMETERS, TASK, A, B, C, D, after


def test_the_most_strikes_suspend_and_start_again_from_none() -> None:
    struck = [t.MemberStruck(0, A, fault, 1) for fault in StrikeReason]
    assert (after(struck[0]).participants[A].absent_in, after(struck[1]).participants[A].absent_in) == (0, 1)
    state = after(struck[1], t.MemberSuspended(0, A, until=4))
    assert (state.participants[A].strikes, state.participants[A].suspended_until, state.active) == (0, 4, 3)


def test_the_enrolment_ends_before_the_start() -> None:
    approved = t.TaskApproved(budget=900, committee=(A, B, C), start_by=50)
    state = replay([approved, t.EnrolmentClosed(number=77)], task=TASK, parameters=PARAMETERS)
    assert (state.running.round.milestone, state.running.round.end_block) == (Milestone.ENROLLED, 77)
    assert state.phase_at(10**9, block=10**9) == Phase.ENROLLING


def test_a_pause_stops_the_phase_until_it_ends() -> None:
    paused = t.TaskPaused(0, until=80)
    assert [after(paused).phase_at(time, block=0) for time in (79, 80)] == [Phase.PAUSED, Phase.TRAINING]
    assert after(paused, t.TaskResumed(0)).phase_at(79, block=0) == Phase.TRAINING


@pytest.mark.parametrize(
    ("event", "phase"),
    [
        (t.TaskFinished(0, 10), Phase.FINISHED),
        (t.TaskExpired(), Phase.EXPIRED),
        (t.TaskCancelled(), Phase.CANCELLED),
    ],
)
def test_ends_are_final(event: Event, phase: Phase) -> None:
    assert after(event).phase_at(10**9, block=0) == phase


def test_members_retire_and_come_back() -> None:
    gone = after(t.MemberRetired(D))
    assert (gone.participants[D].retired, gone.active) == (True, 3)
    back = after(t.MemberRetired(D), t.MemberEnrolled(D, 4, 1))
    assert (back.participants[D].retired, back.participants[D].since, back.active) == (False, 1, 4)


def test_approval_and_funding_set_the_budget() -> None:
    approved = t.TaskApproved(budget=900, committee=(A, B, C), start_by=50)
    state = replay([approved, t.TaskFunded(100, 1_000)], task=TASK, parameters=PARAMETERS)
    assert (state.budget, state.start_by, state.running.round.milestone) == (1_000, 50, Milestone.APPROVED)
    assert [seat.account for seat in state.running.seats] == [A, B, C]


def test_a_cleared_strike_leaves_the_rest() -> None:
    state = after(t.MemberStruck(0, A, StrikeReason.UPDATE, 2), t.StrikeCleared(1, A, 1))
    assert (state.participants[A].strikes, state.participants[A].reputation) == (1, 3_750)
