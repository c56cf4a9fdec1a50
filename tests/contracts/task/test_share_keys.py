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
    assert events(transaction, "KeysShared") == [{"account": trainer, "pointer": POINTER}]


def test_anyone_may(life, stranger):
    transaction = life.task.shareKeys(POINTER, {"from": stranger})
    assert events(transaction, "KeysShared") == [{"account": stranger, "pointer": POINTER}]


def test_a_pointer_is_needed(life):
    with reverts_with("ZeroBytes32"):
        life.task.shareKeys(bytes(32), {"from": life.trainers[0]})
