"""A store whose blobs' bytes are counted on their way."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from folkmoot.store.blobs import BlobStore
from folkmoot.store.content import Anew, Bytes, Content, pieces

T = TypeVar("T")
Count = Callable[[int], None]
"""Called with a number of bytes, in any thread."""


class CountingStore(BlobStore):
    """A `BlobStore` that tells how many bytes it hands over and takes.

    What is read counts piece by piece, again where a read begins again. What is written counts once the store has it.
    """

    def __init__(self, store: BlobStore, *, read: Count, written: Count) -> None:
        self._store, self._read, self._written = store, read, written

    def put(self, content: Content) -> bytes:
        """As `BlobStore.put`."""
        passes: list[int] = []  # bytes of each: a store may need several, at once

        def begin() -> Iterator[Bytes]:
            done = 0
            for piece in pieces(content):
                done += len(memoryview(piece).cast("B"))
                yield piece
            passes.append(done)

        name = self._store.put(Anew(begin))
        self._written(max(passes, default=0))
        return name

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        """As `BlobStore.read`."""
        return self._store.read(pointer, limit=limit, consume=lambda stored: consume(self._counted(stored)))

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """As `BlobStore.has`."""
        return self._store.has(pointer, limit=limit)

    def _counted(self, stored: Iterable[bytes]) -> Iterator[bytes]:
        for piece in stored:
            self._read(len(piece))
            yield piece
