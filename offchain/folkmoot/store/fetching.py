"""Fetching blobs beside the work, several at once: one that nobody has, or of which nothing comes, delays no other."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from threading import Condition, Thread

from folkmoot.errors import StoreError
from folkmoot.store.blobs import BlobStore
from folkmoot.store.content import Bytes
from folkmoot.store.pointer import cid

Watch = Callable[[int], None]
"""Called with the bytes of one blob that have come so far."""

AT_ONCE = 8  # blobs that come
MOST = 64  # and that are looked for, those included of which nothing comes
STALL_S = 2.0  # without a byte, after which one blob does not keep another waiting
HANG_S = 15.0  # without a byte, after which it is a fault
AGAIN_S = 0.02  # until a blob is looked for again; twice as long after each time
LONGEST_S = 4.0  # and at most so long


@dataclass(slots=True, eq=False)
class Attempts:
    """To fetch a wanted blob: `done` is how many ended, `fault` why the last one failed."""

    done: int = 0
    fault: StoreError | None = None
    again_s: float = AGAIN_S
    due: float = float("-inf")
    is_under_way: bool = False
    bytes: int = 0  # that have come
    moved_at: float = 0.0  # by the clock: when the last ones came
    is_direct: bool = False  # the own disk takes no copy: it is read from the store


class Fetching:
    """Fetches what is wanted from a store, and has each blob kept by `keep`, until `holds` says that it is there.

    `limit` is in bytes, `clock` in seconds. `keep` and `watch` are called in the threads that fetch.
    """

    def __init__(
        self,
        store: BlobStore,
        keep: Callable[[Iterable[Bytes]], object],
        holds: Callable[[bytes], bool],
        *,
        limit: int,
        watch: Watch = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store, self._keep, self._holds, self._limit = store, keep, holds, limit
        self._watch, self._clock = watch, clock
        self._wanted: dict[bytes, Attempts] = {}
        self._running: set[Attempts] = set()
        self._news = Condition()

    def tried(self, pointer: bytes) -> Attempts | None:
        """The attempts to fetch a blob; None if it is not wanted."""
        return self._wanted.get(pointer)

    def want(self, pointers: Iterable[bytes], *, patience: float = 0.0) -> None:
        """Fetch these beside the work, and nothing else any more.

        Waits for what is being fetched, `patience` seconds at most.
        """
        with self._news:
            self._wanted = {pointer: self._wanted.get(pointer) or Attempts() for pointer in pointers}
            due = [self._wanted[pointer] for pointer in self._wanted if self._is_due(pointer)]
            awaited = [(one, one.done) for one in self._wanted.values() if one.is_under_way or one in due]
            while attempt := self._next():
                with suppress(RuntimeError):  # the system gives no more threads now
                    Thread(target=self._run, args=attempt, name="fetching", daemon=True).start()
                    continue
                self._end(attempt[1], None)
                break
            self._news.wait_for(lambda: all(one.done > done for one, done in awaited), patience)

    def faults(self) -> Mapping[bytes, StoreError]:
        """Why the blobs could not be fetched that are wanted, not held and not coming, as far as they were tried."""
        found: dict[bytes, StoreError] = {}
        for pointer, tried in self._wanted.items():
            fault = self._fault(pointer, tried)
            if fault and not tried.is_direct and not self._holds(pointer):
                found[pointer] = fault
        return found

    def _fault(self, pointer: bytes, tried: Attempts) -> StoreError | None:
        silence = self._clock() - tried.moved_at
        if tried.is_under_way and silence >= HANG_S:
            return StoreError(f"the store sends nothing of {cid(pointer)} for {silence:.0f} s", "see whether it hangs")
        return None if tried.is_under_way and tried.bytes else tried.fault

    def _is_due(self, pointer: bytes) -> bool:
        tried = self._wanted[pointer]
        if tried.is_direct:
            return False
        return not tried.is_under_way and tried.due <= self._clock() and not self._holds(pointer)

    def _next(self) -> tuple[bytes, Attempts] | None:
        """What is due, that which was tried least first; None while as many are under way as may be."""
        with self._news:
            now = self._clock()
            coming = sum(now - one.moved_at < STALL_S for one in self._running)
            due = [pointer for pointer in self._wanted if self._is_due(pointer)]
            if not due or coming >= AT_ONCE or len(self._running) >= MOST:
                return None
            pointer = min(due, key=lambda one: self._wanted[one].done)
            tried = self._wanted[pointer]
            tried.is_under_way, tried.bytes, tried.moved_at = True, 0, now
            self._running.add(tried)
            return pointer, tried

    def _run(self, pointer: bytes, tried: Attempts) -> None:
        attempt: tuple[bytes, Attempts] | None = (pointer, tried)
        while attempt:
            self._fetch(*attempt)
            attempt = self._next()

    def _fetch(self, pointer: bytes, tried: Attempts) -> None:
        fault: StoreError | None = None
        try:
            self._store.read(
                pointer, limit=self._limit, consume=lambda stored: self._take(_Coming(stored, pointer, tried, self))
            )
        except _Unwanted:
            pass
        except _OwnDisk:
            tried.is_direct = True
        except StoreError as error:
            fault = error
        except Exception as error:  # noqa: BLE001 - of a library: no fault of a store may end the fetching
            fault = StoreError(f"the store fails by {type(error).__name__}: {error}", "please report it")
        finally:
            self._end(tried, fault)

    def _take(self, stored: "_Coming") -> None:
        try:
            self._keep(stored)
        except StoreError as error:
            if error is stored.fault:
                raise
            raise _OwnDisk from error

    def note(self, pointer: bytes, tried: Attempts, size: int) -> None:
        """So many more bytes have come."""
        if pointer not in self._wanted:
            raise _Unwanted
        tried.bytes += size
        tried.moved_at = self._clock()
        self._watch(tried.bytes)

    def _end(self, tried: Attempts, fault: StoreError | None) -> None:
        with self._news:
            self._running.discard(tried)
            tried.is_under_way, tried.fault = False, fault
            tried.done += 1
            tried.due = self._clock() + tried.again_s
            tried.again_s = min(2 * tried.again_s, LONGEST_S)
            self._news.notify_all()


@dataclass(slots=True)
class _Coming:
    """The pieces of a blob as they come, while it is wanted. `fault` is the store's."""

    stored: Iterator[bytes]
    pointer: bytes
    tried: Attempts
    fetching: Fetching
    fault: StoreError | None = None

    def __iter__(self) -> Iterator[Bytes]:
        try:
            for piece in self.stored:
                self.fetching.note(self.pointer, self.tried, len(piece))
                yield piece
        except StoreError as error:
            self.fault = error
            raise


class _Unwanted(Exception):
    """Nobody wants the blob any more."""


class _OwnDisk(Exception):
    """The member's own disk takes no copy."""
