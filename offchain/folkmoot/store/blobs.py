"""What a blob store does and keeps, the faults of one blob that all stores tell apart, and a store in memory."""

from abc import abstractmethod
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from io import BytesIO
from typing import NamedTuple, Protocol, Self, TypeVar

from folkmoot.errors import (
    BlobCorrupt,
    BlobMissing,
    BlobTooLarge,
    ChainError,
    FolkmootError,
    InvalidPointer,
    KeyMissing,
    StoreError,
)
from folkmoot.store.content import Bytes, Content, chunked, hashed, pieces, pointer
from folkmoot.store.pointer import PointerHash, cid, from_cid

__all__ = ["BlobStore", "Bytes", "Content", "KeepingStore", "MemoryStore", "Peering", "Usage"]
__all__ += ["check_size", "consumed", "corrupt", "missing", "verified"]

T = TypeVar("T")


class BlobStore(Protocol):
    """Bytes by pointer. Whatever `read` and `get` return comes from bytes that hash to the pointer asked for.

    A fault of one blob is missing, too large or corrupt, whatever lies under its name. `StoreError` is of the store.
    Nothing waits longer for the next bytes than the store's own limit; a transfer goes on as long as bytes come.
    """

    def put(self, content: Content) -> bytes:
        """Store a blob and return its pointer (32 bytes). What is wrong under its name is replaced.

        Pieces are iterated as often as the store needs, and never held all at once. Raises `StoreError` when the blob
        cannot be written, and what the pieces raise; nothing is under the name then that was not there before.
        """

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        """What `consume` makes of the blob's pieces, of at most 4 MiB each, if they prove to be the blob's.

        They prove it at their end only: until then `consume` must not act on them. It may be called anew, when a read
        has to begin again, and may stop early. What it raises is raised, but `BlobCorrupt` in place of a
        `FolkmootError` where the content is not the blob's. An error of the chain, such as `DeadlinePassed`, a
        `KeyMissing`, and whatever is no `FolkmootError` end the read at once.

        Raises `InvalidPointer`, `BlobMissing`, `BlobTooLarge` (before reading more than `limit` bytes), `BlobCorrupt`
        or, when the store itself fails, `StoreError`.
        """

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        """The blob under a pointer, at most `limit` bytes, verified. Raises as `read`."""
        return self.read(pointer, limit=limit, consume=_joined)

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """Whether `get` would return the blob: its content is verified. Raises `InvalidPointer` or `StoreError`."""


class Usage(NamedTuple):
    """How many blobs a store holds, and how many bytes they take."""

    blobs: int
    size: int


class Peering(Protocol):
    """A member's own node, which finds blobs at the nodes that it is connected to."""

    def peer(self) -> str:
        """Its peer id, with which the multiaddresses of a node end. Raises `StoreError`."""

    def addresses(self) -> tuple[str, ...]:
        """The multiaddresses at which other machines reach it. Raises `StoreError`."""

    def connect(self, address: str) -> None:
        """Connect to the node at a multiaddress. Raises `StoreError` with what is in the way."""

    def disconnect(self, peer: str) -> None:
        """End all connections to a node, by its peer id. Raises `StoreError`."""

    def neighbours(self) -> Mapping[str, bool]:
        """Whether it exchanges blobs with the nodes that it is connected to, by their peer ids. Raises `StoreError`."""


class KeepingStore(BlobStore):
    """A `BlobStore` that says what it holds, for subclasses that list their blobs and remove one.

    `is_shared` tells whether others read the same copy: what is removed is gone for them, too.
    """

    is_shared = True

    @property
    def node(self) -> Peering | None:
        """The member's own Kubo node, if that is the store or the first of several."""
        return None

    def pin(self, pointer: bytes, *, limit: int) -> None:
        """Hold a blob: afterwards it is there, intact, and stays. Raises as `read`."""
        if not self.has(pointer, limit=limit):
            self.read(pointer, limit=limit, consume=lambda _: None)  # says what is wrong

    def remove(self, pointer: bytes) -> bool:
        """Let go of a blob; False if it is not held. Raises `InvalidPointer` or `StoreError`."""
        return self._erase(cid(pointer))

    def collect(self) -> None:
        """Free the space of what was let go of: once, after the last `remove`. Raises `StoreError`."""

    def held(self) -> Iterator[bytes]:
        """The pointers of all blobs that are held, by their names alone. Raises `StoreError`."""
        return (pointer for pointer, _ in self._found())

    def usage(self) -> Usage:
        """Blobs held, and their bytes. Raises `StoreError`."""
        sizes = [size for _, size in self._found()]
        return Usage(len(sizes), sum(sizes))

    def _found(self) -> Iterator[tuple[bytes, int]]:
        for name, size in self._entries():
            with suppress(InvalidPointer):  # something else that lies there
                yield from_cid(name), size

    @abstractmethod
    def _entries(self) -> Iterable[tuple[str, int]]:
        """The names of what is there, blobs and others, and their bytes. Raises `StoreError`."""

    @abstractmethod
    def _erase(self, name: str) -> bool:
        """Remove a blob; False if it is not there. Raises `StoreError`."""


class MemoryStore(KeepingStore):
    """A `BlobStore` that lives as long as the process, for tests and simulations."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    def put(self, content: Content) -> bytes:
        """As `BlobStore.put`."""
        data = b"".join(pieces(content))
        name = pointer(data)
        self._blobs[cid(name)] = data
        return name

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        """As `BlobStore.read`."""
        name = cid(pointer)
        if name not in self._blobs:
            raise missing(name)
        check_size(name, len(self._blobs[name]), limit)
        return consumed(chunked(self._blobs[name]), consume)

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """As `BlobStore.has`."""
        found = self._blobs.get(cid(pointer))
        return found is not None and len(found) <= limit

    def _entries(self) -> Iterable[tuple[str, int]]:
        return [(name, len(blob)) for name, blob in self._blobs.items()]

    def _erase(self, name: str) -> bool:
        return self._blobs.pop(name, None) is not None


def consumed(blob: Generator[bytes], consume: Callable[[Iterator[bytes]], T]) -> T:
    """What `consume` makes of a blob's pieces, as `BlobStore.read` has it.

    The pieces raise `StoreError` when the store fails, and at their end unless they are the blob's.
    """
    proof = _Proof(blob)
    with closing(blob):
        try:
            made = consume(proof)
        except (ChainError, KeyMissing):
            raise
        except FolkmootError:
            proof.finish()
            raise
        proof.finish()
        return made


class _Proof:
    """Hands a blob's pieces over, and remembers what is wrong with them whatever becomes of that."""

    def __init__(self, blob: Iterator[bytes]) -> None:
        self._blob = blob
        self._fault: StoreError | None = None

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._blob)
        except StoreError as fault:
            self._fault = fault
            raise

    def finish(self) -> None:
        """Raises `StoreError` unless all pieces are the blob's, those that nobody took included."""
        if self._fault:
            raise self._fault
        for _ in self:
            pass


def verified(name: str, expected: bytes, content: Content) -> Generator[bytes]:
    """The content in chunks. Raises `BlobCorrupt` at the end unless it is the blob's."""
    found = PointerHash()
    yield from hashed(content, found)
    if found.digest() != expected:
        raise corrupt(name, "has other content than its name says")


def check_size(name: str, size: int, limit: int) -> None:
    """Raises `BlobTooLarge`."""
    if size > limit:
        raise BlobTooLarge(f"{name} has {size} bytes, allowed are {limit}")


def missing(name: str) -> BlobMissing:
    """There is nothing under this name."""
    return BlobMissing(f"{name} is not in the store", hint="its author may not have published it yet")


def corrupt(name: str, reason: str) -> BlobCorrupt:
    """What is under this name is not the blob."""
    return BlobCorrupt(f"{name} {reason}", hint="store the blob again from an intact copy")


def _joined(blob: Iterator[bytes]) -> bytes:
    data = BytesIO()  # in which the bytes are not held twice
    data.writelines(blob)
    return data.getvalue()
