import pytest
from web3.types import Nonce

from folkmoot.chain.accounts import Signed
from folkmoot.chain.nonces import KEPT, Nonces


def signed(nonce: int, name: str = "") -> Signed:
    return Signed({"nonce": Nonce(nonce)}, b"", f"{name or nonce}")


def following(nonces: Nonces, told: int, head: int = 0) -> int:
    return nonces.next(Nonce(told), head)


@pytest.fixture
def nonces() -> Nonces:
    """After a transaction with nonce 4, which was executed in block 7."""
    nonces = Nonces()
    nonces.offered(Nonce(4))
    with nonces.waiting(Nonce(4)):
        nonces.executed(signed(4), 7)
    return nonces


def test_a_node_says_the_first() -> None:
    assert following(Nonces(), 3) == 3


def test_a_node_says_it_where_none_waits(nonces: Nonces) -> None:
    assert [following(nonces, told, head=7) for told in (4, 5, 9)] == [4, 5, 9]


def test_it_is_counted_while_one_waits(nonces: Nonces) -> None:
    nonces.offered(Nonce(5))
    with nonces.waiting(Nonce(5)):
        assert [following(nonces, told, head=9) for told in (4, 6, 8)] == [6, 6, 8]
    assert following(nonces, 5, head=9) == 5


def test_it_is_counted_where_a_node_has_not_the_last_block_yet(nonces: Nonces) -> None:
    assert following(nonces, 4, head=6) == 5


@pytest.mark.parametrize("head", [6, 7])
def test_after_a_failure_a_node_says_it(head: int, nonces: Nonces) -> None:
    nonces.offered(Nonce(5))
    with pytest.raises(KeyboardInterrupt), nonces.waiting(Nonce(5)):
        raise KeyboardInterrupt
    assert following(nonces, 5, head=head) == 5


def test_what_a_node_has_lost_is_known_in_its_order(nonces: Nonces) -> None:
    for nonce in (6, 5, 7):
        nonces.executed(signed(nonce), 8)
    assert [one.hash for one in nonces.between(Nonce(5), Nonce(7))] == ["5", "6"]
    assert nonces.between(Nonce(8), Nonce(7)) == []


def test_the_last_one_of_a_nonce_is_kept_and_not_too_many(nonces: Nonces) -> None:
    nonces.executed(signed(4, "again"), 8)
    assert [one.hash for one in nonces.between(Nonce(0), Nonce(9))] == ["again"]
    for nonce in range(100):
        nonces.executed(signed(nonce), 9)
    assert len(nonces.between(Nonce(0), Nonce(200))) == KEPT
