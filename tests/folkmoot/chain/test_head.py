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


def test_the_past_is_looked_at_once(client: Client, standing: MemoryNode) -> None:
    asked = []
    for _ in range(3):
        standing.asked.clear()
        client.head()
        asked.append(standing.asked.count("eth_getBlockByNumber"))
    assert asked == [2 + 9, 2, 2]


def test_a_past_that_no_node_tells_is_no_fault(client: Client, chain: MemoryChain, node: MemoryNode) -> None:
    chain.number = HEAD
    node.instead["eth_getBlockByNumber"] = iter([None, None, *[raises(TimeoutError())] * 5])  # type: ignore[list-item]
    assert client.head().number == HEAD
    before = client.now()
    chain.clock += 100
    assert client.now() == before + 100
