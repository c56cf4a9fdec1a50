import pytest

from folkmoot.audit import deadlines
from folkmoot.audit.deadlines import Moment
from folkmoot.chain import Milestone, Phase, TaskState
from folkmoot.chain.events.rounds import DeadlineSet
from folkmoot.chain.events.tasks import TaskPaused
from tests.support.past import after
from tests.support.staging import stage

AT = Moment(1_000, 50)


@pytest.fixture
def running() -> TaskState:
    return after()


def test_a_window_is_followed_by_those_that_time_alone_opens(running: TaskState) -> None:
    p = running.parameters
    judging = p.committing_window + p.revealing_window
    training = deadlines.scheduled(running, Phase.TRAINING, AT)
    assert (training.milestone, training.deadline) == (Milestone.OPEN, 1_000 + p.training_window + judging)
    committing = deadlines.scheduled(running, Phase.COMMITTING, AT)
    assert (committing.milestone, committing.deadline) == (Milestone.SUBMITTED, 1_000 + judging)
    assert deadlines.scheduled(running, Phase.AGGREGATING, AT, 2_000).deadline == 2_000 + p.aggregating_window


def test_least_blocks_are_whole_ones_after_the_windows_first() -> None:
    slow, quick = stage(min_blocks=3).state, stage(min_blocks=0).state
    assert deadlines.scheduled(slow, Phase.TRAINING, AT).end_block == 54
    assert deadlines.scheduled(quick, Phase.TRAINING, AT).end_block == 50


def test_a_window_that_was_seen_before_is_not_shown_again(running: TaskState) -> None:
    shown = deadlines.first_seen(running, Milestone.SUBMITTED, AT)
    assert shown == DeadlineSet(0, 0, Milestone.SUBMITTED, running.running.round.deadline, 64)
    assert deadlines.first_seen(running, Milestone.OPEN, AT) is None
    assert deadlines.ended(running, Milestone.COMMITTED, AT) == DeadlineSet(0, 0, Milestone.COMMITTED, 1_000, 50)


def test_a_pause_moves_a_deadline_that_has_not_passed() -> None:
    s = after()
    deadline = s.running.round.deadline
    moved = deadlines.paused(s, 150, Moment(100, 5))
    assert moved == DeadlineSet(0, 0, Milestone.OPEN, deadline + 50, 0)
    assert deadlines.paused(s, deadline + 90, Moment(deadline + 1, 5)) is None


def test_a_window_that_lacks_blocks_begins_again_after_a_pause() -> None:
    s = after(DeadlineSet(0, 0, Milestone.OPEN, 300, 20))
    p = s.parameters
    again = deadlines.paused(s, 150, Moment(100, 5))
    assert again
    assert again.deadline == 150 + p.training_window + p.committing_window + p.revealing_window


def test_the_end_of_a_pause_takes_back_what_is_left_of_it() -> None:
    s = after(DeadlineSet(0, 0, Milestone.OPEN, 350, 0), TaskPaused(0, 150))
    moved = deadlines.resumed(s, Moment(120, 5))
    assert moved
    assert moved.deadline == 320
