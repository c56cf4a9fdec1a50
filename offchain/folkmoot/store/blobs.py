"""The blob store protocol, the faults of one blob that all stores tell apart, and a store in memory."""

from typing import Protocol

from folkmoot.errors import BlobCorrupt, BlobMissing, BlobTooLarge
from folkmoot.store.pointer import cid, pointer


class BlobStore(Protocol):
    """Bytes by pointer. Whatever `get` returns hashes to the pointer that was asked for.

    A fault of one blob is missing, too large or corrupt, whatever lies under its name. `StoreError` is of the store.
    """

    def put(self, data: bytes) -> bytes:
        """Store a blob and return its pointer (32 bytes). What is wrong under its name is replaced.

        Raises `StoreError` when it cannot be written.
        """

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        """The blob under a pointer, at most `limit` bytes, verified.

        Raises `InvalidPointer`, `BlobMissing`, `BlobTooLarge` (before reading it), `BlobCorrupt` or, when the store
        itself fails, `StoreError`.
        """

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """Whether `get` would return the blob: its content is verified. Raises `InvalidPointer` or `StoreError`."""


class MemoryStore:
    """A `BlobStore` that lives as long as the process, for tests and simulations."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    def put(self, data: bytes) -> bytes:
        """As `BlobStore.put`."""
        name = pointer(data)
        self._blobs[cid(name)] = bytes(data)
        return name

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        """As `BlobStore.get`."""
        name = cid(pointer)
        if name not in self._blobs:
            raise missing(name)
        check_size(name, len(self._blobs[name]), limit)
        return self._blobs[name]

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """As `BlobStore.has`."""
        found = self._blobs.get(cid(pointer))
        return found is not None and len(found) <= limit


def check_size(name: str, size: int, limit: int) -> None:
    """Raises `BlobTooLarge`."""
    if size > limit:
        raise BlobTooLarge(f"{name} has {size} bytes, allowed are {limit}")


def check_content(name: str, expected: bytes, actual: bytes) -> None:
    """Raises `BlobCorrupt` unless both pointers, the name's and the content's, are the same."""
    if actual != expected:
        raise corrupt(name, "has other content than its name says")


def missing(name: str) -> BlobMissing:
    """There is nothing under this name."""
    return BlobMissing(f"{name} is not in the store", hint="its author may not have published it yet")


def corrupt(name: str, reason: str) -> BlobCorrupt:
    """What is under this name is not the blob."""
    return BlobCorrupt(f"{name} {reason}", hint="store the blob again from an intact copy")
