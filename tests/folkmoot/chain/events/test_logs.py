from collections.abc import Iterator
from typing import Any

import pytest
from eth_abi.abi import encode
from hexbytes import HexBytes

from folkmoot.chain import EVENTS, Client, EventFeed, decode_logs, fetch_events, fetch_round
from folkmoot.chain.events.logs import LOOK_BACK
from folkmoot.chain.events.rounds import RoundOpened, UpdateSubmitted
from folkmoot.errors import ConnectionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode
from tests.support.logs import ENTRIES, in_json, log_of, topic_of


def test_every_event_has_a_dataclass_and_no_other_has() -> None:
    assert set(EVENTS) == set(ENTRIES)


@pytest.mark.parametrize(
    "changes",
    [
        {"topics": []},
        {"topics": [HexBytes(b"\1" * 32)]},
        {"topics": [HexBytes(topic_of("MemberStruck"))]},
        {"data": HexBytes(b"")},
        {"data": HexBytes(encode(["uint256", "uint256"], [99, 1]))},
    ],
    ids=["anonymous", "foreign", "topics missing", "data missing", "no such reason"],
)
def test_foreign_logs_are_passed_over(changes: dict[str, Any]) -> None:
    assert list(decode_logs([log_of("MemberStruck", **changes)])) == []


def ranges(node: MemoryNode) -> list[tuple[int, int]]:
    asked: list[tuple[int, int]] = []

    def answer(query: dict[str, Any]) -> list[Any]:
        asked.append((int(query["fromBlock"], 16), int(query["toBlock"], 16)))
        return []

    node.instead["eth_getLogs"] = iter([answer] * 10)
    return asked


@pytest.mark.parametrize(
    ("head", "first", "last", "pages"),
    [
        (0, 0, None, [(0, 0)]),
        (4_999, 0, None, [(0, 4_999)]),
        (5_000, 0, None, [(0, 4_999), (5_000, 5_000)]),
        (12_000, 1_000, None, [(1_000, 5_999), (6_000, 10_999), (11_000, 12_000)]),
        (12_000, 1_000, 7_000, [(1_000, 5_999), (6_000, 7_000)]),
        (12_000, 11_999, 99_999, [(11_999, 12_000)]),
        (12_000, 12_001, None, []),
    ],
)
def test_pages_are_bounded_and_end_at_the_latest_block(
    head: int, first: int, last: int | None, pages: list[tuple[int, int]],
    chain: MemoryChain, node: MemoryNode, client: Client,
) -> None:  # fmt: skip
    chain.number = head
    asked = ranges(node)
    found: Iterator[Any] = fetch_events(client, ["0x" + "22" * 20], from_block=first, to_block=last)
    assert list(found) == []
    assert asked == pages


def opened(number: int, block: int) -> Any:
    log = log_of("RoundOpened", blockNumber=block)
    return log | {"topics": [log["topics"][0], HexBytes(number.to_bytes(32))]}


@pytest.mark.parametrize(
    ("opening", "pages"),
    [
        (12_000, [(11_969, 12_000)]),
        (11_969, [(11_969, 12_000)]),
        (11_968, [(11_969, 12_000), (11_905, 11_968)]),
        (11_900, [(11_969, 12_000), (11_905, 11_968), (11_777, 11_904)]),
    ],
)
def test_a_round_is_looked_for_backwards_in_growing_pages(
    opening: int, pages: list[tuple[int, int]], chain: MemoryChain, node: MemoryNode, client: Client
) -> None:
    chain.number = 12_000
    past = [opened(6, 11_000), opened(7, opening), log_of("UpdateSubmitted", blockNumber=12_000)]
    asked: list[tuple[int, int]] = []

    def answer(query: dict[str, Any]) -> list[Any]:
        first, last = int(query["fromBlock"], 16), int(query["toBlock"], 16)
        asked.append((first, last))
        return [in_json(log) for log in past if first <= log["blockNumber"] <= last]

    node.instead["eth_getLogs"] = iter([answer] * 10)
    found = fetch_round(client, "0x" + "22" * 20, 7, to_block=12_000)
    assert [type(event) for event in found] == [RoundOpened, UpdateSubmitted]
    assert asked == pages
    assert pages[0][1] - pages[0][0] + 1 == LOOK_BACK


def test_a_round_that_never_opened_is_looked_for_back_to_the_first_block(
    chain: MemoryChain, node: MemoryNode, client: Client
) -> None:
    chain.number = 40
    asked = ranges(node)
    assert fetch_round(client, "0x" + "22" * 20, 7, to_block=40) == []
    assert asked == [(9, 40), (0, 8)]


def test_a_feed_goes_on_where_it_ended_also_after_a_fault(chain: MemoryChain, node: MemoryNode, client: Client) -> None:
    asked = ranges(node)
    chain.number = 7
    feed = EventFeed(client, "0x" + "11" * 20, 3, [UpdateSubmitted])
    assert [feed(), feed()] == [[], []]
    chain.number = 9
    node.down = True
    with pytest.raises(ConnectionFailed):
        feed()
    node.down = False
    feed()
    chain.number = 8  # another node, which is behind
    feed()
    chain.number = 10
    feed()
    chain.number = 100
    feed()
    feed()
    assert asked == [(3, 7), (3, 7), (3, 9), (3, 10), (3, 100), (37, 100)]
