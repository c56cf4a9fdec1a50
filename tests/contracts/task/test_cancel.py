import pytest

from folkmoot.chain.structs import Phase
from tests.support.evm import events, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle()


def test_cancel(life, member):
    transaction = life.task.cancel({"from": member})
    assert events(transaction, "TaskCancelled") == [{}]
    assert life.phase == Phase.CANCELLED


def test_a_manager_cancels_what_it_proposed(cast, manager):
    task = cast.propose(manager)
    task.cancel({"from": manager})
    assert task.phase() == Phase.CANCELLED


def test_not_once_it_is_approved(life, member):
    life.approve()
    with reverts_with("WrongPhase", 0, Phase.ENROLLING, Phase.PROPOSED):
        life.task.cancel({"from": member})


def test_not_twice(life, member):
    life.task.cancel({"from": member})
    with reverts_with("WrongPhase", 0, Phase.CANCELLED, Phase.PROPOSED):
        life.task.cancel({"from": member})


def test_only_the_proposer(life, member, manager):
    with reverts_with("NotProposer", manager, member):
        life.task.cancel({"from": manager})
