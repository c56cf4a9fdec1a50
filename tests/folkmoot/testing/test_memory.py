from typing import Any

import pytest
from eth_account import Account
from requests.exceptions import ConnectionError as NoConnection
from web3 import Web3

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
    web3 = Web3(node)
    assert web3.eth.get_block("latest")["number"] == 4

    def another(*_: Any) -> str:
        return hex(9)

    node.instead["eth_chainId"] = iter([another])
    assert [web3.eth.chain_id, web3.eth.chain_id] == [9, 7]
    assert node.asked.count("eth_chainId") == 2
    node.down = True
    with pytest.raises(NoConnection, match="down"):
        _ = web3.eth.chain_id
