"""What stores behind a network share: content that is verified wherever it comes from, and reads that go on."""

from abc import abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import NamedTuple, TypeVar

from folkmoot.errors import BlobFault, StoreError
from folkmoot.store.blobs import KeepingStore, check_size, consumed, corrupt, verified
from folkmoot.store.content import Content, measured
from folkmoot.store.pointer import cid

T = TypeVar("T")

RESUMED = 5  # times that a broken read goes on where it ended, without a byte in between


class Stamp(NamedTuple):
    """A stored blob as the store describes it: its size in bytes, and what changes whenever its content does."""

    size: int
    version: str


class Broken(StoreError):
    """A connection ended in the middle of a read, which can go on."""


class RemoteStore(KeepingStore):
    """A `BlobStore` behind a network, for subclasses that say how one kind looks, reads and writes.

    What a blob's name leads to is read once to verify it, and again when its stamp has changed.
    """

    def __init__(self) -> None:
        self._verified: dict[str, Stamp] = {}

    def put(self, content: Content) -> bytes:
        """As `BlobStore.put`."""
        name, size = measured(content)
        if not self.has(name, limit=size):
            self._write(cid(name), content, size)
        return name

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        """As `BlobStore.read`."""
        name = cid(pointer)
        stamp = self._stamp(name)
        check_size(name, stamp.size, limit)
        return consumed(self._checked(name, pointer, stamp), consume)

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """As `BlobStore.has`."""
        name = cid(pointer)
        try:
            stamp = self._stamp(name)
            check_size(name, stamp.size, limit)
            if self._verified.get(name) != stamp:
                for _ in self._checked(name, pointer, stamp):
                    pass
        except BlobFault:
            return False
        return True

    def _checked(self, name: str, pointer: bytes, stamp: Stamp) -> Generator[bytes]:
        yield from verified(name, pointer, self._whole(name, stamp.size))
        self._verified[name] = stamp

    def _whole(self, name: str, size: int) -> Iterator[bytes]:
        """Everything, at most `size` bytes, however often the connection breaks, as long as something came."""
        start, left = 0, RESUMED
        while start < size:
            try:
                for piece in self._read(name, start, size):
                    start, left = start + len(piece), RESUMED
                    yield piece
                    if start > size:
                        raise corrupt(name, "grows while it is read")
                if start < size:
                    raise corrupt(name, f"ends after {start} of {size} bytes")
            except Broken as error:
                left -= 1
                if not left:
                    raise StoreError(error.message, error.hint) from error

    @abstractmethod
    def _stamp(self, name: str) -> Stamp:
        """What the store says of a blob without reading it. Raises `BlobMissing` or `StoreError`."""

    @abstractmethod
    def _read(self, name: str, start: int, size: int) -> Iterable[bytes]:
        """The blob's bytes from `start` to `size`, in pieces. Raises `Broken`, `BlobMissing` or `StoreError`."""

    @abstractmethod
    def _write(self, name: str, content: Content, size: int) -> None:
        """Store a blob of `size` bytes, whole or not at all, in place of anything else. Raises `StoreError`."""
