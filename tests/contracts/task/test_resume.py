import pytest

from folkmoot.chain.structs import Phase
from tests.contracts.deadlines import FIRST_OPEN, announced, deadlines, moved
from tests.support.evm import events, next_block_at, now, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.TRAINING)


def resume(life, elapsed=100):
    """End the pause so many seconds after it began."""
    start = now()
    for manager in life.cast.managers[:2]:
        next_block_at(start + elapsed)
        transaction = life.task.resume(0, {"from": manager})
    return transaction


@pytest.mark.parametrize("phase", FIRST_OPEN)
def test_resume_moves_the_deadlines_back_by_the_rest(lifecycle, phase):
    life = lifecycle().to(phase)
    before = deadlines(life)
    paused = life.pause(500).timestamp
    transaction = resume(life)
    assert events(transaction, "TaskResumed") == [{"round": 0}]
    after = moved(before, transaction.timestamp - paused, phase)
    assert deadlines(life) == announced(transaction) == after
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
