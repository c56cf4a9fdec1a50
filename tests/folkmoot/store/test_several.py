"""Several stores as one."""

import time
from threading import Event

import pytest

from folkmoot.errors import BlobCorrupt, BlobMissing, StoreError
from folkmoot.store import MemoryStore, cid, pointer
from folkmoot.store.several import StoreList
from tests.support.store_cases import ABSENT, BIG, BLOB, StoreCases


class TestSeveral(StoreCases):
    @pytest.fixture
    def store(self) -> StoreList:
        return StoreList([MemoryStore(), MemoryStore()])


class Failing(MemoryStore):
    def get(self, pointer: bytes, *, limit: int) -> bytes:
        raise StoreError(f"the store of {pointer.hex()} is down, {limit}")

    def has(self, pointer: bytes, *, limit: int) -> bool:
        raise StoreError(f"the store of {pointer.hex()} is down, {limit}")

    def put(self, data: bytes) -> bytes:
        raise StoreError(f"{len(data)} bytes cannot be written")


class Slow(MemoryStore):
    """Answers once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may, self.asked = Event(), 0

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        self.asked += 1
        assert self.may.wait(60)
        return super().get(pointer, limit=limit)


class Damaged(MemoryStore):
    def get(self, pointer: bytes, *, limit: int) -> bytes:
        raise BlobCorrupt(f"{cid(pointer)} has other content, {limit}")

    def has(self, pointer: bytes, *, limit: int) -> bool:
        return limit < 0 and bool(pointer)


@pytest.fixture
def full() -> MemoryStore:
    store = MemoryStore()
    store.put(BLOB)
    return store


def test_the_first_is_written_to() -> None:
    first, second = MemoryStore(), MemoryStore()
    name = StoreList([first, second]).put(BLOB)
    assert [store.has(name, limit=BIG) for store in (first, second)] == [True, False]
    with pytest.raises(StoreError, match="cannot be written"):
        StoreList([Failing(), second]).put(BLOB)


@pytest.mark.parametrize("first", [MemoryStore, Failing, Damaged])
def test_all_are_read_from(first: type[MemoryStore], full: MemoryStore) -> None:
    store = StoreList([first(), full])
    assert store.has(pointer(BLOB), limit=BIG)
    assert store.get(pointer(BLOB), limit=BIG) == BLOB


def test_where_one_is_slow_the_next_is_asked_too(full: MemoryStore) -> None:
    slow = Slow()
    store = StoreList([slow, full], patience=0.01)
    try:
        assert store.get(pointer(BLOB), limit=BIG) == BLOB
        assert slow.asked == 1
        assert not slow.may.is_set()
    finally:
        slow.may.set()


def test_a_slow_store_is_waited_for_where_no_other_has_the_blob(full: MemoryStore) -> None:
    slow = Slow()
    slow.put(BLOB)
    store = StoreList([slow, MemoryStore()], patience=0.01)

    def allow() -> bool:
        time.sleep(0.1)
        slow.may.set()
        return True

    later = store._pool.submit(allow)
    assert store.get(pointer(BLOB), limit=BIG) == BLOB
    assert later.result()
    assert full


def test_of_a_store_that_fails_nobody_knows_what_it_has() -> None:
    store = StoreList([MemoryStore(), Failing(), Damaged()])
    with pytest.raises(StoreError, match="is down"):
        store.has(ABSENT, limit=BIG)
    with pytest.raises(StoreError, match="is down"):
        store.get(ABSENT, limit=BIG)
    with pytest.raises(BlobCorrupt):
        StoreList([MemoryStore(), Damaged(), MemoryStore()]).get(ABSENT, limit=BIG)
    with pytest.raises(BlobMissing):
        StoreList([MemoryStore(), MemoryStore()]).get(ABSENT, limit=BIG)


def test_a_fault_of_the_program_is_no_fault_of_a_store() -> None:
    class Wrong(MemoryStore):
        def get(self, pointer: bytes, *, limit: int) -> bytes:
            raise ZeroDivisionError(pointer, limit)

    with pytest.raises(ZeroDivisionError):
        StoreList([Wrong(), MemoryStore()]).get(ABSENT, limit=BIG)
