"""A member's copies of the blobs that it needs: what it read stays readable, whatever becomes of the store.

Blobs are fetched beside the work, several at once, so that one that nobody has delays no other; and what the store has
lost is given back to it.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Condition, Thread
from typing import TypeVar

from folkmoot.errors import BlobFault, StoreError
from folkmoot.store.blobs import BlobStore, missing
from folkmoot.store.content import Bytes, Content
from folkmoot.store.folder import LocalStore
from folkmoot.store.pointer import cid

T = TypeVar("T")
Watch = Callable[[int], None]
"""Called with the bytes of one blob that have come so far."""

AT_ONCE = 8  # blobs on their way
AGAIN_S = 0.02  # until a blob is looked for again; twice as long after each time
MOST_S = 4.0  # and at most so long


@dataclass(slots=True, eq=False)
class _Attempts:
    """To fetch a wanted blob: `done` is how many ended, `fault` why the last one failed."""

    done: int = 0
    fault: StoreError | None = None
    again_s: float = AGAIN_S
    due: float = float("-inf")
    is_under_way: bool = False


class Copies(BlobStore):
    """The blobs of a store, those that were wanted or published in a folder of the member's own, `kept`.

    What is wanted is read from there alone, so that no read waits for the store. `limit` is in bytes; `watch` is called
    in the threads that fetch.
    """

    def __init__(
        self,
        kept: LocalStore,
        store: BlobStore,
        *,
        limit: int,
        watch: Watch = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._kept, self._store, self._limit = kept, store, limit
        self._watch, self._clock = watch, clock
        self._wanted: dict[bytes, _Attempts] = {}
        self._held: set[bytes] = set()
        self._threads = 0
        self._news = Condition()

    # ------------------------------------------------------------------ wanting

    def want(self, pointers: Iterable[bytes], *, patience: float = 0.0) -> None:
        """Fetch these beside the work, and nothing else any more.

        Waits for what is being fetched, `patience` seconds at most.
        """
        with self._news:
            self._wanted = {pointer: self._wanted.get(pointer) or _Attempts() for pointer in pointers}
            due = [self._wanted[pointer] for pointer in self._wanted if self._is_due(pointer)]
            for _ in range(min(len(due), AT_ONCE - self._threads)):
                self._threads += 1
                Thread(target=self._run, name="fetching", daemon=True).start()
            awaited = [(one, one.done) for one in self._wanted.values() if one.is_under_way or one in due]
            self._news.wait_for(lambda: all(one.done > done for one, done in awaited), patience)

    def faults(self) -> Mapping[bytes, StoreError]:
        """Why the blobs could not be fetched that are wanted and not held, as far as they were tried."""
        wanted = self._wanted.items()
        return {pointer: tried.fault for pointer, tried in wanted if tried.fault and not self._holds(pointer)}

    def ask(self, pointer: bytes) -> bool:
        """Whether the store itself has a blob. Raises `StoreError` while the store fails."""
        return self._store.has(pointer, limit=self._limit)

    def forget(self, but: Collection[bytes]) -> None:
        """Remove all copies but these. Raises `StoreError`."""
        for pointer in list(self._kept.held()):
            if pointer not in but:
                self._held.discard(pointer)
                self._kept.remove(pointer)

    def restore(self, pointers: Iterable[bytes]) -> list[bytes]:
        """Give to the store what it lacks of these and is held here; returns that. Raises `StoreError`."""
        return [pointer for pointer in pointers if self._holds(pointer) and self._restore(pointer)]

    def _restore(self, pointer: bytes) -> bool:
        with suppress(StoreError):  # of several stores one may fail, and another take it
            if self.ask(pointer):
                return False
        self._store.put(self._kept.content(pointer, limit=self._limit))
        return True

    # ------------------------------------------------------------- as a store

    def put(self, content: Content) -> bytes:
        """As `BlobStore.put`, with a copy, which stays also when the store takes nothing."""
        with suppress(StoreError):  # of the member's own disk
            self._held.add(self._kept.put(content))
        return self._store.put(content)

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        """As `BlobStore.read`; what is wanted but not held raises at once what its fetching met."""
        if self._holds(pointer):
            try:
                return self._kept.read(pointer, limit=limit, consume=consume)
            except BlobFault:
                self._held.discard(pointer)  # and it will be fetched anew
                raise
        if attempts := self._wanted.get(pointer):
            raise attempts.fault or missing(cid(pointer))
        return self._store.read(pointer, limit=limit, consume=consume)

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """As `BlobStore.has`; of what is wanted, whether it is held."""
        return self._holds(pointer) or (pointer not in self._wanted and self._store.has(pointer, limit=limit))

    def _holds(self, pointer: bytes) -> bool:
        with suppress(StoreError):  # of the member's own disk: the next copy will say it
            if pointer not in self._held and self._kept.has(pointer, limit=self._limit):
                self._held.add(pointer)
        return pointer in self._held

    # --------------------------------------------------------------- fetching

    def _is_due(self, pointer: bytes) -> bool:
        attempts = self._wanted[pointer]
        return not attempts.is_under_way and attempts.due <= self._clock() and not self._holds(pointer)

    def _run(self) -> None:
        try:
            while attempt := self._next():
                self._fetch(*attempt)
        finally:
            with self._news:
                self._threads -= 1

    def _next(self) -> tuple[bytes, _Attempts] | None:
        """What is due, that which was tried least first."""
        with self._news:
            due: Sequence[bytes] = [pointer for pointer in self._wanted if self._is_due(pointer)]
            if not due:
                return None
            pointer = min(due, key=lambda one: self._wanted[one].done)
            attempts = self._wanted[pointer]
            attempts.is_under_way = True
            return pointer, attempts

    def _fetch(self, pointer: bytes, attempts: _Attempts) -> None:
        fault: StoreError | None = None
        try:
            self._store.read(
                pointer, limit=self._limit, consume=lambda stored: self._kept.put(self._counted(pointer, stored))
            )
        except _Unwanted:
            pass
        except StoreError as error:
            fault = error
        finally:
            with self._news:
                attempts.is_under_way, attempts.fault = False, fault
                attempts.done += 1
                attempts.due = self._clock() + attempts.again_s
                attempts.again_s = min(2 * attempts.again_s, MOST_S)
                self._news.notify_all()

    def _counted(self, pointer: bytes, stored: Iterator[bytes]) -> Iterator[Bytes]:
        done = 0
        for piece in stored:
            if pointer not in self._wanted:
                raise _Unwanted
            yield piece
            done += len(piece)
            self._watch(done)


class _Unwanted(Exception):
    """Nobody wants the blob any more."""
