import pytest

from folkmoot.chain.structs import Phase
from tests.contracts.lifecycle import BUDGET, begin
from tests.support.evm import events, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.ENROLLING)


def test_expire(life, stranger):
    pool = life.cast.treasury.pool()
    life.enrol(*life.committee, life.trainers[0])
    life.time_out()
    transaction = life.task.expire({"from": stranger})
    assert events(transaction, "TaskExpired") == [{}]
    assert life.phase == Phase.EXPIRED
    assert life.cast.treasury.pool() == pool


@pytest.mark.parametrize("late", [False, True])
def test_not_while_it_can_start(life, late):
    life.enrol()
    start_by = life.deadline()
    if late:
        life.time_out()
    with reverts_with("TaskCanStart") if late else reverts_with("EnrolmentOpen", start_by):
        life.task.expire(life.anyone)


def gone(life):
    life.cast.federation.leave({"from": life.committee[1]})


def poor(life):
    other = begin(life.cast)
    other.approve(life.cast.treasury.pool() - BUDGET + 1)
    other.enrol()
    other.start()


@pytest.mark.parametrize("fault", [gone, poor])
def test_what_cannot_start_although_enough_have_enrolled(life, fault):
    life.enrol()
    fault(life)
    life.time_out()
    life.task.expire(life.anyone)
    assert life.phase == Phase.EXPIRED


def test_not_within_the_window(life):
    with reverts_with("EnrolmentOpen", life.deadline()):
        life.task.expire(life.anyone)


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.CANCELLED, Phase.EXPIRED, Phase.TRAINING])
def test_only_what_waits_for_its_start(lifecycle, phase):
    life = lifecycle().to(phase)
    with reverts_with("WrongPhase", 0, phase, Phase.ENROLLING):
        life.task.expire(life.anyone)
