"""That a sender does nothing twice, however late and however differently nodes tell what happened."""

from collections.abc import Callable
from itertools import repeat

import pytest
from eth_account import Account
from requests.exceptions import ReadTimeout
from web3 import Web3

from folkmoot.chain import Client, Sender
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.clockwork import CALL, DEADLINE, Clockwork, raises


def lagging(node: MemoryNode, times: int) -> None:
    """Behind the URL are two nodes: the one that is asked for receipts has not the last block for some requests."""
    node.instead["eth_getTransactionReceipt"] = iter([lambda _: None] * times)


@pytest.mark.parametrize("times", [3, 4, 6])
def test_a_receipt_that_comes_later_than_the_block_pays_nobody_twice(
    times: int, sender: Sender, chain: MemoryChain, node: MemoryNode
) -> None:
    lagging(node, times)
    receipt = sender.send(CALL, deadline=DEADLINE)
    assert receipt is not None
    assert list(chain.mined) == [receipt.hash]


def test_two_nodes_of_which_one_is_a_block_behind_pay_nobody_twice(
    chain: MemoryChain, clockwork: Clockwork, connected: Callable[..., Client]
) -> None:
    """The first has the block, and says so; asked for the receipt, it slips once, and the second has no block yet."""
    first, second = MemoryNode(chain), MemoryNode(chain)
    sender = Sender(connected(first, second), Account.from_key(b"\1" * 32), clock=chain.now, sleep=clockwork.sleep)
    there = first.eth_getTransactionReceipt
    second.instead["eth_getTransactionReceipt"] = repeat(lambda _: None)
    second.instead["eth_sendRawTransaction"] = repeat(raises(ReadTimeout()))
    slip = raises(ReadTimeout())
    first.instead["eth_getTransactionReceipt"] = iter([there, slip, slip, *[there] * 50])
    receipt = sender.send(CALL, deadline=DEADLINE)
    assert receipt is not None
    assert list(chain.mined) == [receipt.hash]


@pytest.mark.parametrize("words", ["AlreadyKnown", "existing tx with same hash"])
def test_an_answer_lost_after_the_node_took_it_is_no_failure_in_a_nodes_own_words(
    words: str, sender: Sender, chain: MemoryChain, node: MemoryNode
) -> None:
    """Else who reads that it failed does it again by hand."""

    def take_and_die(raw: str) -> None:
        chain.accept(Web3.to_bytes(hexstr=raw))  # type: ignore[arg-type]
        raise ReadTimeout

    node.instead["eth_sendRawTransaction"] = iter([take_and_die, raises(RpcError(words))])
    assert sender.send(CALL, deadline=DEADLINE) is not None
    assert len(chain.mined) == 1


def test_a_pool_that_is_full_for_a_moment_is_offered_it_again(sender: Sender, node: MemoryNode) -> None:
    node.instead["eth_sendRawTransaction"] = iter([raises(RpcError("txpool is full"))])
    assert sender.send(CALL, deadline=DEADLINE) is not None
