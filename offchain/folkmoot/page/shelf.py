"""All logs of a federation, as the page gets them: from the logbook on disk, and as the chain goes on.

They are kept as JSON text, with the times of their blocks. Whatever the browsers ask, and however many they are, a node
is asked once for what came since the last look, and again for the latest 64 blocks, which may be replaced.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from threading import Lock

from web3.types import LogReceipt

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.chain import Block, Client, questions
from folkmoot.chain.events import decode_logs
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.chain.events.logs import PAGE, REPLACED, block_of
from folkmoot.chain.logbook import Logbook
from folkmoot.errors import ConnectionFailed

_Entry = tuple[int, int, str]  # block, place in it, and the log as JSON text


class LongClient(Client):
    """A client whose long searches for logs end when the server does."""

    is_ended = False

    def logs(self, addresses: Sequence[str], first: int, last: int, topics: Sequence[str] = ()) -> list[LogReceipt]:
        """As `Client.logs`."""
        if self.is_ended:
            raise ConnectionFailed("the page's server ends")
        return super().logs(addresses, first, last, topics)

    def close(self) -> None:
        """As `Client.close`, and no search goes on."""
        self.is_ended = True
        super().close()


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
        self._seen: Block | None = None
        self._is_compared = False
        self._tasks: dict[str, TaskProposed] = {}
        self._lock = Lock()

    def find(self, contracts: Sequence[str], first: int, last: int, head: Block) -> str:
        """The logs of some contracts in blocks `first` to `last`, both included, in order, as a list in JSON.

        `head` is the latest block that is known. Raises `ConnectionFailed`.
        """
        with self._lock:
            self._look(contracts, head)
            rows = [self._rows[contract].entries for contract in contracts]
            parts = (row[_place(row, first) : _place(row, last + 1)] for row in rows)
            found = sorted((entry for entries in parts for entry in entries), key=itemgetter(0, 1))
        return f"[{','.join(text for _, _, text in found)}]"

    def has(self, contract: str, head: Block) -> bool:
        """Whether it is a task of the federation, or a rule of one. Raises `ConnectionFailed`."""
        if contract not in contracts_of(self._tasks.values()):  # without waiting for others' searches
            with self._lock:
                self._look((), head)
        return contract in contracts_of(self._tasks.values())

    # ----------------------------------------------------------------- looking

    def _look(self, contracts: Iterable[str], head: Block) -> None:
        if self._rows and head.number < min(row.final for row in self._rows.values()):
            self._rows.clear()  # the chain was set back
        if self._rows and head.number - min(row.final for row in self._rows.values()) > PAGE:
            self._fill([*self._rows], head)
        self._fill([at for at in (self._federation,) if at not in self._rows], head)
        self._fill([at for at in dict.fromkeys(contracts) if at not in self._rows], head)
        if self._seen != head:
            self._read_on(head)
            self._seen = head

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
        """What came since the last look."""
        begins = {at: row.final for at, row in self._rows.items()}
        logs = self._client.logs([*begins], max(self._first, min(begins.values()) + 1), head.number)
        self._put(begins, logs, head)

    def _put(self, begins: dict[str, int], logs: Sequence[LogReceipt], head: Block) -> None:
        """Logs in the place of what the rows have beyond the blocks where these begin."""
        times = self._times_of({one["blockNumber"] for one in logs}, head)
        final = head.number - REPLACED
        for at, begin in begins.items():
            row = self._rows.setdefault(at, _Row(begin))
            new = [one for one in logs if one["address"] == at and one["blockNumber"] > begin]
            row.entries[_place(row.entries, begin + 1) :] = [_entry(one, times[one["blockNumber"]]) for one in new]
            row.final = max(begin, final)
            if at == self._federation:
                early = {task: p for task, p in self._tasks.items() if block_of(p) <= begin}
                found = (event for event in decode_logs(new) if isinstance(event, TaskProposed))
                self._tasks = early | {event.task: event for event in found}

    def _times_of(self, numbers: set[int], head: Block) -> dict[int, int]:
        """The times of blocks; those that stay as they are are kept."""
        known = self._times.blocks
        lacking = sorted(numbers - known.keys() - {head.number})
        found = [head, *self._client.ask_many([questions.block(number) for number in lacking])]
        blocks = {one.number: one for one in found if isinstance(one, Block)}
        if missing := numbers - blocks.keys() - known.keys():
            raise ConnectionFailed(f"the node tells logs of block {min(missing)}, but not the block", "see its log")
        self._times.keep(block for block in blocks.values() if block.number <= head.number - REPLACED)
        return {number: (blocks.get(number) or known[number]).time for number in numbers}


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
