"""What holds for every kind of store: tests of whatever the fixture `store` is."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

import pytest

from folkmoot.errors import BlobMissing, BlobTooLarge, DeadlinePassed, InvalidPointer, MalformedBlob
from folkmoot.store import BlobStore, cid, pointer
from folkmoot.store.blobs import KeepingStore
from folkmoot.store.content import Anew

BLOB = b"a model" * 100
ABSENT = bytes(32)
BIG = 1 << 40
MANY = bytes(range(256)) * 4_000  # bytes of several chunks
MOST = 4 << 20  # bytes of a piece


class StoreCases:
    """Inherit it, and give it the fixture `store`."""

    @pytest.mark.parametrize("blob", [b"", b"x", BLOB, bytes(600_000)], ids=len)
    def test_what_was_put_comes_back(self, store: BlobStore, blob: bytes) -> None:
        name = store.put(blob)
        assert name == pointer(blob)
        assert store.has(name, limit=len(blob))
        assert store.get(name, limit=len(blob)) == blob

    def test_putting_twice_changes_nothing(self, store: BlobStore) -> None:
        assert store.put(BLOB) == store.put(BLOB)
        assert store.get(pointer(BLOB), limit=len(BLOB)) == BLOB

    def test_blobs_do_not_mix(self, store: BlobStore) -> None:
        names = [store.put(bytes([number]) * 1000) for number in range(20)]
        assert [store.get(name, limit=1000)[0] for name in names] == list(range(20))

    def test_an_absent_blob_is_missing(self, store: BlobStore) -> None:
        assert not store.has(ABSENT, limit=BIG)
        with pytest.raises(BlobMissing, match=cid(ABSENT)):
            store.get(ABSENT, limit=BIG)

    def test_a_blob_one_byte_over_the_limit_is_too_large(self, store: BlobStore) -> None:
        name = store.put(BLOB)
        with pytest.raises(BlobTooLarge, match=f"{cid(name)} has 700 bytes, allowed are 699"):
            store.get(name, limit=len(BLOB) - 1)
        assert [store.has(name, limit=limit) for limit in (len(BLOB) - 1, len(BLOB))] == [False, True]

    @pytest.mark.parametrize("name", [b"", bytes(31), bytes(33), b"../../../../../../../etc/password"[:31]])
    def test_what_is_no_pointer_is_refused(self, store: BlobStore, name: bytes) -> None:
        with pytest.raises(InvalidPointer):
            store.has(name, limit=BIG)
        with pytest.raises(InvalidPointer):
            store.get(name, limit=BIG)

    @pytest.mark.parametrize("size", [1 << 12, 300_000, len(MANY)])
    def test_pieces_of_any_size_are_one_blob(self, store: BlobStore, size: int) -> None:
        pieces = [memoryview(MANY)[start : start + size] for start in range(0, len(MANY), size)]
        name = store.put(pieces)
        assert name == pointer(MANY)
        assert store.read(name, limit=len(MANY), consume=list) == list(store.read(name, limit=BIG, consume=tuple))
        assert store.get(name, limit=len(MANY)) == MANY

    def test_a_blob_is_read_in_pieces(self, store: BlobStore) -> None:
        sizes = store.read(store.put(MANY), limit=BIG, consume=lambda pieces: [len(piece) for piece in pieces])
        assert sum(sizes) == len(MANY)
        assert len(sizes) > 1
        assert max(sizes) <= MOST

    def test_no_pieces_are_the_empty_blob(self, store: BlobStore) -> None:
        assert store.read(store.put([]), limit=0, consume=list) == []

    def test_a_consumer_may_stop_early(self, store: BlobStore) -> None:
        name = store.put(MANY)
        assert store.read(name, limit=BIG, consume=lambda pieces: next(pieces)[:3]) == MANY[:3]
        assert store.read(name, limit=BIG, consume=lambda _: "nothing") == "nothing"

    @pytest.mark.parametrize("error", [MalformedBlob("no model"), DeadlinePassed("too late"), ZeroDivisionError()])
    @pytest.mark.parametrize("taken", [0, 1, 99])
    def test_what_a_consumer_raises_is_raised(self, store: BlobStore, error: Exception, taken: int) -> None:
        name, calls = store.put(MANY), []

        def consume(pieces: Iterator[bytes]) -> None:
            calls.append(list(islice(pieces, taken)))
            raise error

        with pytest.raises(type(error)) as raised:
            store.read(name, limit=BIG, consume=consume)
        assert raised.value is error
        assert len(calls) == 1
        assert store.get(name, limit=BIG) == MANY

    @pytest.mark.parametrize("error", [DeadlinePassed("too late"), ZeroDivisionError(), KeyboardInterrupt()])
    def test_a_put_that_is_given_up_leaves_nothing(self, store: BlobStore, error: BaseException) -> None:
        """In whichever pass over the pieces."""
        blob = b"given up" * 1_000_000
        passes = []

        def pieces(last: int) -> Iterator[bytes]:
            passes.append(last)
            yield blob[:5_000_000]
            if len(passes) == last:
                raise error
            yield blob[5_000_000:]

        for last in (1, 2):
            passes.clear()
            with suppress(type(error)):
                store.put(Anew(lambda last=last: pieces(last)))  # type: ignore[misc]
            if len(passes) == last:
                assert not store.has(pointer(blob), limit=BIG)

    def test_a_caller_that_changes_its_buffer_does_not_change_the_blob(self, store: BlobStore) -> None:
        buffer = bytearray(BLOB)
        name = store.put(buffer)
        buffer[0] ^= 1
        assert store.get(name, limit=len(BLOB)) == BLOB

    def test_what_is_held_is_counted(self, store: KeepingStore) -> None:
        before, count = set(store.held()), store.usage()
        names = {store.put(bytes([number]) * 3_000) for number in (71, 72)}
        assert not names & before
        assert set(store.held()) == before | names
        after = store.usage()
        assert after.blobs == count.blobs + 2
        assert after.size >= count.size + 6_000

    def test_what_is_pinned_is_held(self, store: KeepingStore) -> None:
        name = store.put(b"to be pinned")
        for _ in range(2):
            store.pin(name, limit=12)
        assert name in set(store.held())
        with pytest.raises(BlobTooLarge):
            store.pin(name, limit=11)
        with pytest.raises(BlobMissing, match=cid(ABSENT)):
            store.pin(ABSENT, limit=BIG)

    def test_what_is_let_go_of_is_gone_alone(self, store: KeepingStore) -> None:
        name, other = store.put(b"to be let go of"), store.put(b"to be kept")
        assert [store.remove(name), store.remove(name), store.remove(ABSENT)] == [True, False, False]
        store.collect()
        assert [found in set(store.held()) for found in (name, other)] == [False, True]
        assert [store.has(found, limit=BIG) for found in (name, other)] == [False, True]
        assert store.put(b"to be let go of") == name
        assert store.has(name, limit=BIG)
        with pytest.raises(InvalidPointer):
            store.remove(bytes(31))
