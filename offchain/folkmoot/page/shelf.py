"""All logs of a federation, as the page gets them: from the logbook on disk, and as the chain goes on.

They are kept as JSON text, with the times of their blocks. Whatever the browsers ask, and however many they are, a node
is asked once for what came since the last look, or nothing where the new block shows that nothing did.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from threading import Lock
from typing import Any, NamedTuple

from web3.types import LogReceipt

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.chain import Block, Client, questions
from folkmoot.chain.events import decode_logs
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.chain.events.logs import PAGE, REPLACED, block_of
from folkmoot.chain.log_search import LogSearch
from folkmoot.chain.logbook import Logbook
from folkmoot.chain.nodes import BATCH
from folkmoot.chain.questions import Question
from folkmoot.errors import ConnectionFailed

TOGETHER = BATCH  # blocks whose times are asked for and kept as one
_Entry = tuple[int, int, str]  # block, place in it, and the log as JSON text


class LongClient(Client):
    """A client whose long searches end when it is closed, by `ConnectionFailed`."""

    def __init__(self, urls: Sequence[str], **options: Any) -> None:
        super().__init__(urls, **options)
        self._is_closed = False
        self._logs = LogSearch(self._nodes, go_on=self._go_on)

    def ask_many(self, asked: Sequence[Question]) -> list[Any]:
        """As `Client.ask_many`."""
        self._go_on()
        return super().ask_many(asked)

    def close(self) -> None:
        """As `Client.close`, and for good."""
        self._is_closed = True
        super().close()

    def _go_on(self) -> None:
        if self._is_closed:
            raise ConnectionFailed("the page's server ends")


class Look(NamedTuple):
    """The latest block, and how many times it had been looked for."""

    serial: int
    head: Block


@dataclass(slots=True)
class _Row:
    """One contract's logs; those of blocks up to `final` stay as they are."""

    final: int
    entries: list[_Entry] = field(default_factory=list)


class Shelf:
    """The logs of a federation and of its treasury and tasks, from block `first` on.

    `times` has the times of blocks that were asked for before.
    """

    def __init__(self, client: Client, logbook: Logbook, times: Checkpoint, federation: str, first: int) -> None:
        self._client, self._logbook, self._times = client, logbook, times
        self._federation, self._first = federation, first
        self._rows: dict[str, _Row] = {}
        self._seen: Look | None = None
        self._is_compared = False
        self._tasks: dict[str, TaskProposed] = {}
        self._own: frozenset[str] = frozenset()  # what `contracts_of` these
        self._lock = Lock()

    def find(self, contracts: Sequence[str], first: int, last: int, look: Look) -> str:
        """The logs of some contracts in blocks `first` to `last`, both included, in order, as a list in JSON.

        Raises `ConnectionFailed`.
        """
        with self._lock:
            self._keep_up(contracts, look)
            rows = [self._rows[contract].entries for contract in contracts]
            parts = (row[_place(row, first) : _place(row, last + 1)] for row in rows)
            found = sorted((entry for entries in parts for entry in entries), key=itemgetter(0, 1))
        return f"[{','.join(text for _, _, text in found)}]"

    def has(self, contract: str, look: Look) -> bool:
        """Whether it is a task of the federation, or a rule of one. Raises `ConnectionFailed`."""
        if contract not in self._own:  # without waiting for others' searches
            with self._lock:
                self._keep_up((), look)
        return contract in self._own

    # ----------------------------------------------------------------- looking

    def _keep_up(self, contracts: Iterable[str], look: Look) -> None:
        head = look.head
        if self._rows and head.number < self._final:
            self._rows.clear()  # the chain was set back
        if self._rows and head.number - self._final > PAGE:
            self._fill([*self._rows], head)
        self._fill([at for at in (self._federation,) if at not in self._rows], head)
        self._fill([at for at in dict.fromkeys(contracts) if at not in self._rows], head)
        if self._seen is None or look.serial > self._seen.serial:
            if self._seen is None or head != self._seen.head:
                self._read_on(head)
            self._seen = look

    @property
    def _final(self) -> int:
        """The last block up to which all rows stay as they are."""
        return min(row.final for row in self._rows.values())

    def _fill(self, contracts: Sequence[str], head: Block) -> None:
        """Begin the rows of some contracts with what the logbook has of them, or anew."""
        if not contracts:
            return
        if not self._is_compared:
            self._times.compare(self._client)
            self._is_compared = True
        starts = {at: max(0, block_of(proposal) - REPLACED) for at, proposal in self._tasks.items()}
        logs = self._logbook.logs(contracts, from_block=self._first, to_block=head.number, starts=starts)
        self._put(dict.fromkeys(contracts, self._first - 1), logs, head)
        self._seen = None

    def _read_on(self, head: Block) -> None:
        """What came since the last look; also what may have been replaced, unless that look's block is still there."""
        before = self._seen and self._seen.head
        if before is None or head.number <= before.number or not self._follows(head, before):
            begins = {at: row.final for at, row in self._rows.items()}
        else:
            begins = dict.fromkeys(self._rows, before.number)
        first = max(self._first, min(begins.values()) + 1)
        is_quiet = first == head.number and not any(map(head.may_have_logs, begins))
        self._put(begins, () if is_quiet else self._client.logs([*begins], first, head.number), head)

    def _follows(self, head: Block, before: Block) -> bool:
        if head.parent == before.hash:
            return True
        found = self._client.find_block(before.number)
        return found is not None and found.hash == before.hash

    def _put(self, begins: Mapping[str, int], logs: Sequence[LogReceipt], head: Block) -> None:
        """Logs in the place of what the rows have beyond the blocks where these begin."""
        times = self._times_of({one["blockNumber"] for one in logs}, head)
        by_contract: dict[str, list[LogReceipt]] = {at: [] for at in begins}
        for one in logs:
            if one["address"] in begins and one["blockNumber"] > begins[one["address"]]:
                by_contract[one["address"]].append(one)
        for at, new in by_contract.items():
            row = self._rows.setdefault(at, _Row(begins[at]))
            row.entries[_place(row.entries, begins[at] + 1) :] = [_entry(one, times[one["blockNumber"]]) for one in new]
            row.final = max(row.final, head.number - REPLACED)
        if self._federation in begins:
            early = {at: p for at, p in self._tasks.items() if block_of(p) <= begins[self._federation]}
            told = decode_logs(by_contract[self._federation])
            self._tasks = early | {event.task: event for event in told if isinstance(event, TaskProposed)}
            self._own = frozenset(contracts_of(self._tasks.values()))

    def _times_of(self, numbers: set[int], head: Block) -> Mapping[int, int]:
        """The times of blocks; those that stay as they are are kept."""
        found = {number: block.time for number, block in self._times.blocks.items() if number in numbers}
        found[head.number] = head.time
        lacking = sorted(numbers - found.keys())
        for at in range(0, len(lacking), TOGETHER):
            some = lacking[at : at + TOGETHER]
            told = self._client.ask_many([questions.block(number) for number in some])
            blocks = [one for one in told if isinstance(one, Block)]
            if len(blocks) < len(some):
                raise ConnectionFailed(f"the node tells logs of blocks {some[0]} to {some[-1]}, but not all the blocks")
            found |= {block.number: block.time for block in blocks}
            self._times.keep(block for block in blocks if block.number <= head.number - REPLACED)
        return found


def contracts_of(tasks: Iterable[TaskProposed]) -> set[str]:
    """The addresses of tasks, and of their rules."""
    rules = ((p.task, p.parameters.score_rule, p.parameters.election_rule, p.parameters.reward_rule) for p in tasks)
    return {address for addresses in rules for address in addresses}


def _place(entries: Sequence[_Entry], block: int) -> int:
    """The place of the first entry of a block, or of a later one."""
    return bisect_left(entries, (block, -1, ""))


def _entry(log: LogReceipt, time: int) -> _Entry:
    number, index = log["blockNumber"], log["logIndex"]
    told = {
        "address": log["address"],
        "topics": [topic.to_0x_hex() for topic in log["topics"]],
        "data": log["data"].to_0x_hex(),
        "blockNumber": hex(number),
        "logIndex": hex(index),
        "transactionHash": log["transactionHash"].to_0x_hex(),
        "blockTimestamp": hex(time),
    }
    return number, index, json.dumps(told, separators=(",", ":"))
