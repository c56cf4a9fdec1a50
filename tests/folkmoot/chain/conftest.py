from collections.abc import Callable

import pytest

from folkmoot.chain import Client
from folkmoot.testing.memory import MemoryChain, MemoryNode


@pytest.fixture
def chain() -> MemoryChain:
    return MemoryChain()


@pytest.fixture
def node(chain: MemoryChain) -> MemoryNode:
    return MemoryNode(chain)


@pytest.fixture
def connected(chain: MemoryChain) -> Callable[..., Client]:
    """A client of some nodes, by the chain's clock."""

    def connect(*nodes: MemoryNode) -> Client:
        urls = {f"node-{i}": node for i, node in enumerate(nodes)}
        return Client(list(urls), connect=urls.__getitem__, clock=chain.now)

    return connect


@pytest.fixture
def client(connected: Callable[..., Client], node: MemoryNode) -> Client:
    return connected(node)
