from collections.abc import Callable

import pytest
from eth_account import Account

from folkmoot.chain import Client, Sender
from folkmoot.testing.memory import MemoryChain, MemoryNode
from tests.support.clockwork import Clockwork


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
        return Client(list(urls), connect=urls.__getitem__, clock=chain.now, sleep=chain.sleep)

    return connect


@pytest.fixture
def client(connected: Callable[..., Client], node: MemoryNode) -> Client:
    return connected(node)


@pytest.fixture
def clockwork(chain: MemoryChain) -> Clockwork:
    return Clockwork(chain)


@pytest.fixture
def sender(client: Client, chain: MemoryChain, clockwork: Clockwork) -> Sender:
    account = Account.from_key(b"\1" * 32)
    return Sender(client, account, clock=chain.now, sleep=clockwork.sleep)
