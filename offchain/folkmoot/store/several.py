"""Several stores as one: the first is written to, all are read from."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from folkmoot.errors import BlobCorrupt, BlobMissing, BlobTooLarge, StoreError
from folkmoot.store.blobs import BlobStore

T = TypeVar("T")

PATIENCE_S = 2.0  # that one store is waited for before the next one is asked, too
_OF_ONE_BLOB = (BlobMissing, BlobTooLarge, BlobCorrupt)  # the most telling one last


class StoreList:
    """A `BlobStore` of several. A blob is there if any has it; where one is slow the next ones are asked, too."""

    def __init__(self, stores: Sequence[BlobStore], *, patience: float = PATIENCE_S) -> None:
        """`patience` is in seconds."""
        self._stores, self._patience = tuple(stores), patience
        self._pool = ThreadPoolExecutor(max_workers=4 * len(self._stores), thread_name_prefix="store")

    def put(self, data: bytes) -> bytes:
        """As `BlobStore.put`, in the first store."""
        return self._stores[0].put(data)

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        """As `BlobStore.get`, of whichever store gives it first."""
        return self._ask(lambda store: store.get(pointer, limit=limit))

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


def _weight(fault: StoreError) -> int:
    """Of a store that failed nobody knows what it has."""
    return _OF_ONE_BLOB.index(type(fault)) if type(fault) in _OF_ONE_BLOB else len(_OF_ONE_BLOB)
