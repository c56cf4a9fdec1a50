import pytest

from folkmoot.chain.structs import Phase
from tests.contracts.lifecycle import LATER
from tests.support.evm import events, now, pass_to, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.TRAINING)


@pytest.mark.parametrize("phase", LATER)
def test_pause_moves_the_deadline(lifecycle, phase):
    life = lifecycle().to(phase)
    before = life.deadline()
    transaction = life.pause(500)
    until = life.task.round()["pausedUntil"]
    assert events(transaction, "TaskPaused") == [{"round": 0, "until": until}]
    assert life.deadline(phase) == before + until - transaction.timestamp
    [announced] = events(transaction, "DeadlineSet")
    assert (announced["deadline"], announced["endBlock"]) == tuple(life.task.round()[:2])
    assert life.phase == Phase.PAUSED


def test_a_deadline_that_has_passed_stays(lifecycle):
    life = lifecycle().to(Phase.SETTLING)
    before = life.task.round()["deadline"]
    assert events(life.pause(500), "DeadlineSet") == []
    assert life.task.round()["deadline"] == before


@pytest.mark.parametrize("phase", [Phase.SAMPLING, Phase.CLOSING])
def test_a_phase_without_a_deadline_announces_none(lifecycle, phase):
    """That of the window before does not come into it, whether it has passed or not."""
    life = lifecycle(activeShare=8_000)
    life.to(Phase.CLOSING)
    if phase == Phase.SAMPLING:
        life.finish_round()
    assert life.phase == phase
    assert events(life.pause(500), "DeadlineSet") == []
    assert events(life.resume(), "DeadlineSet") == []


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
    life.task.pause(500, {"from": manager})
    assert life.phase == Phase.TRAINING


@pytest.mark.parametrize("length", [1, 5_000])
def test_a_pause_has_an_end(life, length):
    assert life.pause(length).timestamp + length == life.deadline(Phase.PAUSED)


def test_a_pause_begins_when_it_is_executed(life, managers):
    life.task.pause(500, {"from": managers[0]})
    pass_to(now() + 600)
    executed = life.task.pause(500, {"from": managers[1]}).timestamp
    assert (life.phase, life.deadline()) == (Phase.PAUSED, executed + 500)


def test_a_task_does_not_outrun_its_managers(lifecycle, managers):
    life = lifecycle(totalRounds=5).to(Phase.TRAINING)
    for number in (1, 2, 3):
        life.task.pause(500, {"from": managers[0]})
        life.finish_round()
        life.task.pause(500, {"from": managers[1]})
        assert (life.phase, life.round) == (Phase.PAUSED, number)
        life.time_out()


@pytest.mark.parametrize("length", [0, 5_001, 2**256 - 1])
def test_not_for_ever_nor_for_no_time(life, manager, length):
    with reverts_with("PauseOutOfBounds", length, 5_000):
        life.task.pause(length, {"from": manager})


def test_not_while_it_is_paused(life, manager):
    life.pause(500)
    with reverts_with("AlreadyPaused", life.task.round()["pausedUntil"]):
        life.task.pause(600, {"from": manager})


def test_again_later(life):
    life.pause(500)
    life.time_out()
    life.pause(500)
    assert life.phase == Phase.PAUSED


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.ENROLLING, Phase.CANCELLED, Phase.EXPIRED])
def test_only_a_running_task(lifecycle, manager, phase):
    life = lifecycle().to(phase)
    with reverts_with("TaskNotRunning", phase):
        life.task.pause(500, {"from": manager})


def test_only_managers_pause(life, member):
    with reverts_with("NotManager", member):
        life.task.pause(500, {"from": member})
