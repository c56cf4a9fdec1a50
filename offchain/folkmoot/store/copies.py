"""A member's copies of the blobs that it needs: what it read stays readable, whatever becomes of the store.

They are fetched beside the work, and what the store has lost or did not take is given to it again.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from threading import Thread
from typing import TypeVar

from folkmoot.errors import KeyMissing, StoreError
from folkmoot.store.blobs import BlobStore
from folkmoot.store.content import Content
from folkmoot.store.fetching import Fetching, Watch
from folkmoot.store.folder import LocalStore
from folkmoot.store.pointer import cid

T = TypeVar("T")


class Copies(BlobStore):
    """The blobs of a store, those that were wanted or published in a folder of the member's own, `kept`.

    What is wanted is read from there alone, so that no read waits for the store, as long as the own disk is well.
    `limit` is in bytes; `watch` is called in the threads that fetch.
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
        """Removes what an earlier process left half written. Raises `StoreError`."""
        self._kept, self._store, self._limit = kept, store, limit
        self._publishing: set[bytes] = set()
        self._held: set[bytes] = set()
        self._fetching = Fetching(store, self._keep, self._holds, limit=limit, watch=watch, clock=clock)
        kept.sweep(older_than=0)

    def want(self, pointers: Iterable[bytes], *, patience: float = 0.0) -> None:
        """As `Fetching.want`."""
        self._fetching.want(pointers, patience=patience)

    def faults(self) -> Mapping[bytes, StoreError]:
        """As `Fetching.faults`."""
        return self._fetching.faults()

    def forget(self, but: Collection[bytes]) -> None:
        """Remove all copies but these, and those on their way to the store. Raises `StoreError`."""
        for pointer in list(self._kept.held()):
            if pointer not in but and pointer not in self._publishing:
                self._held.discard(pointer)
                self._kept.remove(pointer)

    # ---------------------------------------------------------------- publishing

    def publish(self, content: Content, *, patience: float) -> tuple[bytes, StoreError | None]:
        """Keep a blob and publish it: its pointer, and why the store has not taken it in `patience` seconds, if so.

        Then it is taken later: go on with `restore`. Where the own disk fails, the store is waited for. Raises
        `StoreError` if neither takes it.
        """
        try:
            pointer = self._keep(content)
        except StoreError:
            return self._store.put(content), None
        faults: list[StoreError] = []
        self._publishing.add(pointer)
        thread = Thread(target=self._give, args=(pointer, faults), name="publishing", daemon=True)
        try:
            thread.start()
            thread.join(patience)
        except RuntimeError:  # the system gives no more threads now
            self._publishing.discard(pointer)
        late = StoreError(f"the store takes its time for {cid(pointer)}", "it goes on beside the work")
        return pointer, late if thread.is_alive() or not thread.ident else next(iter(faults), None)

    def restore(self, pointers: Iterable[bytes]) -> Iterator[bytes]:
        """Give to the store what it lacks of these and is held here; gives each that it took.

        Raises `StoreError` in the end, for the first that could not be given.
        """
        faults: list[StoreError] = []
        for pointer in pointers:
            if self._lacks(pointer):
                self._publishing.add(pointer)
                if self._give(pointer, faults):
                    yield pointer
        if faults:
            raise faults[0]

    def _lacks(self, pointer: bytes) -> bool:
        """Whether the store lacks what is held here, intact, and is not on its way."""
        if pointer in self._publishing or not self._holds(pointer):
            return False
        if not self._kept.has(pointer, limit=self._limit):
            self._held.discard(pointer)  # and it will be fetched anew
            return False
        with suppress(StoreError):  # of several stores one may fail, and another take it
            return not self.ask(pointer)
        return True

    def _give(self, pointer: bytes, faults: list[StoreError]) -> bool:
        try:
            self._store.put(self._kept.content(pointer, limit=self._limit))
        except StoreError as fault:
            faults.append(fault)
            return False
        finally:
            self._publishing.discard(pointer)
        return True

    def ask(self, pointer: bytes) -> bool:
        """Whether the store has a blob, held here or not. Raises `StoreError`."""
        return self._store.has(pointer, limit=self._limit)

    # ------------------------------------------------------------- as a store

    def put(self, content: Content) -> bytes:
        """As `BlobStore.put`, with a copy, which stays also when the store takes nothing."""
        with suppress(StoreError):  # of the member's own disk
            self._keep(content)
        return self._store.put(content)

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        """As `BlobStore.read`; what is wanted but not held raises at once what its fetching met."""
        if self._holds(pointer):
            try:
                return self._kept.read(pointer, limit=limit, consume=consume)
            except KeyMissing:
                raise
            except StoreError:  # of the own disk
                self._held.discard(pointer)
        elif (tried := self._fetching.tried(pointer)) and not tried.is_direct:
            raise tried.fault or StoreError(f"the store has not said yet whether it has {cid(pointer)}", "try again")
        return self._store.read(pointer, limit=limit, consume=consume)

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """As `BlobStore.has`; of what is wanted, whether it is held, or the own disk takes no copy of it."""
        if self._holds(pointer):
            return True
        tried = self._fetching.tried(pointer)
        return tried.is_direct if tried else self._store.has(pointer, limit=limit)

    def _holds(self, pointer: bytes) -> bool:
        with suppress(StoreError):  # of the member's own disk: the next copy will say it
            if pointer not in self._held and self._kept.has(pointer, limit=self._limit):
                self._held.add(pointer)
        return pointer in self._held

    def _keep(self, content: Content) -> bytes:
        self._kept.create()
        pointer = self._kept.put(content)
        self._held.add(pointer)
        return pointer
