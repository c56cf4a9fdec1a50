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


# ------------------------------------------------------------ re-organisations


def set_back(chain: MemoryChain, *, to: int | None = None) -> None:
    """Take back all blocks with transactions; the chain ends with block `to`, or where it did."""
    chain.mined.clear()
    chain.number = chain.number if to is None else to


def test_a_nonce_that_a_re_organisation_gave_back_is_used_again(
    sender: Sender, chain: MemoryChain, clockwork: Clockwork
) -> None:
    on_demand(chain, clockwork)
    for _ in range(2):
        assert sender.send(CALL, deadline=DEADLINE) is not None
    set_back(chain)
    third = sender.send(CALL, deadline=DEADLINE)
    assert third is not None
    assert list(chain.mined) == [third.hash]
    assert chain.clock < AGAIN_S, "it waits for nothing"


def test_a_chain_that_was_set_back_is_first_taken_for_a_node_that_is_behind(
    sender: Sender, chain: MemoryChain, clockwork: Clockwork
) -> None:
    """On a chain that makes blocks only for transactions; else the first ones would be waited for in vain."""
    on_demand(chain, clockwork)
    before = [sender.send(CALL, deadline=DEADLINE) for _ in range(2)]
    set_back(chain, to=0)
    third = sender.send(CALL, deadline=DEADLINE)
    assert third is not None
    assert list(chain.mined) == [*(one.hash for one in before if one), third.hash]
    assert chain.clock < 3 * AGAIN_S


def test_a_node_that_has_not_the_last_block_yet_does_not_make_a_nonce_be_used_twice(
    sender: Sender, chain: MemoryChain, node: MemoryNode, clockwork: Clockwork
) -> None:
    assert sender.send(CALL, deadline=DEADLINE) is not None
    behind = {**chain.block(), "number": "0x0"}
    node.instead["eth_getBlockByNumber"] = iter([lambda *_: behind] * 2)
    node.instead["eth_getTransactionCount"] = iter([lambda *_: "0x0"])
    assert sender.send(CALL, deadline=DEADLINE) is not None
    assert node.asked.count("eth_sendRawTransaction") == 2
    assert len(clockwork.pauses) == 2


def test_what_a_re_organisation_dropped_is_offered_again_when_another_waits_for_it(
    sender: Sender, chain: MemoryChain, clockwork: Clockwork, caplog: pytest.LogCaptureFixture
) -> None:
    on_demand(chain, clockwork)
    first = sender.send(CALL, deadline=DEADLINE)
    assert first is not None
    clockwork.events = chain_of([lambda: set_back(chain, to=0)], clockwork.events)
    second = sender.send(CALL, deadline=DEADLINE)
    assert second is not None
    assert list(chain.mined) == [first.hash, second.hash]
    assert [record.message for record in caplog.records if "dropped" in record.message] == [
        f"transaction {first.hash} was dropped from the chain; it is offered again"
    ]


def test_what_waits_for_a_nonce_that_nobody_has_is_given_up_at_the_deadline(
    sender: Sender, node: MemoryNode, chain: MemoryChain, clockwork: Clockwork
) -> None:
    """A chain that was set back makes no block, and its time would never go on."""
    node.instead["eth_getTransactionCount"] = chain_of([lambda *_: "0x5"], repeat(lambda *_: "0x4"))
    on_demand(chain, clockwork)
    with pytest.raises(DeadlinePassed):
        sender.send(CALL, deadline=1_100)
    assert 1_000 + chain.clock <= 1_100 + 2 * AGAIN_S


def on_demand(chain: MemoryChain, clockwork: Clockwork) -> None:
    """A block comes whenever the pool has the next transaction, and no other."""
    clockwork.halted = True

    def mine() -> None:
        if chain.next_nonce in chain.pool:
            chain.mine()

    clockwork.events = repeat(mine)
