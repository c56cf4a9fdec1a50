from collections.abc import Callable
from contextlib import suppress
from itertools import chain as chain_of
from itertools import repeat
from typing import Any

import pytest
from requests.exceptions import ReadTimeout

from folkmoot.chain import Block, Client, EventFeed, fetch_round
from folkmoot.chain.events.rounds import RoundOpened
from folkmoot.chain.log_search import LogSearch
from folkmoot.errors import ChainError, ConnectionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.clockwork import raises
from tests.support.logs import in_json, log_of

Connect = Callable[..., Client]
TASK = "0x" + "22" * 20


def searching(node: MemoryNode, most: int, refusal: RpcError) -> list[tuple[int, int]]:
    """The ranges that a node was asked for, which takes `most` blocks at once."""
    asked: list[tuple[int, int]] = []

    def search(wanted: dict[str, Any]) -> list[Any]:
        first, last = (int(wanted[name], 16) for name in ("fromBlock", "toBlock"))
        asked.append((first, last))
        if last - first + 1 > most:
            raise refusal
        return []

    node.instead["eth_getLogs"] = repeat(search)
    node.chain.number = 1_000
    return asked


def test_a_range_that_a_node_refuses_is_halved_and_what_it_takes_is_remembered(
    node: MemoryNode, client: Client
) -> None:
    asked = searching(node, 300, RpcError("Requested range exceeds maximum RPC range limit", -32005))
    assert client.logs([], 0, 999) == []
    assert asked[:3] == [(0, 999), (0, 499), (0, 249)]
    taken = [(first, last) for first, last in asked if last - first < 300]
    assert taken == [(0, 249), (250, 499), (500, 749), (750, 999)]
    asked.clear()
    client.logs([], 0, 499)
    assert asked == [(0, 249), (250, 499)]


def test_logs_that_no_range_is_small_enough_for(node: MemoryNode, client: Client) -> None:
    searching(node, 0, RpcError("query returned more than 10000 results", -32005))
    with pytest.raises(ChainError, match="more than 10000 results"):
        client.logs([], 0, 10)


def test_who_searches_can_stop_between_two_requests(node: MemoryNode, client: Client) -> None:
    asked = searching(node, 300, RpcError("Requested range exceeds maximum RPC range limit", -32005))

    def go_on() -> None:
        if len(asked) == 4:
            raise ConnectionFailed("enough")

    with pytest.raises(ConnectionFailed, match="enough"):
        list(LogSearch(client._nodes, go_on=go_on).find([], 0, 999, ()))
    assert len(asked) == 4


def test_a_rate_limit_does_not_make_ranges_smaller(node: MemoryNode, client: Client) -> None:
    asked = searching(node, 10, RpcError("request rate limited", -32005))
    with pytest.raises(ConnectionFailed, match="rate limited"):
        client.logs([], 0, 99)
    assert set(asked) == {(0, 99)}


@pytest.mark.parametrize("answer", [None, {}, "0x", [None], [{}]])
def test_malformed_logs_are_no_logs(answer: Any, node: MemoryNode, client: Client) -> None:
    node.instead["eth_getLogs"] = repeat(lambda _: answer)
    node.chain.number = 99
    with pytest.raises(ConnectionFailed, match="its answer to eth_getLogs is malformed"):
        client.logs([], 0, 99)


# ---------------------------------------------------------------- quiet blocks

NEXT = Block(1, "0x1", 0, 0, None)


def told(node: MemoryNode, *hashes: str | None) -> None:
    """Let a node tell blocks of these hashes, one after the other."""
    node.instead["eth_getBlockByNumber"] = iter(
        [lambda *_, hash_=hash_: hash_ and {**node.chain.block(), "hash": hash_} for hash_ in hashes]
    )


@pytest.mark.parametrize("logs", [[], [in_json(log_of("MemberStruck"))]])
def test_whether_contracts_logged_something(logs: list[Any], client: Client, node: MemoryNode) -> None:
    before = client.head()
    told(node, before.hash, NEXT.hash)
    node.instead["eth_getLogs"] = iter([lambda _: logs])
    assert client.is_quiet(["0x" + "11" * 20], before, NEXT) == (not logs)


def test_logs_that_a_node_does_not_tell_may_be_any(client: Client, node: MemoryNode) -> None:
    before = client.head()
    told(node, before.hash, NEXT.hash)
    node.instead["eth_getLogs"] = iter([raises(RpcError("block range too large"))])
    assert client.is_quiet([], before, NEXT) is False


@pytest.mark.parametrize("first", ["another", None, "the same"])
@pytest.mark.parametrize("second", ["another", None])
def test_blocks_that_a_node_has_not_are_told(
    first: str | None, second: str | None, client: Client, node: MemoryNode
) -> None:
    before = client.head()
    told(node, before.hash if first == "the same" else first, second)
    assert client.is_quiet([], before, NEXT) is None


def test_a_chain_that_went_back_is_told(client: Client) -> None:
    head = client.head()
    assert client.is_quiet([], head, head) is None


# ------------------------------------------------------- nodes that are behind


@pytest.fixture
def opened(chain: MemoryChain) -> Callable[[MemoryNode], None]:
    """Let a node have a round opened in block 12, if it has that block."""
    log = log_of("RoundOpened", blockNumber=12)

    def open_round(node: MemoryNode) -> None:
        def search(wanted: dict[str, Any]) -> list[Any]:
            return [in_json(log)] if int(wanted["toBlock"], 16) >= 12 <= node.chain.number else []

        node.instead["eth_getLogs"] = repeat(search)

    chain.number = 12
    return open_round


@pytest.fixture
def two(chain: MemoryChain, connected: Connect, opened: Callable[[MemoryNode], None]) -> tuple[Client, MemoryNode]:
    """A client that has seen block 12 at its first node, and its second node, which has not; the first is dead."""
    first, second = MemoryNode(chain), MemoryNode(MemoryChain(number=11))
    opened(first)
    opened(second)
    client = connected(first, second)
    client.head()
    first.down = True
    return client, second


READERS: dict[str, Callable[[Client], list[Any]]] = {
    "logs": lambda client: client.logs([TASK], 3, 12),
    "a round": lambda client: fetch_round(client, TASK, 3, to_block=12),
}


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
def test_a_node_without_the_last_block_does_not_tell_that_nothing_was_logged(
    read: Callable[[Client], list[Any]], two: tuple[Client, MemoryNode]
) -> None:
    client, second = two
    with pytest.raises(ConnectionFailed, match="node-1: it has no block 12 yet"):
        read(client)
    second.chain.number = 12
    assert len(read(client)) == 1


def test_what_a_node_has_not_yet_is_asked_of_one_that_has_it(
    chain: MemoryChain, connected: Connect, opened: Callable[[MemoryNode], None]
) -> None:
    behind, ahead = MemoryNode(MemoryChain(number=11)), MemoryNode(chain)
    for node in (behind, ahead):
        opened(node)
    assert len(connected(behind, ahead).logs([TASK], 3, 12)) == 1


def test_a_feed_skips_nothing_where_another_node_goes_on_that_is_a_block_behind(
    chain: MemoryChain, connected: Connect, opened: Callable[[MemoryNode], None]
) -> None:
    """The first tells its head and no more."""
    first, second = MemoryNode(chain), MemoryNode(MemoryChain(number=11))
    opened(second)
    first.instead["eth_getBlockByNumber"] = chain_of([None, None], repeat(raises(ReadTimeout())))
    feed = EventFeed(connected(first, second), TASK, 3, [RoundOpened])
    with suppress(ConnectionFailed):
        assert feed() == []
    second.chain.number = 12
    assert len(feed()) == 1


def test_the_block_is_asked_for_before_the_logs(node: MemoryNode, client: Client) -> None:
    """Else it might come in between, and a node that executes one after the other would tell too little."""
    node.asked.clear()
    client.logs([], 0, 0)
    assert node.asked[-2:] == ["eth_getBlockByNumber", "eth_getLogs"]
