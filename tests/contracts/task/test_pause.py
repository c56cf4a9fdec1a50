import pytest

from folkmoot.chain.structs import Phase
from tests.contracts.deadlines import FIRST_OPEN, announced, deadlines, moved
from tests.support.evm import events, next_block_at, now, pass_to, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.TRAINING)


@pytest.mark.parametrize("phase", FIRST_OPEN)
def test_pause_moves_the_open_deadlines(lifecycle, phase):
    life = lifecycle().to(phase)
    before = deadlines(life)
    transaction = life.pause(500)
    until = life.task.round()["pausedUntil"]
    assert events(transaction, "TaskPaused") == [{"round": 0, "until": until}]
    after = moved(before, until - transaction.timestamp, phase)
    assert deadlines(life) == announced(transaction) == after
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
