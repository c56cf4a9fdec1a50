"""A chain's clock and the time of day are one here, unless they differ."""

import pytest

from folkmoot.chain import Client
from folkmoot.cli.standstill import LOOK_S, standing
from folkmoot.testing.memory import MemoryChain, MemoryNode
from tests.support.clockwork import Clockwork

START = 1_000  # the chain's first time of day


@pytest.fixture
def chain() -> MemoryChain:
    return MemoryChain()


@pytest.fixture
def clockwork(chain: MemoryChain) -> Clockwork:
    return Clockwork(chain)


@pytest.fixture
def client(chain: MemoryChain) -> Client:
    node = MemoryNode(chain)
    return Client(["node"], connect=lambda _: node, clock=chain.now, sleep=chain.sleep)


def tick(chain: MemoryChain, client: Client, interval: float = 1.0, *, is_empty: bool = True) -> None:
    """Blocks come by themselves, and are seen to come."""
    transactions = [] if is_empty else ["0x"]
    plain = chain.block
    chain.block = lambda: plain() | {"transactions": transactions}  # type: ignore[method-assign]
    for _ in range(10):
        chain.clock += interval
        chain.mine()
        client.head()


def stands(chain: MemoryChain, client: Client, clockwork: Clockwork, ahead: float = 0.0) -> bool:
    return standing(client, client.head(), now=lambda: START + chain.clock + ahead, sleep=clockwork.sleep)


@pytest.mark.parametrize(("interval", "age", "found"), [(1, 9, False), (1, 11, True), (5, 19, False), (5, 21, True)])
def test_a_chain_stands_when_its_next_block_is_long_due(
    interval: float, age: float, found: bool, chain: MemoryChain, client: Client, clockwork: Clockwork
) -> None:
    tick(chain, client, interval)
    chain.clock += age
    clockwork.halted = True
    assert stands(chain, client, clockwork) == found
    assert clockwork.pauses == ([min(2 * interval, LOOK_S)] if found else [])


def test_where_blocks_come_for_transactions_alone_nothing_shows(
    chain: MemoryChain, client: Client, clockwork: Clockwork
) -> None:
    tick(chain, client, is_empty=False)
    chain.clock += 1_000
    clockwork.halted = True
    assert not stands(chain, client, clockwork)


def test_a_machine_whose_clock_is_ahead_sees_the_next_block(
    chain: MemoryChain, client: Client, clockwork: Clockwork
) -> None:
    tick(chain, client)
    assert not stands(chain, client, clockwork, ahead=100)
    assert len(clockwork.pauses) == 1
