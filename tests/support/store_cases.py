"""What holds for every kind of store: tests of whatever the fixture `store` is."""

import pytest

from folkmoot.errors import BlobMissing, BlobTooLarge, InvalidPointer
from folkmoot.store import BlobStore, cid, pointer

BLOB = b"a model" * 100
ABSENT = bytes(32)
BIG = 1 << 40


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

    def test_a_caller_that_changes_its_buffer_does_not_change_the_blob(self, store: BlobStore) -> None:
        buffer = bytearray(BLOB)
        name = store.put(buffer)  # type: ignore[arg-type]
        buffer[0] ^= 1
        assert store.get(name, limit=len(BLOB)) == BLOB
