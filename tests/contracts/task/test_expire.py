import pytest

from folkmoot.chain.structs import Phase
from tests.support.evm import events, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.ENROLLING)


def test_expire(life, stranger):
    pool = life.cast.treasury.pool()
    life.enrol()
    life.time_out()
    transaction = life.task.expire({"from": stranger})
    assert events(transaction, "TaskExpired") == [{}]
    assert life.phase == Phase.EXPIRED
    assert life.cast.treasury.pool() == pool


def test_not_while_it_may_start(life):
    with reverts_with("EnrolmentOpen", life.deadline()):
        life.task.expire(life.anyone)


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.CANCELLED, Phase.EXPIRED, Phase.TRAINING])
def test_only_what_waits_for_its_start(lifecycle, phase):
    life = lifecycle().to(phase)
    with reverts_with("WrongPhase", 0, phase, Phase.ENROLLING):
        life.task.expire(life.anyone)
