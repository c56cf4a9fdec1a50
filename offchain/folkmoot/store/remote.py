"""What stores behind a network share: content that is verified wherever it comes from, and reads that go on."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import NamedTuple

from folkmoot.errors import BlobCorrupt, BlobMissing, BlobTooLarge, StoreError
from folkmoot.store.blobs import check_content, check_size, corrupt
from folkmoot.store.pointer import CHUNK, cid, pointer_of_chunks
from folkmoot.store.pointer import pointer as pointer_of

RESUMED = 5  # times that a broken read goes on where it ended, without a byte in between


class Stamp(NamedTuple):
    """A stored blob as the store describes it: its size in bytes, and what changes whenever its content does."""

    size: int
    version: str


class Broken(StoreError):
    """A connection ended in the middle of a read, which can go on."""


class RemoteStore(ABC):
    """A `BlobStore` behind a network, for subclasses that say how one kind looks, reads and writes.

    What a blob's name leads to is read once to verify it, and again when its stamp has changed.
    """

    def __init__(self) -> None:
        self._verified: dict[str, Stamp] = {}

    def put(self, data: bytes) -> bytes:
        """As `BlobStore.put`."""
        name = pointer_of(data)
        if not self.has(name, limit=len(data)):
            self._write(cid(name), data)
        return name

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        """As `BlobStore.get`."""
        name = cid(pointer)
        stamp = self._stamp(name)
        check_size(name, stamp.size, limit)
        blob = BytesIO()  # in which the bytes are not held twice
        for piece in self._whole(name, stamp.size):
            blob.write(piece)
        data = blob.getvalue()
        self._verify(name, stamp, pointer, pointer_of(data))
        return data

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """As `BlobStore.has`."""
        name = cid(pointer)
        try:
            stamp = self._stamp(name)
            check_size(name, stamp.size, limit)
            if self._verified.get(name) != stamp:
                pieces = _chunked(self._whole(name, stamp.size))
                self._verify(name, stamp, pointer, pointer_of_chunks(pieces))
        except (BlobMissing, BlobTooLarge, BlobCorrupt):
            return False
        return True

    def _verify(self, name: str, stamp: Stamp, expected: bytes, actual: bytes) -> None:
        check_content(name, expected, actual)
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
    def _write(self, name: str, data: bytes) -> None:
        """Store a blob, whole or not at all, in place of anything else. Raises `StoreError`."""


def _chunked(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in chunks of `CHUNK`, but for the last one."""
    rest = bytearray()
    for piece in pieces:
        rest += piece
        while len(rest) >= CHUNK:
            yield bytes(rest[:CHUNK])
            del rest[:CHUNK]
    if rest:
        yield bytes(rest)
