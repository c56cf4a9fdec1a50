import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Lock
from typing import TypeVar

import pytest

from folkmoot.errors import BlobMissing, StoreError
from folkmoot.store import Content, LocalStore, MemoryStore, cid, pointer
from folkmoot.store.copies import Copies
from folkmoot.store.fetching import AT_ONCE
from folkmoot.store.several import StoreList

T = TypeVar("T")

BLOBS = [b"blob %d" % number for number in range(4)]
NAMES = [pointer(blob) for blob in BLOBS]
LIMIT = 1 << 20
PATIENCE_S = 20.0


class Slow(MemoryStore):
    """Looks for a blob that it lacks until it may give up, as a network of peers does."""

    def __init__(self) -> None:
        super().__init__()
        self.gives_up = Event()
        self.looking = self.most = self.reads = 0
        self._lock = Lock()

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        with self._lock:
            self.looking, self.reads = self.looking + 1, self.reads + 1
            self.most = max(self.most, self.looking)
        try:
            if not self.has(pointer, limit=limit):
                assert self.gives_up.wait(PATIENCE_S)
            return super().read(pointer, limit=limit, consume=consume)
        finally:
            with self._lock:
                self.looking -= 1


class Failing(MemoryStore):
    """Fails while it is `away`."""

    away = True

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        if self.away:
            raise StoreError("the store is away")
        return super().read(pointer, limit=limit, consume=consume)


@pytest.fixture
def store() -> Slow:
    return Slow()


@pytest.fixture
def copies(tmp_path: Path, store: Slow) -> Copies:
    return Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.01)


def test_what_was_wanted_stays_readable_when_the_store_loses_it(copies: Copies, store: Slow) -> None:
    for blob in BLOBS:
        store.put(blob)
    copies.want(NAMES, patience=PATIENCE_S)
    store._blobs.clear()
    assert [copies.get(name, limit=LIMIT) for name in NAMES] == BLOBS
    assert all(copies.has(name, limit=LIMIT) for name in NAMES)
    assert store.reads == len(BLOBS), "each is fetched once"
    assert not copies.faults()


def test_copies_outlive_the_process(copies: Copies, store: Slow, tmp_path: Path) -> None:
    store.put(BLOBS[0])
    copies.want(NAMES[:1], patience=PATIENCE_S)
    again = Copies(LocalStore(tmp_path / "copies"), MemoryStore(), limit=LIMIT)
    assert again.get(NAMES[0], limit=LIMIT) == BLOBS[0]


def test_blobs_that_nobody_has_delay_no_other_and_no_read(copies: Copies, store: Slow) -> None:
    lacking = [bytes([number]) * 32 for number in range(AT_ONCE - 1)]
    store.put(BLOBS[0])
    copies.want([*lacking, NAMES[0]])
    until(lambda: copies.has(NAMES[0], limit=LIMIT))
    until(lambda: store.looking == len(lacking))
    for name in lacking:
        assert not copies.has(name, limit=LIMIT)
        with pytest.raises(StoreError, match="has not said yet"):
            copies.get(name, limit=LIMIT)
    store.gives_up.set()
    until(lambda: store.looking == 0)


def test_no_more_than_some_are_fetched_at_once(copies: Copies, store: Slow) -> None:
    names = [bytes([number]) * 32 for number in range(3 * AT_ONCE)]
    copies.want(names)
    copies.want(names)
    until(lambda: store.looking == AT_ONCE)
    store.gives_up.set()
    copies.want(names, patience=PATIENCE_S)
    assert store.most == AT_ONCE
    assert store.reads >= len(names)
    copies.want([])


def test_what_comes_later_is_found(copies: Copies, store: Slow) -> None:
    store.gives_up.set()
    copies.want(NAMES[:1], patience=PATIENCE_S)
    assert not copies.has(NAMES[0], limit=LIMIT)
    store.put(BLOBS[0])

    def is_found() -> bool:
        copies.want(NAMES[:1])
        return copies.has(NAMES[0], limit=LIMIT)

    until(is_found)


def test_what_is_not_wanted_any_more_is_not_fetched_to_its_end(tmp_path: Path) -> None:
    goes_on, begun = Event(), Event()

    class Dripping(MemoryStore):
        def read(self, *_: object, consume: Callable[[Iterator[bytes]], T], **__: object) -> T:
            def pieces() -> Iterator[bytes]:
                yield BLOBS[0][:3]
                begun.set()
                assert goes_on.wait(PATIENCE_S)
                yield BLOBS[0][3:]

            return consume(pieces())

    copies = Copies(LocalStore(tmp_path / "copies"), Dripping(), limit=LIMIT)
    copies.want(NAMES[:1])
    assert begun.wait(PATIENCE_S)
    copies.want([])
    goes_on.set()
    until(lambda: not copies._fetching._running)
    assert not (tmp_path / "copies").exists() or not LocalStore(tmp_path / "copies").has(NAMES[0], limit=LIMIT)


def test_a_store_that_fails_is_told_from_one_that_lacks_a_blob(tmp_path: Path) -> None:
    store = Failing()
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    copies.want(NAMES[:1], patience=PATIENCE_S)
    assert "the store is away" in str(copies.faults()[NAMES[0]])
    with pytest.raises(StoreError, match="the store is away"):
        copies.get(NAMES[0], limit=LIMIT)
    store.away = False

    def is_well() -> bool:
        copies.want(NAMES[:1])
        return isinstance(copies.faults()[NAMES[0]], BlobMissing)

    until(is_well)
    with pytest.raises(BlobMissing):
        copies.get(NAMES[0], limit=LIMIT)


def test_what_the_own_disk_does_not_take_is_read_from_the_store(tmp_path: Path, store: Slow) -> None:
    store.put(BLOBS[0])
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    (tmp_path / "copies").write_bytes(b"a file in the way")
    copies.want(NAMES[:1], patience=PATIENCE_S)
    assert copies.has(NAMES[0], limit=LIMIT)
    assert copies.get(NAMES[0], limit=LIMIT) == BLOBS[0]
    assert not copies.faults()


def test_a_damaged_copy_is_read_from_the_store_and_fetched_anew(copies: Copies, store: Slow, tmp_path: Path) -> None:
    store.put(BLOBS[0])
    copies.want(NAMES[:1], patience=PATIENCE_S)
    assert copies.has(NAMES[0], limit=LIMIT)
    (tmp_path / "copies" / cid(NAMES[0])).write_bytes(b"damaged")
    assert copies.get(NAMES[0], limit=LIMIT) == BLOBS[0]
    until(lambda: copies.want(NAMES[:1]) or (tmp_path / "copies" / cid(NAMES[0])).read_bytes() == BLOBS[0])


def test_the_store_gets_back_what_it_lost(copies: Copies, store: Slow) -> None:
    for blob in BLOBS[:2]:
        copies.put(blob)
    assert list(copies.restore(NAMES)) == []
    store.remove(NAMES[0])
    assert list(copies.restore(NAMES)) == NAMES[:1]
    assert store.get(NAMES[0], limit=LIMIT) == BLOBS[0]
    assert not store.has(NAMES[2], limit=LIMIT), "nobody here has it"


def test_the_store_gets_nothing_wrong_back(copies: Copies, store: Slow, tmp_path: Path) -> None:
    copies.put(BLOBS[0])
    store.remove(NAMES[0])
    (tmp_path / "copies" / cid(NAMES[0])).write_bytes(b"damaged")
    assert not list(copies.restore(NAMES))
    assert not list(store.held())


def test_what_is_neither_wanted_nor_held_is_the_stores(copies: Copies, store: Slow) -> None:
    store.put(BLOBS[0])
    assert copies.has(NAMES[0], limit=LIMIT)
    assert copies.get(NAMES[0], limit=LIMIT) == BLOBS[0]
    assert not copies.has(NAMES[1], limit=LIMIT)


def test_old_copies_go(copies: Copies, store: Slow, tmp_path: Path) -> None:
    for blob in BLOBS:
        copies.put(blob)
    copies.forget(but=NAMES[:1])
    assert [file.name for file in (tmp_path / "copies").iterdir()] == [cid(NAMES[0])]
    assert all(store.has(name, limit=LIMIT) for name in NAMES), "the store keeps them"
    assert copies.get(NAMES[1], limit=LIMIT) == BLOBS[1]


def test_who_watches_sees_what_comes(tmp_path: Path, store: Slow) -> None:
    seen: list[int] = []
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT, watch=seen.append)
    store.put(bytes(600_000))
    copies.want([pointer(bytes(600_000))], patience=PATIENCE_S)
    assert seen == sorted({*seen})
    assert seen[-1] == 600_000


def test_where_one_store_of_a_list_fails_another_gets_what_none_has(tmp_path: Path) -> None:
    class Dead(MemoryStore):
        def has(self, pointer: bytes, *, limit: int) -> bool:
            raise StoreError(f"nobody says whether {pointer.hex()} is there, {limit}")

        def put(self, content: Content) -> bytes:
            raise StoreError(f"{content!r} cannot be written")

    kept, second = LocalStore(tmp_path), MemoryStore()
    name = kept.put(BLOBS[0])
    copies = Copies(kept, StoreList([Dead(), second]), limit=LIMIT)
    assert list(copies.restore([name])) == [name]
    assert second.has(name, limit=LIMIT)
    assert list(copies.restore([name])) == []
    with pytest.raises(StoreError, match="cannot be written"):
        list(Copies(kept, Dead(), limit=LIMIT).restore([name]))
