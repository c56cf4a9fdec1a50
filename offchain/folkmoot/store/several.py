"""Several stores as one: the first that can be is written to, all are read from."""

import logging
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from queue import Empty, Queue, SimpleQueue
from tempfile import TemporaryFile
from threading import Event
from typing import IO, TypeVar

from folkmoot.errors import BlobCorrupt, BlobFault, BlobMissing, BlobTooLarge, StoreError
from folkmoot.store.blobs import BlobStore, KeepingStore, Peering, Usage, consumed
from folkmoot.store.content import Anew, Content
from folkmoot.store.pointer import CHUNK

log = logging.getLogger(__name__)
T = TypeVar("T")

PATIENCE_S = 2.0  # that one store is waited for before the next one is asked, too
AHEAD = 4  # pieces that a store may be ahead of their consumer
_TELLING = (BlobMissing, BlobTooLarge, BlobCorrupt)  # more and more


class StoreList(KeepingStore):
    """A `BlobStore` of several. A blob is there if any has it; where one is slow the next ones are asked, too."""

    def __init__(self, stores: Sequence[KeepingStore], *, patience: float = PATIENCE_S) -> None:
        """`patience` is in seconds."""
        self._stores, self._patience = tuple(stores), patience
        self._first, self._is_passed_over = self._stores[0], False  # by the last blob that was written
        self.is_shared = self._first.is_shared
        self._pool = ThreadPoolExecutor(max_workers=4 * len(self._stores), thread_name_prefix="store")

    def put(self, content: Content) -> bytes:
        """As `BlobStore.put`, in the first store; where that fails, in the next one that takes it. Both are logged."""
        faults = list[StoreError]()
        for store in self._stores:
            try:
                name = store.put(content)
            except StoreError as error:
                faults.append(error)
            else:
                if faults:
                    log.warning("a blob was written to store %d of the list: %s", len(faults) + 1, faults[0])
                elif self._is_passed_over:
                    log.info("blobs are written to the first store of the list again")
                self._is_passed_over = bool(faults)
                return name
        raise faults[0]

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        """As `BlobStore.read`, of whichever store has the first piece first; where it fails, of the others."""
        left, faults = list[BlobStore](self._stores), list[StoreError]()
        while leader := self._leader(left, faults, pointer, limit):
            try:
                return consumed(leader.pieces(), consume)
            except StoreError as error:
                if error is not leader.fault:
                    raise
                left.remove(leader.store)
                faults.append(error)
            finally:
                leader.give_up()
        raise max(faults, key=_weight)

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """As `BlobStore.has`. Raises `StoreError` where a store fails and no other has the blob."""

        def look(store: BlobStore) -> bool:
            if not store.has(pointer, limit=limit):
                raise BlobMissing("not here")
            return True

        try:
            return self._ask(look)
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

    def _ask(self, ask: Callable[[BlobStore], T]) -> T:
        """The first answer that is no error, else the most telling error."""
        waiting: set[Future[T]] = set()
        faults: list[StoreError] = []
        ahead = list(self._stores)
        while waiting or ahead:
            if ahead:
                waiting.add(self._pool.submit(ask, ahead.pop(0)))
            done, waiting = wait(waiting, timeout=self._patience if ahead else None, return_when=FIRST_COMPLETED)
            for one in done:
                error = one.exception()
                if error is None:
                    return one.result()
                if not isinstance(error, StoreError):
                    raise error
                faults.append(error)
        raise max(faults, key=_weight)

    def _leader(self, left: list[BlobStore], faults: list[StoreError], pointer: bytes, limit: int) -> "_Feed | None":
        """Who has the first piece first; the others give up. Takes from `left` the stores that fail before."""
        news: SimpleQueue[_Feed] = SimpleQueue()
        feeds: list[_Feed] = []
        ahead, leader = list(left), None
        try:
            while left and not leader:
                if ahead:
                    feeds.append(_Feed(ahead.pop(0), news))
                    self._pool.submit(feeds[-1].run, pointer, limit)
                with suppress(Empty):
                    found = news.get(timeout=self._patience if ahead else None)
                    if isinstance(found.fault, StoreError) and not found.has_begun:
                        left.remove(found.store)
                        faults.append(found.fault)
                    else:
                        leader = found
        finally:
            for feed in feeds:
                if feed is not leader:
                    feed.give_up()
        return leader


class _GivenUp(Exception):
    """Nobody wants a store's pieces any more."""


class _Feed:
    """What one store reads, on its way from a thread of the pool to the thread of the consumer."""

    def __init__(self, store: BlobStore, news: "SimpleQueue[_Feed]") -> None:
        """`news` is told of the first piece, or of the end where there was none."""
        self.store, self._news = store, news
        self.fault: BaseException | None = None
        self.has_begun = False
        self._pieces: Queue[bytes | None] = Queue(AHEAD)
        self._is_over = Event()

    def run(self, pointer: bytes, limit: int) -> None:
        """Read. What is raised becomes the `fault`."""
        try:
            self.store.read(pointer, limit=limit, consume=self._hand_over)
        except BaseException as error:  # noqa: BLE001 - the consumer's thread raises it
            self.fault = error
        with suppress(_GivenUp):
            self._put(None)
        if not self.has_begun:
            self._news.put(self)

    def pieces(self) -> Generator[bytes]:
        """Each as it comes. Raises the `fault` at the end."""
        while (piece := self._pieces.get()) is not None:
            yield piece
        if self.fault:
            raise self.fault

    def give_up(self) -> None:
        """Let the store end its read at its next piece."""
        self._is_over.set()
        with suppress(Empty):
            while True:  # for who waits to put one more
                self._pieces.get_nowait()

    def _hand_over(self, pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            self._put(piece)
            if not self.has_begun:
                self.has_begun = True
                self._news.put(self)

    def _put(self, piece: bytes | None) -> None:
        if self._is_over.is_set():
            raise _GivenUp
        self._pieces.put(piece)


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
