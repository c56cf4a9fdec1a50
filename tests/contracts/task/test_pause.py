"""pause and resume."""

import pytest

from offchain.chain.structs import Phase
from tests.support.evm import events, next_block_at, now, pass_to, reverts_with

DEADLINES = ("trainingEnds", "committingEnds", "revealingEnds", "aggregatingEnds")


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.TRAINING)


def deadlines(life):
    current = life.task.round()
    return [current[name] for name in DEADLINES]


def moved(before, by, first):
    """Deadlines from the one at `first` on, but for those that are not set, move by so many seconds."""
    return [time + by if place >= first and time else time for place, time in enumerate(before)]


@pytest.mark.parametrize(
    ("phase", "first"),
    [(Phase.TRAINING, 0), (Phase.COMMITTING, 1), (Phase.REVEALING, 2), (Phase.SETTLING, 4), (Phase.AGGREGATING, 3)],
)
def test_pause_moves_the_open_deadlines(lifecycle, phase, first):
    life = lifecycle().to(phase)
    before = deadlines(life)
    transaction = life.pause(500)
    until = life.task.round()["pausedUntil"]
    assert events(transaction, "TaskPaused") == [{"round": 0, "until": until}]
    after = moved(before, until - transaction.timestamp, first)
    assert deadlines(life) == after
    assert [events(transaction, "DeadlinesSet")[0][name] for name in DEADLINES] == after
    assert life.phase == Phase.PAUSED


@pytest.mark.parametrize("phase", [Phase.TRAINING, Phase.SETTLING, Phase.CLOSING])
def test_a_pause_lapses_by_itself(lifecycle, phase):
    life = lifecycle().to(phase)
    life.pause(500)
    life.time_out()
    assert life.phase == phase


def test_a_pause_does_not_eat_the_window(life):
    left = life.deadline() - life.pause(500).timestamp
    ended = life.task.round()["pausedUntil"]
    pass_to(ended + left - 1)
    assert life.phase == Phase.TRAINING
    pass_to(ended + left)
    assert life.phase == Phase.STALLED


def test_what_stalled_stays_stalled(life):
    life.time_out()
    life.pause(500)
    life.time_out()
    assert (life.phase, Phase(life.task.stalledPhase())) == (Phase.STALLED, Phase.TRAINING)


def test_one_manager_is_not_enough(life, manager):
    life.task.pause(0, now() + 500, {"from": manager})
    assert life.phase == Phase.TRAINING


@pytest.mark.parametrize("length", [1, 5_000])
def test_a_pause_has_an_end(life, length):
    start = now() + 100
    for manager in life.cast.managers[:2]:
        next_block_at(start)
        life.task.pause(0, start + length, {"from": manager})
    assert life.phase == Phase.PAUSED


@pytest.mark.parametrize("length", [-1, 0, 5_001])
def test_not_for_ever_nor_for_no_time(life, manager, length):
    start = now() + 100
    next_block_at(start)
    with reverts_with("PauseOutOfBounds", start + length, start + 5_000):
        life.task.pause(0, start + length, {"from": manager})


def test_not_while_it_is_paused(life, manager):
    life.pause(500)
    with reverts_with("AlreadyPaused", life.task.round()["pausedUntil"]):
        life.task.pause(0, now() + 600, {"from": manager})


def test_again_later(life):
    life.pause(500)
    life.time_out()
    life.pause(500)
    assert life.phase == Phase.PAUSED


def test_the_round_is_named(life, manager):
    with reverts_with("WrongRound", 1, 0):
        life.task.pause(1, now() + 500, {"from": manager})


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.ENROLLING, Phase.CANCELLED, Phase.EXPIRED])
def test_only_a_running_task(lifecycle, manager, phase):
    life = lifecycle().to(phase)
    with reverts_with("TaskNotRunning", phase):
        life.task.pause(0, now() + 500, {"from": manager})


def test_only_managers_pause(life, member):
    with reverts_with("NotManager", member):
        life.task.pause(0, now() + 500, {"from": member})


# resume


def resume(life, elapsed=100):
    """End the pause so many seconds after it began."""
    start = now()
    for manager in life.cast.managers[:2]:
        next_block_at(start + elapsed)
        transaction = life.task.resume(0, {"from": manager})
    return transaction


@pytest.mark.parametrize(
    ("phase", "first"),
    [(Phase.TRAINING, 0), (Phase.COMMITTING, 1), (Phase.REVEALING, 2), (Phase.SETTLING, 4), (Phase.AGGREGATING, 3)],
)
def test_resume_moves_the_deadlines_back_by_the_rest(lifecycle, phase, first):
    life = lifecycle().to(phase)
    before = deadlines(life)
    paused = life.pause(500).timestamp
    transaction = resume(life)
    assert events(transaction, "TaskResumed") == [{"round": 0}]
    after = moved(before, transaction.timestamp - paused, first)
    assert deadlines(life) == after
    assert [events(transaction, "DeadlinesSet")[0][name] for name in DEADLINES] == after
    assert (life.phase, life.task.round()["pausedUntil"]) == (phase, 0)


def test_a_pause_may_follow_at_once(life):
    life.pause(500)
    resume(life)
    life.pause(500)
    assert life.phase == Phase.PAUSED


def test_one_manager_does_not_resume(life, manager):
    life.pause(500)
    life.task.resume(0, {"from": manager})
    assert life.phase == Phase.PAUSED


def test_resume_only_what_is_paused(life, manager):
    with reverts_with("WrongPhase", 0, Phase.TRAINING, Phase.PAUSED):
        life.task.resume(0, {"from": manager})


def test_resume_the_round_that_is_paused(life, manager):
    life.pause(500)
    with reverts_with("WrongRound", 1, 0):
        life.task.resume(1, {"from": manager})


def test_only_managers_resume(life, member):
    life.pause(500)
    with reverts_with("NotManager", member):
        life.task.resume(0, {"from": member})
