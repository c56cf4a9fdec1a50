from dataclasses import replace

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


def test_a_proposer_that_is_a_manager_needs_the_others_once_it_is_approved(cast, lifecycle, managers):
    life = replace(lifecycle(), task=cast.propose(managers[0]))
    life.approve()
    life.task.cancel({"from": managers[0]})
    assert life.phase == Phase.ENROLLING
    life.task.cancel({"from": managers[1]})
    assert life.phase == Phase.CANCELLED


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.ENROLLING])
def test_managers_cancel_what_has_not_started(lifecycle, phase):
    life = lifecycle().to(phase)
    pool = life.cast.treasury.pool()
    transaction = life.cast.decide(life.task.cancel)
    assert events(transaction, "TaskCancelled") == [{}]
    assert (life.phase, life.cast.treasury.pool()) == (Phase.CANCELLED, pool)


@pytest.mark.parametrize("phase", [Phase.CANCELLED, Phase.EXPIRED, Phase.TRAINING, Phase.PAUSED, Phase.FINISHED])
def test_nothing_else(lifecycle, member, phase):
    life = lifecycle(totalRounds=1).to(phase)
    number = life.round
    for sender in (member, life.cast.managers[0]):
        with reverts_with("WrongPhase", number, phase, Phase.ENROLLING):
            life.task.cancel({"from": sender})


def test_only_the_proposer_and_managers(life, member, stranger):
    with reverts_with("NotManager", stranger):
        life.task.cancel({"from": stranger})
    life.approve()
    with reverts_with("NotManager", member):
        life.task.cancel({"from": member})
