"""The logs that the page gets, and what a node is asked for them."""

import json
from pathlib import Path
from threading import Thread
from typing import Any
from unittest.mock import Mock

import pytest
from web3 import Web3

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.chain import Block
from folkmoot.chain.events.logs import PAGE, REPLACED
from folkmoot.chain.events.tasks import TaskResumed
from folkmoot.chain.logbook import Logbook
from folkmoot.errors import ConnectionFailed
from folkmoot.page import shelf
from folkmoot.page.shelf import LongClient, Look, Shelf
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.logs import ENTRIES, in_json, log_from, log_of

FEDERATION, TASK = "0x" + "11" * 20, "0x" + "22" * 20
HEAD = 1_000
BLOOM = hex((1 << 2_048) - 1)


class Node(MemoryNode):
    """Has logs; block `n` comes `n` seconds after the first, and those from `fork` on are of another branch."""

    def __init__(self) -> None:
        super().__init__(MemoryChain(number=HEAD))
        self.logs: list[Any] = []
        self.fork = HEAD * HEAD
        self.lacks: set[int] = set()

    def _hash(self, number: int) -> str:
        return Web3.to_hex(Web3.keccak(number + (10**9 if number >= self.fork else 0)))

    def eth_getBlockByNumber(self, tag: str, full: bool) -> Any:  # noqa: N802
        number = int(tag, 16) if tag.startswith("0x") else self.chain.number
        found = super().eth_getBlockByNumber(tag, full)
        if found is None or number in self.lacks:
            return None
        bloom = BLOOM if any(one["blockNumber"] == number for one in self.logs) else "0x1"  # of another contract
        own = {"number": hex(number), "hash": self._hash(number), "parentHash": self._hash(number - 1)}
        return {**found, **own, "timestamp": hex(number), "logsBloom": bloom, "transactions": ["0x"]}

    def eth_getLogs(self, query: Any) -> list[Any]:  # noqa: N802
        first, last = int(query["fromBlock"], 16), int(query["toBlock"], 16)
        wanted = {address.lower() for address in query["address"]}
        return [in_json(x) for x in self.logs if first <= x["blockNumber"] <= last and x["address"].lower() in wanted]

    def tell(self, block: int, contract: str = TASK) -> None:
        """A log in a block."""
        index = sum(one["blockNumber"] == block for one in self.logs)
        self.logs.append(log_from(TaskResumed(block), block, index, contract))


class Reader:
    """A browser's look at a shelf with files in a folder; `searches` and `headers` are what the node was asked."""

    def __init__(self, node: Node, folder: Path | None = None) -> None:
        self.node, self.serial = node, 0
        self.client = LongClient(
            ["node"], connect=lambda _: node, clock=lambda: node.chain.clock, sleep=node.chain.sleep
        )
        self.shelf = Shelf(
            self.client, Logbook(self.client, folder), Checkpoint(folder and folder / "times"), FEDERATION, 1
        )

    def look(self) -> Look:
        self.serial += 1
        return Look(self.serial, Block.of(self.node.eth_getBlockByNumber("latest", False)))

    def __call__(self, *contracts: str, first: int = 0, last: int = 10**9, look: Look | None = None) -> list[int]:
        """The blocks of the logs."""
        look = look or self.look()
        self.node.asked.clear()
        self.told = json.loads(self.shelf.find(contracts or (TASK,), first, last, look))
        return [int(one["blockNumber"], 16) for one in self.told]

    @property
    def searches(self) -> int:
        return self.node.asked.count("eth_getLogs")

    @property
    def headers(self) -> int:
        """Without those by which a node shows that it has a block, and those of the logbook's own head."""
        return self.node.asked.count("eth_getBlockByNumber") - self.searches


@pytest.fixture
def node() -> Node:
    return Node()


def test_logs_have_what_the_page_reads_and_the_times_of_their_blocks(node: Node) -> None:
    node.tell(500)
    reader = Reader(node)
    assert reader() == [500]
    (told,) = reader.told
    assert told == {
        **{
            name: in_json(node.logs[0])[name]
            for name in ("topics", "data", "blockNumber", "logIndex", "transactionHash")
        },
        "address": Web3.to_checksum_address(TASK),
        "blockTimestamp": hex(500),
    }


def test_logs_of_several_contracts_are_in_order(node: Node) -> None:
    for block, contract in ((7, TASK), (5, FEDERATION), (7, FEDERATION), (6, TASK)):
        node.tell(block, contract)
    reader = Reader(node)
    assert reader(TASK, FEDERATION) == [5, 6, 7, 7]
    assert [int(one["logIndex"], 16) for one in reader.told[2:]] == [0, 1]
    assert reader(TASK, FEDERATION, first=6, last=6) == [6]


def test_a_look_at_the_same_block_asks_nothing(node: Node) -> None:
    node.tell(999)
    reader = Reader(node)
    assert reader() == [999]
    assert reader() == [999]
    assert node.asked == []


def test_a_block_that_shows_that_it_has_none_asks_nothing(node: Node) -> None:
    reader = Reader(node)
    reader()
    node.chain.number += 1
    assert reader() == []
    assert node.asked == []


def test_a_block_with_news_is_searched_alone(node: Node) -> None:
    reader = Reader(node)
    node.tell(HEAD - 5)
    reader()
    node.chain.number += 1
    node.tell(HEAD + 1)
    assert reader() == [HEAD - 5, HEAD + 1]
    assert (reader.searches, reader.headers) == (1, 0)


def test_after_several_blocks_one_header_shows_that_nothing_was_replaced(node: Node) -> None:
    reader = Reader(node)
    node.tell(HEAD - 5)
    reader()
    node.chain.number += 9
    node.tell(HEAD + 3)
    assert reader() == [HEAD - 5, HEAD + 3]
    assert (reader.searches, reader.headers) == (1, 1 + 1)  # that, and the time of the new log


@pytest.mark.parametrize("blocks", [0, 1, 5])
def test_what_a_reorganisation_replaced_is_read_again(node: Node, blocks: int) -> None:
    reader = Reader(node)
    node.tell(HEAD - 10)
    node.tell(HEAD - 1)
    assert reader() == [HEAD - 10, HEAD - 1]
    node.chain.number += blocks
    node.fork = HEAD - 3
    node.logs[1] = log_from(TaskResumed(0), HEAD - 2)
    assert reader() == [HEAD - 10, HEAD - 2]


def test_who_looked_a_moment_earlier_changes_nothing(node: Node) -> None:
    reader = Reader(node)
    early = reader.look()
    node.chain.number += 1
    node.tell(HEAD + 1)
    assert reader() == [HEAD + 1]
    assert reader(look=early, last=HEAD) == []
    assert node.asked == []
    assert reader() == [HEAD + 1]


def test_a_chain_that_was_set_back_is_read_from_its_beginning(node: Node) -> None:
    reader = Reader(node)
    for block in (100, 900):
        node.tell(block)
    assert reader() == [100, 900]
    node.chain.number, node.fork = 500, 400
    del node.logs[1]
    assert reader() == [100]


def test_a_long_pause_is_caught_up_by_the_logbook(node: Node, tmp_path: Path) -> None:
    reader = Reader(node, tmp_path)
    node.tell(10)
    reader()
    node.chain.number += 3 * PAGE
    node.tell(2 * PAGE)
    assert reader() == [10, 2 * PAGE]
    assert [*tmp_path.rglob("*.gz")]


def test_what_was_read_is_kept_and_not_asked_for_again(node: Node, tmp_path: Path) -> None:
    node.chain.number = last = 4 * PAGE
    for block in range(10, 3 * PAGE, 100):
        node.tell(block)
    reader = Reader(node, tmp_path)
    blocks = reader()
    cold = node.asked[:]
    again = Reader(node, tmp_path)
    assert again() == blocks
    assert len(cold) > len(blocks) == len(range(10, 3 * PAGE, 100))
    assert len(node.asked) < len(cold) / 5
    assert max(blocks) < last - REPLACED


def test_times_of_another_chain_are_not_kept(node: Node, tmp_path: Path) -> None:
    node.tell(10)
    Reader(node, tmp_path)()
    (tmp_path / "times").write_text(f"10 77 {Web3.to_hex(Web3.keccak(b'other'))}\n")
    reader = Reader(node, tmp_path)
    reader()
    assert [one["blockTimestamp"] for one in reader.told] == [hex(10)]


def test_a_block_that_the_node_lacks_is_no_time(node: Node) -> None:
    node.tell(500)
    node.lacks = {500}
    with pytest.raises(ConnectionFailed, match="tells logs of blocks 500 to 500, but not all the blocks"):
        Reader(node)()


def test_tasks_and_their_rules_are_known(node: Node) -> None:
    reader = Reader(node)
    strange = Web3.to_checksum_address("0x" + "ab" * 20)
    assert not reader.shelf.has(strange, reader.look())
    assert "TaskProposed" in ENTRIES
    node.chain.number += 1
    node.logs.append(log_of("TaskProposed", blockNumber=HEAD + 1, address=FEDERATION))
    assert reader.shelf.has(strange, reader.look())  # which the samples name everywhere
    node.chain.number += 1
    node.fork = HEAD + 1
    node.logs.clear()
    reader()
    assert not reader.shelf.has(strange, reader.look())


def test_many_tasks_are_known_at_once(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    reader, look = Reader(node), Mock(side_effect=shelf.contracts_of)
    monkeypatch.setattr(shelf, "contracts_of", look)
    node.logs.append(log_of("TaskProposed", blockNumber=HEAD, address=FEDERATION))
    for _ in range(100):
        reader.shelf.has(Web3.to_checksum_address("0x" + "ab" * 20), reader.look())
    assert look.call_count < 4


def test_a_server_that_ends_does_not_wait_for_a_search_in_many_pieces(node: Node) -> None:
    reader = Reader(node)

    def search(query: Any) -> list[Any]:
        if int(query["toBlock"], 16) - int(query["fromBlock"], 16) >= 10:
            raise RpcError("block range too large, at most 10")
        reader.client.close()
        return []

    node.eth_getLogs = search  # type: ignore[method-assign]
    with pytest.raises(ConnectionFailed, match="the page's server ends"):
        reader()
    assert reader.searches < 20  # of 100, and those that are refused


def test_a_server_that_ends_does_not_wait_for_the_times_of_many_blocks(node: Node) -> None:
    reader = Reader(node)
    for block in range(100, 900):
        node.tell(block)
    tell = node.eth_getBlockByNumber

    def header(tag: str, full: bool) -> Any:
        if tag == hex(100):
            reader.client.close()
        return tell(tag, full)

    node.eth_getBlockByNumber = header  # type: ignore[method-assign]
    with pytest.raises(ConnectionFailed, match="the page's server ends"):
        reader(TASK)
    assert node.asked.count("eth_getBlockByNumber") < 200


def test_several_threads_share_one_search(node: Node) -> None:
    node.tell(500)
    reader = Reader(node)
    look, found = reader.look(), list[str]()
    threads = [Thread(target=lambda: found.append(reader.shelf.find((TASK,), 0, HEAD, look))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({*found}) == 1
    assert reader.searches <= 4  # of the federation, of the task, and of what may be replaced
