"""How a sender waits: for nodes that are down, and for a chain that stands still."""

import logging
from contextlib import suppress
from itertools import chain as chain_of
from itertools import repeat

import pytest

from folkmoot.chain import Client, Sender
from folkmoot.chain.nodes import PATIENCE_S
from folkmoot.chain.pending import AGAIN_S
from folkmoot.errors import ChainError, ConnectionFailed, DeadlinePassed
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.clockwork import CALL, DEADLINE, Clockwork, raises


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
    assert 1_000 + chain.clock <= DEADLINE + 2 * PATIENCE_S
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


def test_a_halted_chain_is_reported_once_and_waited_for_beyond_the_deadline(
    sender: Sender, chain: MemoryChain, clockwork: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    clockwork.halted = True

    def go_on() -> None:
        clockwork.halted = False

    clockwork.events = iter([lambda: None] * 2_000 + [go_on])
    with caplog.at_level(logging.WARNING, "folkmoot.chain.clock"):
        assert sender.send(CALL, deadline=DEADLINE) is not None
    assert 1_000 + chain.clock > DEADLINE
    told = [record.message for record in caplog.records]
    assert told == ["the chain stands: no new block for 10 s; nothing is decided by time until one comes"]


def test_a_transaction_that_comes_into_no_block_is_waited_for_until_the_deadline(
    sender: Sender, chain: MemoryChain, clockwork: Clockwork
) -> None:
    clockwork.events = repeat(chain.pool.clear)
    with pytest.raises(DeadlinePassed, match="submitUpdate came into no block in time; its transaction 0x"):
        sender.send(CALL, deadline=1_100)
    assert 1_100 <= chain.time <= 1_102


def test_a_transaction_mined_at_the_last_moment_is_found(
    sender: Sender, chain: MemoryChain, clockwork: Clockwork
) -> None:
    def lose_early() -> None:
        if chain.time < 1_098:
            chain.pool.clear()

    clockwork.events = repeat(lose_early)
    assert sender.send(CALL, deadline=1_100) is not None


def test_what_a_node_lost_is_offered_again_without_a_block(
    sender: Sender, chain: MemoryChain, clockwork: Clockwork
) -> None:
    """As one does that was restarted, on a chain whose blocks come only with transactions."""
    clockwork.halted = True

    def mine_what_there_is() -> None:
        if chain.clock < 3:
            chain.pool.clear()
        clockwork.halted = not chain.pool

    clockwork.events = repeat(mine_what_there_is)
    assert sender.send(CALL, deadline=DEADLINE) is not None
    assert chain.clock <= 3 + 2 * AGAIN_S


def test_what_no_node_takes_any_more_is_given_up_at_the_deadline(
    sender: Sender, node: MemoryNode, chain: MemoryChain, clockwork: Clockwork
) -> None:
    clockwork.halted = True
    node.instead["eth_sendRawTransaction"] = chain_of([None], repeat(raises(RpcError("insufficient funds"))))
    with pytest.raises(DeadlinePassed):
        sender.send(CALL, deadline=DEADLINE)
    assert 1_000 + chain.clock <= DEADLINE + 1


@pytest.mark.parametrize("fault", [RpcError("the moon"), RpcError("nonce too low"), ConnectionRefusedError()])
def test_the_nonce_is_asked_for_again_after_any_fault_while_waiting(
    fault: Exception, sender: Sender, node: MemoryNode, chain: MemoryChain, clockwork: Clockwork
) -> None:
    clockwork.halted = True
    node.instead["eth_getTransactionReceipt"] = chain_of([None, None], [raises(fault)])

    def lose() -> None:
        chain.pool.clear()
        clockwork.halted = chain.clock < 20

    clockwork.events = repeat(lose)
    with suppress(ChainError):
        sender.send(CALL, deadline=1_030)
    clockwork.events, clockwork.halted = iter(()), False
    assert sender.send(CALL, deadline=DEADLINE) is not None
