"""Several stores as one: the first that can be is written to, all are read from."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from queue import Empty, SimpleQueue
from tempfile import TemporaryFile
from typing import IO, TypeVar

from folkmoot.errors import BlobCorrupt, BlobFault, BlobMissing, BlobTooLarge, StoreError
from folkmoot.store.blobs import BlobStore, KeepingStore, Peering, Usage, consumed
from folkmoot.store.calls import Call, Caller, Reading, Writing
from folkmoot.store.content import Anew, Content
from folkmoot.store.pointer import CHUNK

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE_S = 2.0  # that one store is waited for before the next one is asked, too
WRITING = 5  # times as long may it take no piece: it may have taken much that is still on its way
_TELLING = (BlobMissing, BlobTooLarge, BlobCorrupt)  # more and more


class StoreList(KeepingStore):
    """A `BlobStore` of several. A blob is there if any has it; where one is slow the next ones are asked, too."""

    def __init__(self, stores: Sequence[KeepingStore], *, patience: float = PATIENCE_S) -> None:
        """`patience` is in seconds."""
        self._callers, self._patience = [Caller(store) for store in stores], patience
        self._first, self._is_passed_over = stores[0], False  # by the last blob that was written
        self.is_shared = self._first.is_shared

    def put(self, content: Content) -> bytes:
        """As `BlobStore.put`, in the first store; where that fails or hangs, in the next one that takes it, with a log.

        The content may be read in several threads at once.
        """
        writings = list[Writing]()

        def write(caller: Caller) -> Writing:
            writings.append(Writing(caller, content))
            return writings[-1]

        try:
            name = self._ask(write, self._patience * (1 if self._is_passed_over else WRITING))
        finally:
            for writing in writings:
                writing.give_up()
        self._tell([writing.future for writing in writings])
        return name

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        """As `BlobStore.read`, of whichever store has the first piece first; where it fails, of the others."""
        callers, faults = list(self._callers), dict[Caller, StoreError]()
        while leader := self._leader(callers, faults, pointer, limit):
            try:
                return consumed(leader.pieces(), consume)
            except StoreError as error:
                if error is not leader.fault:
                    raise
                callers.remove(leader.caller)
                faults[leader.caller] = error
            finally:
                leader.give_up()
        raise max(faults.values(), key=_weight)

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """As `BlobStore.has`. Raises `StoreError` where a store fails and no other has the blob."""

        def look(store: BlobStore) -> bool:
            if not store.has(pointer, limit=limit):
                raise BlobMissing("not here")
            return True

        try:
            return self._ask(lambda caller: Call(caller, look), self._patience)
        except BlobMissing:
            return False

    # ------------------------------------------------------------------- keeping

    @property
    def node(self) -> Peering | None:
        """As `KeepingStore.node`, of the first store: the others are other members'."""
        return self._first.node

    def pin(self, pointer: bytes, *, limit: int) -> None:
        """As `KeepingStore.pin`, in the first store, which gets a copy of what only another one has."""
        try:
            self._first.pin(pointer, limit=limit)
        except BlobFault:
            with TemporaryFile() as copy:
                self.read(pointer, limit=limit, consume=lambda pieces: _rewrite(copy, pieces))
                self._first.put(Anew(lambda: _reread(copy)))

    def collect(self) -> None:
        """As `KeepingStore.collect`, in the first store."""
        self._first.collect()

    def usage(self) -> Usage:
        """As `KeepingStore.usage`, of the first store."""
        return self._first.usage()

    def _entries(self) -> Iterable[tuple[str, int]]:
        return self._first._entries()  # noqa: SLF001 - the same method of another store

    def _erase(self, name: str) -> bool:
        return self._first._erase(name)  # noqa: SLF001 - the same method of another store

    # --------------------------------------------------------------- asking

    def _ask(self, begin: Callable[[Caller], Call[T]], patience: float) -> T:
        """The first answer that is no error, else the most telling error. Where a call is idle, the next one begins."""
        newest, *ahead = begin(self._callers[0]), *self._callers[1:]
        waiting, faults = {newest.future}, list[StoreError]()
        while waiting:
            left = max(0.0, min(patience, patience - newest.idle()))  # less than nothing is idle who need not act
            done, waiting = wait(waiting, timeout=left if ahead else None, return_when=FIRST_COMPLETED)
            for one in done:
                error = one.exception()
                if error is None:
                    return one.result()
                if not isinstance(error, StoreError):
                    raise error
                faults.append(error)
            if ahead and (newest.future.done() or newest.idle() >= patience):
                newest = begin(ahead.pop(0))
                waiting.add(newest.future)
        raise max(faults, key=_weight)

    def _tell(self, written: Sequence[Future[bytes]]) -> None:
        """Log that a blob is not in the first store, and once that the next one is."""
        number, first = next(n for n, one in enumerate(written, 1) if one.done() and not one.exception()), written[0]
        if number > 1:
            reason = first.exception() if first.done() else "store 1 hangs"
            log.warning("a blob was written to store %d of the list: %s", number, reason)
        elif self._is_passed_over:
            log.info("blobs are written to the first store of the list again")
        self._is_passed_over = number > 1

    def _leader(
        self, callers: Sequence[Caller], faults: dict[Caller, StoreError], pointer: bytes, limit: int
    ) -> Reading | None:
        """Who has the first piece first; the others give up. None, and what was wrong with each, if all fail.

        Who fails is asked again while another one is waited for: a blob may come there in the meantime.
        """
        news: SimpleQueue[Reading] = SimpleQueue()
        readings = list[Reading]()
        ahead, failed, leader = list(callers), list[Caller](), None
        try:
            while not leader and (ahead or len(failed) < len(callers)):
                if ahead:
                    readings.append(Reading(ahead.pop(0), news))
                    readings[-1].start(pointer, limit)
                try:
                    found = news.get(timeout=self._patience if ahead or failed else None)
                except Empty:
                    if not ahead:
                        ahead, failed = failed, []
                    continue
                if isinstance(found.fault, StoreError) and not found.has_begun:
                    faults[found.caller] = found.fault
                    failed.append(found.caller)
                else:
                    leader = found
        finally:
            for reading in readings:
                if reading is not leader:
                    reading.give_up()
        return leader


def _rewrite(file: IO[bytes], pieces: Iterator[bytes]) -> None:
    """Let a file have these pieces and nothing else."""
    file.seek(0)
    file.truncate()
    file.writelines(pieces)


def _reread(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    return iter(lambda: file.read(CHUNK), b"")


def _weight(fault: StoreError) -> int:
    """Of a store that failed nobody knows what it has."""
    return _TELLING.index(type(fault)) if type(fault) in _TELLING else len(_TELLING)
