import pytest

from folkmoot.errors import BlobMissing, StoreError
from folkmoot.store import LocalStore, MemoryStore, pointer
from folkmoot.store.content import Anew, Content
from folkmoot.store.counting import CountingStore
from folkmoot.store.several import StoreList

BLOB = bytes(range(256)) * 40_000  # several pieces


class Tally:
    """A store whose bytes are counted."""

    def __init__(self, store: MemoryStore | LocalStore | StoreList) -> None:
        self.read: list[int] = []
        self.written: list[int] = []
        self.store = CountingStore(store, read=self.read.append, written=self.written.append)


@pytest.mark.parametrize("content", [BLOB, [BLOB[:7], BLOB[7:]], Anew(lambda: iter([BLOB]))])
def test_what_is_written_and_read_is_counted_whatever_it_comes_as(content: Content, tmp_path: object) -> None:
    for one in (Tally(MemoryStore()), Tally(LocalStore(str(tmp_path)))):
        name = one.store.put(content)
        assert (name, one.written) == (pointer(BLOB), [len(BLOB)])
        assert one.store.get(name, limit=len(BLOB)) == BLOB
        assert (sum(one.read), len(one.read) > 1) == (len(BLOB), True)


def test_a_store_that_iterates_twice_has_written_once() -> None:
    class Twice(MemoryStore):
        def put(self, content: Content) -> bytes:
            assert sum(map(len, content)) == len(BLOB)  # type: ignore[arg-type]
            return super().put(content)

    one = Tally(Twice())
    one.store.put(BLOB)
    assert one.written == [len(BLOB)]


def test_what_fails_is_not_written_and_what_is_not_there_not_read() -> None:
    class NoRoom(MemoryStore):
        def put(self, content: Content) -> bytes:
            super().put(content)
            raise StoreError("full")

    one = Tally(NoRoom())
    with pytest.raises(StoreError):
        one.store.put(BLOB)
    with pytest.raises(BlobMissing):
        one.store.get(bytes(32), limit=10)
    assert (one.written, one.read) == ([], [])


def test_whether_it_is_there_counts_nothing_and_is_told() -> None:
    one = Tally(MemoryStore())
    name = one.store.put(b"abc")
    assert (one.store.has(name, limit=3), one.store.has(name, limit=2), one.read) == (True, False, [])


def test_of_several_stores_it_counts_what_the_worker_gets() -> None:
    one = Tally(StoreList([MemoryStore(), MemoryStore()]))
    name = one.store.put(BLOB)
    assert one.store.get(name, limit=len(BLOB)) == BLOB
    assert (one.written, sum(one.read)) == ([len(BLOB)], len(BLOB))
