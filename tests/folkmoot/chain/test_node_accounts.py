from itertools import repeat

import pytest

from folkmoot.chain import Client
from folkmoot.chain.node_accounts import node_accounts, send_by_node
from folkmoot.errors import TransactionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode

RICH = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
RAW = bytes.fromhex("c180")


def test_addresses_have_their_checksums(node: MemoryNode, client: Client) -> None:
    node.instead["eth_accounts"] = repeat(lambda: [RICH.lower()])
    assert node_accounts(client) == [RICH]


@pytest.mark.parametrize("fails", [False, True])
def test_the_node_signs_and_the_receipt_is_waited_for(
    fails: bool, chain: MemoryChain, node: MemoryNode, client: Client
) -> None:
    def send(request: object) -> str:
        assert request == {"from": RICH, "value": "0x5", "gasPrice": "0x0"}
        return chain.accept(RAW)

    def mine_later(*_: object) -> None:
        chain.mine()

    chain.fails = fails
    node.instead["eth_sendTransaction"] = iter([send])
    node.instead["eth_getTransactionReceipt"] = iter([mine_later])
    if fails:
        with pytest.raises(TransactionFailed, match="failed or came into no block"):
            send_by_node(client, {"from": RICH, "value": 5})  # type: ignore[typeddict-item]
    else:
        assert send_by_node(client, {"from": RICH, "value": 5})["blockNumber"] == 1  # type: ignore[typeddict-item]
