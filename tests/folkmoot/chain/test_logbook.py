"""What is kept of a chain's logs, and when it is read again."""

import gzip
import json
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from hexbytes import HexBytes
from web3 import Web3

from folkmoot.chain import Client
from folkmoot.chain.events.logs import PAGE, REPLACED
from folkmoot.chain.events.rounds import RoundSettled
from folkmoot.chain.events.tasks import MemberRetired, TaskResumed
from folkmoot.chain.logbook import STEP, Logbook, default_folder
from folkmoot.errors import ConnectionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode
from tests.support.logs import in_json, log_from, log_of

TASK, OTHER = "0x" + "22" * 20, "0x" + "33" * 20
HEAD = 20_000


class _Node(MemoryNode):
    """Tells each block by its own hash, and logs by their blocks; counts the pages that it was asked for."""

    def __init__(self, chain: MemoryChain) -> None:
        super().__init__(chain)
        self.branch = 0
        self.logs: list[Any] = []
        self.pages: list[tuple[int, int, int]] = []  # first and last block, contracts

    def eth_getBlockByNumber(self, tag: str, full: bool) -> Any:  # noqa: N802
        found = super().eth_getBlockByNumber(tag, full)
        number = int(tag, 16) if tag.startswith("0x") else self.chain.number
        return found and {**found, "number": hex(number), "hash": Web3.to_hex(Web3.keccak(number + self.branch))}

    def eth_getLogs(self, query: Any) -> list[Any]:  # noqa: N802
        first, last = int(query["fromBlock"], 16), int(query["toBlock"], 16)
        self.pages.append((first, last, len(query["address"])))
        wanted = {address.lower() for address in query["address"]}
        return [in_json(x) for x in self.logs if first <= x["blockNumber"] <= last and x["address"].lower() in wanted]


@dataclass
class _Look:
    """A command's look at the chain with a folder of its own: a client and a logbook each time."""

    node: _Node
    connected: Callable[..., Client]
    folder: Path | None

    def __call__(self, *contracts: str, **bounds: Any) -> list[int]:
        """The rounds of the events that it finds, once it has counted the pages anew."""
        self.node.pages.clear()
        found = Logbook(self.connected(self.node), self.folder).events(
            contracts or (TASK,), **{"from_block": 0} | bounds
        )
        return [event.round for event in found if isinstance(event, TaskResumed)]

    @property
    def file(self) -> Path:
        (file,) = self.files
        return file

    @property
    def files(self) -> list[Path]:
        assert self.folder
        return sorted(self.folder.rglob("*.gz"))


@pytest.fixture
def node(chain: MemoryChain) -> _Node:
    chain.number = HEAD
    node = _Node(chain)
    node.logs = [log_from(TaskResumed(n), block) for n, block in enumerate((0, 4_999, 5_000, 12_000, HEAD))]
    return node


@pytest.fixture
def look(node: _Node, connected: Callable[..., Client], tmp_path: Path) -> _Look:
    return _Look(node, connected, tmp_path / "cache")


FINAL = HEAD - REPLACED


def test_a_second_look_asks_only_for_what_is_not_final(look: _Look, node: _Node) -> None:
    assert look() == [0, 1, 2, 3, 4]
    assert node.pages == [(n, min(n + PAGE - 1, HEAD), 1) for n in range(0, HEAD, PAGE)] + [(HEAD, HEAD, 1)]
    assert look() == [0, 1, 2, 3, 4]
    assert node.pages == [(FINAL + 1, HEAD, 1)]
    assert node.asked.count("eth_getLogs") == 6


def test_every_kind_of_log_comes_back_as_it_was(look: _Look, node: _Node, connected: Callable[..., Client]) -> None:
    names = ("RoundOpened", "RoundSettled", "MemberStruck", "UpdateBlockWritten", "Credited")
    node.logs = [log_of(name, blockNumber=7, logIndex=index) for index, name in enumerate(names)]
    node.logs.append(log_of("RoundSettled", blockNumber=8, topics=[HexBytes(b"\1" * 32)], data=HexBytes(b"")))
    first, second = (Logbook(connected(node), look.folder).logs([TASK], from_block=0) for _ in range(2))
    assert first == second
    assert len(second) == len(names) + 1, "a log of another kind is kept, too"
    events = Logbook(connected(node), look.folder).events([TASK], from_block=0)
    assert any(isinstance(event, RoundSettled) for event in events)
    assert [event.origin and (event.origin.contract, event.origin.block, event.origin.index) for event in events] == [
        (Web3.to_checksum_address(TASK), 7, index) for index in range(len(names))
    ]


def test_without_a_folder_nothing_is_kept(look: _Look, node: _Node, tmp_path: Path) -> None:
    look.folder = None
    assert look() == look() == [0, 1, 2, 3, 4]
    assert len(node.pages) == 5
    assert list(tmp_path.iterdir()) == []


def test_what_came_since_is_found_and_kept_once_it_is_a_step_further(look: _Look, node: _Node) -> None:
    look()
    before = look.file.read_bytes()
    node.chain.number += STEP - 1
    node.logs.append(log_from(TaskResumed(5), HEAD + 1))
    assert look() == [0, 1, 2, 3, 4, 5]
    assert look.file.read_bytes() == before
    node.chain.number += 1
    assert look() == [0, 1, 2, 3, 4, 5]
    assert node.pages == [(FINAL + 1, HEAD + STEP, 1)]
    assert look.file.read_bytes() != before
    assert look() == [0, 1, 2, 3, 4, 5]
    assert node.pages == [(FINAL + STEP + 1, HEAD + STEP, 1)]


def test_what_a_reorganisation_may_replace_is_not_kept(look: _Look, node: _Node) -> None:
    node.logs = [log_from(TaskResumed(0), FINAL), log_from(TaskResumed(1), FINAL + 1)]
    assert look() == [0, 1]
    node.logs[1:] = [log_from(TaskResumed(2), FINAL + 2)]
    assert look() == [0, 2]


def test_a_short_chain_costs_one_page_and_no_file(look: _Look, node: _Node) -> None:
    node.chain.number = STEP + REPLACED - 2
    assert look() == [0]
    assert node.pages == [(0, STEP + REPLACED - 2, 1)]
    assert look.files == []


def test_another_chain_in_its_place_is_read_from_its_start(
    look: _Look, node: _Node, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    look()
    node.branch, node.logs = 1, [log_from(TaskResumed(9), 3)]
    assert look() == [9]
    assert len(node.pages) == 5
    assert "another block" in caplog.text
    assert look() == [9]
    assert node.pages == [(FINAL + 1, HEAD, 1)]


def test_chains_of_one_id_have_files_of_their_own(look: _Look, node: _Node) -> None:
    look()
    node.chain.first = "0x" + "11" * 32
    assert look() == [0, 1, 2, 3, 4]
    assert len(look.files) == 2


def test_a_node_that_is_behind_what_was_kept_neither_uses_nor_loses_it(look: _Look, node: _Node) -> None:
    look()
    node.chain.number = 13_000
    assert look() == [0, 1, 2, 3]
    assert len(node.pages) == 3
    node.chain.number = HEAD
    assert look() == [0, 1, 2, 3, 4]
    assert node.pages == [(FINAL + 1, HEAD, 1)]


@pytest.mark.parametrize("last", [-1, 0, 4_999, 11_999, FINAL, FINAL + 1, HEAD + 9])
def test_bounds_are_kept_with_a_file_and_without(look: _Look, last: int) -> None:
    for _ in range(3):
        blocks = [0, 4_999, 5_000, 12_000, HEAD]
        assert look(to_block=last) == [n for n, block in enumerate(blocks) if block <= last]
        assert look(from_block=5_000, to_block=last) == [n for n, block in enumerate(blocks) if 5_000 <= block <= last]
        look()


def test_a_file_that_begins_later_is_read_anew(look: _Look, node: _Node) -> None:
    assert look(from_block=5_000) == [2, 3, 4]
    assert look() == [0, 1, 2, 3, 4]
    assert look(from_block=5_000) == [2, 3, 4]
    assert node.pages == [(FINAL + 1, HEAD, 1)]


def test_contracts_share_one_sweep_and_have_a_file_each(look: _Look, node: _Node) -> None:
    node.logs += [log_from(TaskResumed(n), block, 1, OTHER) for n, block in ((7, 0), (8, 12_000), (9, HEAD))]
    node.logs.sort(key=lambda log: log["blockNumber"])
    assert look() == [0, 1, 2, 3, 4]
    node.chain.number += STEP
    assert look(TASK, OTHER, starts={OTHER: 10_000}) == [0, 1, 2, 3, 8, 4, 9]
    assert [contracts for *_, contracts in node.pages] == [1, 2, 2]
    assert node.pages[0][0] == 10_000, "nothing is asked of a contract before its start"
    assert len(look.files) == 2
    assert look(OTHER, TASK, starts={OTHER: 10_000}) == [0, 1, 2, 3, 8, 4, 9]
    assert node.pages == [(FINAL + STEP + 1, HEAD + STEP, 2)]


def test_of_no_contracts_nothing_is_asked(look: _Look, node: _Node, connected: Callable[..., Client]) -> None:
    assert Logbook(connected(node), look.folder).events([], from_block=0) == []
    assert node.pages == []


def test_a_search_that_breaks_off_goes_on_where_it_was(
    look: _Look, node: _Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("folkmoot.chain.logbook.SWEEP", 2)
    real = node.eth_getLogs

    def dies(query: Any) -> list[Any]:
        node.down = int(query["fromBlock"], 16) >= 2 * PAGE
        if node.down:
            raise ConnectionFailed("down")
        return real(query)

    node.instead["eth_getLogs"] = iter([dies] * 3)
    with pytest.raises(ConnectionFailed):
        look()
    node.down = False
    assert look() == [0, 1, 2, 3, 4]
    assert node.pages[0][0] == 2 * PAGE


DAMAGES: dict[str, Callable[[Path], object]] = {
    "empty": lambda file: file.write_bytes(b""),
    "cut short": lambda file: file.write_bytes(file.read_bytes()[:-20]),
    "other bytes": lambda file: file.write_bytes(b"\0" * 100),
    "a byte changed": lambda file: file.write_bytes(file.read_bytes()[:60] + b"\7" + file.read_bytes()[61:]),
    "no JSON": lambda file: file.write_bytes(gzip.compress(b"{")),
    "no object": lambda file: file.write_bytes(gzip.compress(b"[]")),
    "of another contract": lambda file: rewritten(file, 0, contract=OTHER),
    "of another form": lambda file: rewritten(file, 0, form=2),
    "no number": lambda file: rewritten(file, 0, last=None),
    "no finite number": lambda file: rewritten(file, 0, last=float("inf")),
    "no log": lambda file: rewritten(file, 1, topics=None),
    "no bytes": lambda file: rewritten(file, 1, data="0xfg"),
    "not readable": lambda file: file.chmod(0),
}


def rewritten(file: Path, line: int, **changes: Any) -> None:
    lines = gzip.decompress(file.read_bytes()).splitlines()
    lines[line] = json.dumps(json.loads(lines[line]) | changes).encode()
    file.write_bytes(gzip.compress(b"\n".join(lines)))


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_damaged_is_read_again_and_written_anew(
    look: _Look, node: _Node, caplog: pytest.LogCaptureFixture, damage: str
) -> None:
    if damage == "not readable" and os.getuid() == 0:
        pytest.skip("root reads every file")
    look()
    DAMAGES[damage](look.file)
    assert look() == [0, 1, 2, 3, 4]
    assert len(node.pages) == 5
    (told,) = [record.getMessage() for record in caplog.records]
    assert f"{look.file} cannot be read, and its logs are read from the chain again: " in told
    assert look() == [0, 1, 2, 3, 4]
    assert node.pages == [(FINAL + 1, HEAD, 1)]


def test_a_folder_that_cannot_be_is_done_without(
    look: _Look, node: _Node, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    look.folder = tmp_path / "file" / "cache"
    assert look(TASK, OTHER) == look() == [0, 1, 2, 3, 4]
    assert len(node.pages) == 5
    assert [record.getMessage() for record in caplog.records] == [
        f"what was read of the chain cannot be kept in {look.folder}: a part of its path is a file"
    ] * 2, "once for each command"


def test_a_full_disk_leaves_no_half_of_a_file(
    look: _Look, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(gzip.GzipFile, "write", full)
        assert look() == [0, 1, 2, 3, 4]
    assert look.folder
    assert [path for path in look.folder.rglob("*") if path.is_file()] == []
    assert "No space left on device" in caplog.text


def test_several_at_once_leave_a_whole_file(look: _Look, node: _Node, connected: Callable[..., Client]) -> None:
    node.logs = [log_from(MemberRetired(TASK), 5, index) for index in range(2_000)]
    found: list[int] = []

    def run() -> None:
        other = _Node(node.chain)
        other.logs = node.logs
        found.append(len(Logbook(connected(other), look.folder).events([TASK], from_block=0)))

    threads = [Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [2_000] * 6
    assert [path for path in look.file.parent.iterdir() if path.is_file()] == [look.file]
    look()
    assert node.pages == [(FINAL + 1, HEAD, 1)]


def test_files_are_for_their_owner_alone(look: _Look) -> None:
    look()
    assert look.file.stat().st_mode & 0o077 == look.file.parent.stat().st_mode & 0o077 == 0


def test_the_cache_is_where_the_platform_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert default_folder() == tmp_path / ".cache" / "folkmoot"
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache")
    assert default_folder() == Path("/var/cache/folkmoot")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative/is/invalid")
    assert default_folder() == tmp_path / ".cache" / "folkmoot"


def test_a_user_without_a_home_keeps_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOME")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", lambda _: (_ for _ in ()).throw(KeyError))
    assert default_folder() is None
