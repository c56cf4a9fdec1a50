import pytest

from folkmoot.chain.structs import Phase
from tests.support.evm import events, reverts_with

POINTER = "0x" + "5c" * 32


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.TRAINING)


def test_share_keys(life):
    trainer = life.trainers[0]
    transaction = life.task.shareKeys(POINTER, {"from": trainer})
    assert events(transaction, "KeysShared") == [{"member": trainer, "pointer": POINTER}]


def test_in_any_phase(life):
    trainer = life.trainers[0]
    for phase in (Phase.COMMITTING, Phase.AGGREGATING, Phase.FINISHED):
        life.to(phase)
        life.task.shareKeys(POINTER, {"from": trainer})


def test_only_participants(life, stranger):
    with reverts_with("NotEnrolled", stranger):
        life.task.shareKeys(POINTER, {"from": stranger})


def test_nobody_who_was_counted_out(life):
    trainer = life.trainers[0]
    life.cast.federation.leave({"from": trainer})
    life.task.retire(trainer, life.anyone)
    with reverts_with("NotEnrolled", trainer):
        life.task.shareKeys(POINTER, {"from": trainer})


def test_a_pointer_is_needed(life):
    with reverts_with("ZeroBytes32"):
        life.task.shareKeys(bytes(32), {"from": life.trainers[0]})
