from collections.abc import Callable

import pytest

from folkmoot.chain import Client
from folkmoot.chain.clock import HALTED_AFTER_S
from folkmoot.testing.memory import MemoryChain, MemoryNode
from tests.support.clockwork import raises

HEAD = 5_000


@pytest.fixture
def standing(chain: MemoryChain, node: MemoryNode) -> MemoryNode:
    """Of a chain that stands, and has made an empty block each second before."""
    chain.number, chain.time = HEAD, HEAD

    def tell(tag: str, _full: bool) -> object:
        number = int(tag, 16) if tag.startswith("0x") else HEAD
        return {**chain.block(), "number": hex(number), "timestamp": hex(number), "transactions": []}

    node.instead["eth_getBlockByNumber"] = iter([tell] * 10_000)
    return node


@pytest.mark.usefixtures("standing")
def test_a_chain_that_stands_shows_to_one_who_looks_for_the_first_time(client: Client, chain: MemoryChain) -> None:
    client.head()
    assert client.halted_for() == 0
    chain.clock += HALTED_AFTER_S
    assert client.halted_for() == HALTED_AFTER_S
    assert client.now() == HEAD + 2


def test_the_past_is_looked_at_once(client: Client, chain: MemoryChain, standing: MemoryNode) -> None:
    asked = []
    for _ in range(3):
        standing.asked.clear()
        client.head()
        asked.append(standing.asked.count("eth_getBlockByNumber"))
        chain.clock += 1
    assert asked == [2 + 9, 2, 2]


@pytest.mark.usefixtures("standing")
def test_nothing_is_asked_until_a_block_is_due_but_for_a_second_at_most(
    client: Client, chain: MemoryChain, node: MemoryNode
) -> None:
    def asked() -> int:
        node.asked.clear()
        client.head()
        return node.asked.count("eth_getBlockByNumber")

    assert asked() > 0
    chain.clock = 0.9
    assert asked() == 0
    assert client.look_for_receipt(["0x"])[0].number == HEAD, "what is asked beside it is asked"
    chain.clock = 1.0
    assert asked() > 0
    client.clock._pace.interval = 60.0
    chain.clock = 1.9
    assert asked() == 0
    chain.clock = 2.0
    assert asked() > 0, "a transaction may bring a block before an empty one is due"


def test_who_has_not_looked_for_long_compares_the_nodes_first(
    connected: Callable[..., Client], chain: MemoryChain, standing: MemoryNode
) -> None:
    other = MemoryNode(chain)
    client = connected(standing, other)
    client.head()
    other.asked.clear()
    for chain.clock in (6, 7, 12):
        client.head()
    assert other.asked.count("eth_blockNumber") == 2, "no block has come since: it may stand alone"


def test_a_past_that_no_node_tells_is_no_fault(client: Client, chain: MemoryChain, node: MemoryNode) -> None:
    chain.number = HEAD
    node.instead["eth_getBlockByNumber"] = iter([None, None, *[raises(TimeoutError())] * 5])  # type: ignore[list-item]
    assert client.head().number == HEAD
    before = client.now()
    chain.clock += 100
    assert client.now() == before + 100
