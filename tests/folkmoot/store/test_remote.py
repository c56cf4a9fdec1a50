"""What stores behind a network share, on one that breaks as it is told; real ones are among the integration tests."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

import pytest

from folkmoot.errors import BlobCorrupt, BlobMissing, ConnectionFailed, DeadlinePassed, MalformedBlob, StoreError
from folkmoot.store import Content, cid, pointer
from folkmoot.store.content import pieces
from folkmoot.store.remote import RESUMED, Broken, RemoteStore, Stamp
from tests.support.store_cases import BIG, BLOB, MANY, StoreCases


class Shaky(RemoteStore):
    """In memory, in pieces of `piece` bytes; every read breaks after `lasts` pieces."""

    def __init__(self, piece: int = 300_000, lasts: int = 1 << 30) -> None:
        super().__init__()
        self.blobs: dict[str, bytes] = {}
        self.piece, self.lasts = piece, lasts
        self.reads: list[int] = []  # where each read began
        self.written: list[str] = []

    def _stamp(self, name: str) -> Stamp:
        if name not in self.blobs:
            raise BlobMissing(f"{name} is not in the store")
        return Stamp(len(self.blobs[name]), str(hash(self.blobs[name])))

    def _read(self, name: str, start: int, size: int) -> Iterator[bytes]:
        self.reads.append(start)
        for count, begin in enumerate(range(start, size, self.piece)):
            if count == self.lasts:
                raise Broken("the connection ended")
            yield self.blobs[name][begin : begin + self.piece]

    def _write(self, name: str, content: Content, size: int) -> None:
        self.blobs[name] = b"".join(pieces(content))
        assert len(self.blobs[name]) == size
        self.written.append(name)

    def _entries(self) -> list[tuple[str, int]]:
        return [(name, len(blob)) for name, blob in self.blobs.items()]

    def _erase(self, name: str) -> bool:
        return self.blobs.pop(name, None) is not None


class TestRemote(StoreCases):
    @pytest.fixture
    def store(self) -> Shaky:
        return Shaky()


@pytest.mark.parametrize("piece", [7, 262_144, 262_145])
def test_a_broken_read_goes_on_where_it_ended(piece: int) -> None:
    blob = bytes(range(256)) * 12 if piece == 7 else bytes(range(256)) * 4_000
    store = Shaky(piece, lasts=3)
    name = store.put(blob)
    assert store.has(name, limit=BIG)
    assert store.get(name, limit=BIG) == blob
    assert set(store.reads) == set(range(0, len(blob), 3 * piece))


def test_a_read_that_never_gets_on_ends() -> None:
    store = Shaky()
    name = store.put(BLOB)
    store.lasts = 0
    with pytest.raises(StoreError, match="the connection ended"):
        store.get(name, limit=BIG)
    assert len(store.reads) == RESUMED


def test_content_is_read_once_until_it_changes() -> None:
    store = Shaky()
    name = store.put(BLOB)
    assert [store.has(name, limit=BIG) for _ in range(3)] == [True] * 3
    assert len(store.reads) == 1
    store.blobs[cid(name)] = b"A" + BLOB[1:]
    assert not store.has(name, limit=BIG)
    with pytest.raises(BlobCorrupt, match="other content"):
        store.get(name, limit=BIG)


def test_what_is_wrong_is_replaced_and_what_is_right_left() -> None:
    store = Shaky()
    name = pointer(BLOB)
    store.blobs[cid(name)] = b"garbage"
    for _ in range(2):
        assert store.put(BLOB) == name
    assert store.written == [cid(name)]


@pytest.mark.parametrize("change", [BLOB + b"x", BLOB[:-1]], ids=["longer", "shorter"])
def test_a_blob_that_changes_while_it_is_read_is_corrupt(change: bytes) -> None:
    store = Shaky(piece=1 << 20)
    name = store.put(BLOB)
    said = store._stamp(cid(name))
    store.blobs[cid(name)] = change
    store._stamp = lambda _: said  # type: ignore[method-assign]
    with pytest.raises(BlobCorrupt):
        store.get(name, limit=BIG)


@pytest.mark.parametrize("taken", [0, 1, 2, 9])
def test_a_consumer_that_finds_a_corrupt_copy_malformed_does_not_hide_that_it_is_corrupt(taken: int) -> None:
    store = Shaky()
    name = store.put(MANY)
    store.blobs[cid(name)] = MANY[:-1] + b"x"

    def consume(pieces: Iterator[bytes]) -> None:
        list(islice(pieces, taken))
        raise MalformedBlob("this is no model")

    with pytest.raises(BlobCorrupt, match="other content"):
        store.read(name, limit=BIG, consume=consume)


@pytest.mark.parametrize("error", [DeadlinePassed("too late"), ConnectionFailed("no node"), ZeroDivisionError()])
def test_what_is_no_fault_of_the_content_ends_a_read_at_once(error: Exception) -> None:
    store = Shaky(piece=1_000, lasts=100)
    name = store.put(MANY)
    store.reads.clear()

    def consume(pieces: Iterator[bytes]) -> None:
        next(pieces)
        raise error

    with pytest.raises(type(error)):
        store.read(name, limit=BIG, consume=consume)
    assert len(store.reads) < len(MANY) / (store.piece * store.lasts) / 2


def test_a_fault_that_a_consumer_swallows_is_raised() -> None:
    store = Shaky()
    name = store.put(MANY)
    store.lasts = 0

    def consume(pieces: Iterator[bytes]) -> str:
        with suppress(StoreError):
            list(pieces)
        return "done"

    with pytest.raises(StoreError, match="the connection ended"):
        store.read(name, limit=BIG, consume=consume)


def test_what_a_consumer_made_of_damage_is_not_returned() -> None:
    store = Shaky()
    name = store.put(MANY)
    store.blobs[cid(name)] = MANY[:-1] + b"x"
    with pytest.raises(BlobCorrupt):
        store.read(name, limit=BIG, consume=next)
    with pytest.raises(BlobCorrupt):
        store.read(name, limit=BIG, consume=lambda pieces: pieces and None)
