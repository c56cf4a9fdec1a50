"""What was read of a chain's logs, kept on disk, so that a later look asks only for what came since.

Each contract has a file of its own: gzipped JSON lines, the first of which says which blocks were searched and the hash
of the last one. That block is 64 behind the latest, where no re-organisation reaches, and is compared with the chain at
every look: what is of another chain, or damaged, is read from the chain again. A file can be deleted at any time.
"""

import gzip
import json
import logging
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from types import MappingProxyType
from typing import Any

from eth_utils.address import to_checksum_address
from web3.types import LogReceipt

from folkmoot.chain.answers import log_of
from folkmoot.chain.client import Client
from folkmoot.chain.events.event import Event
from folkmoot.chain.events.logs import PAGE, REPLACED, decode_logs
from folkmoot.errors import reason

log = logging.getLogger(__name__)

STEP = PAGE // 2
"""Blocks by which a look has to be further than the file before it is written anew: fewer cost one request."""

SWEEP = 200
"""Pages after which a long search is kept, so that one that is interrupted goes on from there."""

_FORM = 1
_NOTHING: Mapping[str, int] = MappingProxyType({})
_DAMAGE = (EOFError, KeyError, OverflowError, RecursionError, TypeError, ValueError, zlib.error)


@dataclass(slots=True)
class _Book:
    """One contract's logs from block `first` on, read up to block `next`; its file reaches block `kept`."""

    contract: str
    first: int
    next: int
    kept: int
    hash: str = ""  # of block `kept`
    logs: list[LogReceipt] = field(default_factory=list)


class Logbook:
    """The logs of contracts on the client's chain.

    Nothing is kept without a folder, where it cannot be used, and in `/dev/null`.
    """

    def __init__(self, client: Client, folder: Path | None) -> None:
        self._client, self._folder = client, None if folder == Path(os.devnull) else folder

    @property
    def folder(self) -> Path | None:
        """Where it keeps what was read; None if nowhere."""
        return self._folder

    def events(
        self,
        contracts: Iterable[str],
        *,
        from_block: int,
        to_block: int | None = None,
        starts: Mapping[str, int] = _NOTHING,
    ) -> list[Event]:
        """The events in `logs`."""
        return [*decode_logs(self.logs(contracts, from_block=from_block, to_block=to_block, starts=starts))]

    def logs(
        self,
        contracts: Iterable[str],
        *,
        from_block: int,
        to_block: int | None = None,
        starts: Mapping[str, int] = _NOTHING,
    ) -> list[LogReceipt]:
        """The logs of some contracts in order, from one block to another (the latest), both included.

        `starts` are blocks of single contracts before which there is nothing to look for. Raises `ConnectionFailed`.
        """
        head = self._client.head().number
        last = head if to_block is None else min(to_block, head)
        begins: dict[str, int] = {
            to_checksum_address(contract): max(from_block, starts.get(contract, 0)) for contract in contracts
        }
        books = [self._opened(contract, begin) for contract, begin in begins.items()]
        self._compare(books)
        self._read_on(books, last, head - REPLACED)
        found = [one for book in books for one in book.logs if begins[book.contract] <= one["blockNumber"] <= last]
        return sorted(found, key=lambda one: (one["blockNumber"], one["logIndex"]))

    def _compare(self, books: list[_Book]) -> None:
        """Forget what was kept of blocks that are not on the chain. A node that has not got them yet says nothing."""
        ends = {(book.kept, book.hash) for book in books if book.hash}
        found = {number: self._client.find_block(number) for number, _ in ends}
        for book in books:
            block = found.get(book.kept) if book.hash else None
            if not book.hash or (block and block.hash == book.hash):
                continue
            book.next, book.logs = book.first, []
            if block:
                log.info("the chain has another block %d than was kept of it: its logs are read again", book.kept)
                book.kept = book.first - 1

    def _read_on(self, books: list[_Book], last: int, final: int) -> None:
        """In one sweep over the blocks, each page for all contracts that lack some of it."""
        first = min((book.next for book in books), default=last + 1)
        for page, begin in enumerate(range(first, last + 1, PAGE), 1):
            end = min(begin + PAGE - 1, last)
            lacking = {book.contract: book for book in books if book.next <= end}
            for one in self._client.logs([*lacking], begin, end):
                book = lacking.get(one["address"])
                if book and one["blockNumber"] >= book.next:
                    book.logs.append(one)
            for book in lacking.values():
                book.next = end + 1
            if page % SWEEP == 0 or end == last:
                self._keep(books, min(end, final))

    # ----------------------------------------------------------------- the files

    def _keep(self, books: list[_Book], last: int) -> None:
        """Write what is final of it, where that is so much more than before that it is worth it."""
        due = [book for book in books if self._folder and last - book.kept >= STEP]
        block = self._client.find_block(last) if due else None
        if block is None:
            return
        for book in due:
            book.kept, book.hash = last, block.hash
            try:
                _write(self._file(book.contract), _lines(book))
            except OSError as error:
                log.warning("what was read of the chain cannot be kept in %s: %s", self._folder, reason(error))
                self._folder = None
                return

    def _opened(self, contract: str, first: int) -> _Book:
        """What is kept of a contract, if that begins early enough."""
        file, nothing = self._file(contract), _Book(contract, first, first, first - 1)
        if file is None or not file.is_file():
            return nothing
        try:
            with gzip.open(file, "rt", encoding="utf-8") as lines:
                book = _book_of(contract, lines)
        except OSError as error:
            why = reason(error)
        except _DAMAGE as error:
            why = f"it is damaged: {error}"
        else:
            return book if book.first <= first else nothing
        log.warning("%s cannot be read, and its logs are read from the chain again: %s", file, why)
        return nothing

    def _file(self, contract: str) -> Path | None:
        chain = f"{self._client.chain_id}-{self._client.first_hash[2:18]}"
        return self._folder and self._folder / chain / f"{contract.lower()}.gz"


def default_folder() -> Path | None:
    """The folder `folkmoot` in the user's cache; None for a user without a home.

    Source: the XDG Base Directory Specification 0.8.
    """
    given = Path(os.environ.get("XDG_CACHE_HOME", ""))
    with suppress(RuntimeError):
        return (given if given.is_absolute() else Path.home() / ".cache") / "folkmoot"
    return None


def _lines(book: _Book) -> Iterator[str]:
    head = {"form": _FORM, "contract": book.contract, "first": book.first, "last": book.kept, "hash": book.hash}
    yield json.dumps(head)
    for one in book.logs:
        if one["blockNumber"] <= book.kept:
            yield json.dumps(_in_json(one))


def _in_json(one: LogReceipt) -> Mapping[str, Any]:
    """A log as nodes tell it, but for its address."""
    return {
        "blockNumber": hex(one["blockNumber"]),
        "logIndex": hex(one["logIndex"]),
        "transactionHash": one["transactionHash"].to_0x_hex(),
        "topics": [topic.to_0x_hex() for topic in one["topics"]],
        "data": one["data"].to_0x_hex(),
    }


def _book_of(contract: str, lines: Iterable[str]) -> _Book:
    """What is in a file. Raises `ValueError`, `KeyError` or `TypeError` for one that is none of these."""
    rest = iter(lines)
    head = json.loads(next(rest, ""))
    if (head["form"], head["contract"]) != (_FORM, contract):
        raise ValueError("it is of another form or contract")
    first, last, found = int(head["first"]), int(head["last"]), str(head["hash"])
    logs = [log_of({**json.loads(line), "address": contract}) for line in rest]
    return _Book(contract, first, last + 1, last, found, logs)


def _write(file: Path | None, lines: Iterable[str]) -> None:
    """Whole or not at all, whatever other processes write at the same time. Raises `OSError`."""
    if file is None:
        return
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
        unfinished = Path(part.name)
        try:
            with gzip.open(part, "wt", compresslevel=6, encoding="utf-8") as text:
                text.writelines(f"{line}\n" for line in lines)
            unfinished.replace(file)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
