"""Calls of one store of several, in threads that nothing has to wait for: a store that hangs holds up nobody."""

from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future
from contextlib import suppress
from math import inf
from queue import Empty, Queue, SimpleQueue
from threading import BoundedSemaphore, Event, Thread
from time import monotonic
from typing import Generic, TypeVar

from folkmoot.errors import StoreError
from folkmoot.store.blobs import KeepingStore
from folkmoot.store.content import Anew, Content, chunked

T = TypeVar("T")

AT_ONCE = 32  # calls of one store: those that nobody waits for any more count until they end
AHEAD = 4  # pieces that a store may be ahead of their consumer


class Caller:
    """Calls one store, each time in a thread of its own, which does not keep the process from its end."""

    def __init__(self, store: KeepingStore) -> None:
        self.store = store
        self._free = BoundedSemaphore(AT_ONCE)

    def start(self, call: Callable[[KeepingStore], T]) -> Future[T]:
        """What the call will return or raise; at once a `StoreError` where no more calls can be made."""
        future = Future[T]()
        if not self._free.acquire(blocking=False):
            future.set_exception(StoreError(f"the store hangs: {AT_ONCE} calls have no answer yet"))
            return future
        try:
            Thread(target=self._run, args=(call, future), name="store", daemon=True).start()
        except RuntimeError as error:  # of the system
            self._free.release()
            future.set_exception(StoreError(f"the store cannot be called: {error}"))
        return future

    def _run(self, call: Callable[[KeepingStore], T], future: Future[T]) -> None:
        try:
            future.set_result(call(self.store))
        except BaseException as error:  # noqa: BLE001 - whoever has the future raises it
            future.set_exception(error)
        finally:
            self._free.release()


class Call(Generic[T]):
    """One call under way."""

    def __init__(self, caller: Caller, call: Callable[[KeepingStore], T]) -> None:
        self._moved = monotonic()
        self.future = caller.start(call)

    def idle(self) -> float:
        """Seconds since the store has done something that can be seen, or less."""
        return monotonic() - self._moved


class GivenUp(Exception):
    """Nobody wants a call's answer any more."""


class Writing(Call[bytes]):
    """A blob on its way into one store."""

    def __init__(self, caller: Caller, content: Content) -> None:
        self._content, self._is_over = content, Event()
        super().__init__(caller, lambda store: store.put(Anew(self._pieces)))

    def give_up(self) -> None:
        """Let the store have no other piece: its author may change the content."""
        self._is_over.set()

    def _pieces(self) -> Iterator[bytes]:
        blob = chunked(self._content)
        while piece := self._next(blob):
            yield piece

    def _next(self, blob: Iterator[bytes]) -> bytes:
        if self._is_over.is_set():
            raise GivenUp
        self._moved = inf  # meanwhile the store is not what is waited for
        try:
            return next(blob, b"")
        finally:
            self._moved = monotonic()


class Reading:
    """What one store reads, on its way from the thread of the call to the thread of the consumer."""

    def __init__(self, caller: Caller, news: "SimpleQueue[Reading]") -> None:
        """`news` is told of the first piece, or of the end where there was none."""
        self.caller, self._news = caller, news
        self.fault: BaseException | None = None
        self.has_begun = False
        self._pieces: Queue[bytes | None] = Queue(AHEAD)
        self._is_over = Event()

    def start(self, pointer: bytes, limit: int) -> None:
        """Begin. What the store raises becomes the `fault`."""
        begun = self.caller.start(lambda store: self._read(store, pointer, limit))
        begun.add_done_callback(self._check)

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

    def _check(self, begun: Future[None]) -> None:
        if refused := begun.exception():
            self._end(refused)

    def _read(self, store: KeepingStore, pointer: bytes, limit: int) -> None:
        fault: BaseException | None = None
        try:
            store.read(pointer, limit=limit, consume=self._hand_over)
        except BaseException as error:  # noqa: BLE001 - the consumer's thread raises it
            fault = error
        self._end(fault)

    def _hand_over(self, pieces: Iterator[bytes]) -> None:
        for piece in pieces:
            self._put(piece)
            if not self.has_begun:
                self.has_begun = True
                self._news.put(self)

    def _end(self, fault: BaseException | None) -> None:
        self.fault = fault
        with suppress(GivenUp):
            self._put(None)
        if not self.has_begun:
            self._news.put(self)

    def _put(self, piece: bytes | None) -> None:
        if self._is_over.is_set():
            raise GivenUp
        self._pieces.put(piece)
