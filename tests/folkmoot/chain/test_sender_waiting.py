"""How a sender waits: for nodes that are down, and for a chain that stands still."""

import logging

import pytest

from folkmoot.chain import Client, Sender
from folkmoot.errors import (
    ConnectionFailed,
    DeadlinePassed,
)
from folkmoot.testing.memory import MemoryChain, MemoryNode
from tests.support.clockwork import CALL, DEADLINE, Clockwork


def test_a_dead_node_is_waited_for(sender: Sender, node: MemoryNode, clockwork: Clockwork, client: Client) -> None:
    client.now()
    node.down = True

    def revive() -> None:
        node.down = False

    clockwork.events = iter([lambda: None, lambda: None, revive])
    assert sender.send(CALL, deadline=DEADLINE) is not None


def test_a_node_that_dies_while_a_transaction_waits_is_waited_for(
    sender: Sender, node: MemoryNode, clockwork: Clockwork
) -> None:
    def die() -> None:
        node.down = True

    def revive() -> None:
        node.down = False

    clockwork.events = iter([die, lambda: None, revive])
    assert sender.send(CALL, deadline=DEADLINE) is not None


def test_a_node_that_stays_dead_is_waited_for_until_the_deadline(
    sender: Sender, node: MemoryNode, client: Client, chain: MemoryChain, clockwork: Clockwork
) -> None:
    client.now()
    node.down = True
    with pytest.raises(ConnectionFailed, match="node-0"):
        sender.send(CALL, deadline=DEADLINE)
    assert 1_000 + chain.clock <= DEADLINE
    assert len(clockwork.pauses) > 8


def test_pauses_between_retries_are_drawn_from_a_growing_range(
    sender: Sender, node: MemoryNode, client: Client, clockwork: Clockwork
) -> None:
    client.now()
    node.down = True
    with pytest.raises(ConnectionFailed):
        sender.send(CALL, deadline=1_200)
    bounds = [min(8, 0.1 * 2**n) for n in range(len(clockwork.pauses))]
    assert all(0 <= pause <= bound for pause, bound in zip(clockwork.pauses, bounds, strict=True))
    assert len(set(clockwork.pauses)) == len(clockwork.pauses)
    assert min(clockwork.pauses[10:]) < 4 < max(clockwork.pauses[10:])


def test_a_chain_nobody_ever_reached_has_no_time_to_wait_by(sender: Sender, node: MemoryNode) -> None:
    node.down = True
    with pytest.raises(ConnectionFailed):
        sender.send(CALL, deadline=DEADLINE)


def test_a_halted_chain_is_reported_and_waited_for(
    sender: Sender, chain: MemoryChain, clockwork: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    clockwork.halted = True

    def go_on() -> None:
        clockwork.halted = False

    clockwork.events = iter([lambda: None] * 200 + [go_on])
    with caplog.at_level(logging.WARNING):
        assert sender.send(CALL, deadline=DEADLINE) is not None
    told = [record.message for record in caplog.records if "no new block" in record.message]
    assert len(told) == chain.clock // 30
    assert told[0] == "no new block for 30 s: submitUpdate waits for the chain to go on"


def test_a_halted_chain_is_waited_for_until_the_deadline(
    sender: Sender, chain: MemoryChain, clockwork: Clockwork
) -> None:
    clockwork.halted = True
    with pytest.raises(DeadlinePassed, match="submitUpdate came into no block in time; its transaction 0x"):
        sender.send(CALL, deadline=1_100)
    assert chain.clock >= 100
    assert len(chain.pool) == 1


def test_a_transaction_mined_at_the_last_moment_is_found(
    sender: Sender, chain: MemoryChain, clockwork: Clockwork
) -> None:
    clockwork.halted = True

    def mine_late() -> None:
        if chain.clock >= 99:
            clockwork.halted = False

    clockwork.events = iter([mine_late] * 1_000)
    assert sender.send(CALL, deadline=1_100) is not None
