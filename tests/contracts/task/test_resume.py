import pytest

from folkmoot.chain.structs import Phase
from tests.contracts.lifecycle import LATER
from tests.support.evm import events, next_block_at, now, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.TRAINING)


def resume(life, elapsed=100):
    """End the pause so many seconds after it began."""
    start, until = now(), life.deadline()
    for manager in life.cast.managers[:2]:
        next_block_at(start + elapsed)
        transaction = life.task.resume(until, {"from": manager})
    return transaction


@pytest.mark.parametrize("phase", LATER)
def test_resume_moves_the_deadline_back_by_the_rest(lifecycle, phase):
    life = lifecycle().to(phase)
    before = life.deadline()
    paused = life.pause(500).timestamp
    transaction = resume(life)
    assert events(transaction, "TaskResumed") == [{"round": 0}]
    assert life.deadline(phase) == before + transaction.timestamp - paused
    [announced] = events(transaction, "DeadlineSet")
    assert (announced["deadline"], announced["endBlock"]) == tuple(life.task.round()[:2])
    assert (life.phase, life.task.round()["pausedUntil"]) == (phase, 0)


def test_a_pause_may_follow_at_once(life):
    life.pause(500)
    resume(life)
    life.pause(500)
    assert life.phase == Phase.PAUSED


def test_one_manager_does_not_resume(life, manager):
    life.pause(500)
    life.task.resume(life.deadline(), {"from": manager})
    assert life.phase == Phase.PAUSED


def test_what_was_confirmed_in_one_pause_does_not_count_in_the_next(life, managers):
    life.pause(500)
    first = life.deadline()
    life.task.resume(first, {"from": managers[0]})
    life.time_out()
    life.pause(500)
    second = life.deadline()
    with reverts_with("WrongPause", first, second):
        life.task.resume(first, {"from": managers[1]})
    life.task.resume(second, {"from": managers[1]})
    assert life.phase == Phase.PAUSED


def test_of_two_pauses_with_the_same_end_the_second_is_resumed_by_a_quorum_too(life, managers):
    until = now() + 2_000
    for _ in range(2):
        length = until - now() - 100
        for manager in managers[1:]:
            next_block_at(until - length)
            life.task.pause(length, {"from": manager})
        life.task.resume(until, {"from": managers[0]})
        assert life.phase == Phase.PAUSED
        life.task.resume(until, {"from": managers[1]})
        assert life.phase == Phase.TRAINING


def test_a_round_that_is_rolled_back_stays_paused_until_the_managers_resume(life):
    life.pause(500)
    life.rollback(0, life.committee)
    life.resume()
    assert (life.phase, life.round) == (Phase.TRAINING, 1)


def test_resume_only_what_is_paused(life, manager):
    with reverts_with("WrongPhase", 0, Phase.TRAINING, Phase.PAUSED):
        life.task.resume(0, {"from": manager})


def test_resume_the_pause_that_runs(life, manager):
    life.pause(500)
    until = life.deadline()
    with reverts_with("WrongPause", until + 1, until):
        life.task.resume(until + 1, {"from": manager})


def test_only_managers_resume(life, member):
    life.pause(500)
    with reverts_with("NotManager", member):
        life.task.resume(life.deadline(), {"from": member})
