import pytest
from eth_account import Account
from requests.exceptions import ConnectionError as NoConnection

from folkmoot.chain import Client
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError

ACCOUNT = Account.from_key(b"\x01" * 32)


def signed(nonce: int = 0, price: int = 1_000) -> bytes:
    transaction = {"to": ACCOUNT.address, "value": 0, "nonce": nonce, "gas": 21_000, "gasPrice": price, "chainId": 7}
    return bytes(ACCOUNT.sign_transaction(transaction).raw_transaction)


def test_a_transaction_is_executed_by_the_next_block() -> None:
    chain = MemoryChain()
    hash_ = chain.accept(signed())
    assert chain.mined == {}
    chain.mine()
    assert chain.mined[hash_]["blockNumber"] == "0x1"
    assert chain.next_nonce == 1


def test_a_transaction_waits_for_those_before_it() -> None:
    chain = MemoryChain()
    chain.accept(signed(nonce=1))
    chain.mine()
    assert chain.mined == {}
    chain.accept(signed(nonce=0))
    chain.mine()
    assert chain.next_nonce == 2


def test_without_a_base_fee_a_transaction_waits_until_it_offers_the_gas_price() -> None:
    chain = MemoryChain(base_fee=None, gas_price=2_000)
    chain.accept(signed(price=1_999))
    chain.mine()
    assert chain.next_nonce == 0
    chain.accept(signed(price=2_200))
    chain.mine()
    assert chain.next_nonce == 1


@pytest.mark.parametrize(
    ("second", "message"),
    [(signed(), "already known"), (signed(price=1_099), "replacement transaction underpriced")],
)
def test_refusals_are_worded_as_nodes_word_them(second: bytes, message: str) -> None:
    chain = MemoryChain()
    chain.accept(signed())
    with pytest.raises(RpcError, match=message):
        chain.accept(second)
    chain.mine()
    with pytest.raises(RpcError, match="nonce too low"):
        chain.accept(signed(price=5_000))


def test_a_node_answers_for_its_chain_unless_it_is_told_otherwise() -> None:
    node = MemoryNode(MemoryChain(number=4))
    client = Client(["node"], connect=lambda _: node)
    assert client.head().number == 4
    node.instead["eth_chainId"] = iter([lambda: hex(9)])
    assert [node.make_request("eth_chainId", [])["result"] for _ in range(2)] == ["0x9", "0x7"]
    node.down = True
    with pytest.raises(NoConnection, match="down"):
        node.make_request("eth_chainId", [])
