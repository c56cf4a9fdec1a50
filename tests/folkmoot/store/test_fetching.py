"""Fetching under attack: stores that hang, disks that fail, and blobs that nobody sends."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import rmtree
from threading import Event
from typing import TypeVar

import pytest

from folkmoot.errors import BlobMissing, StoreError
from folkmoot.store import LocalStore, MemoryStore, cid, pointer
from folkmoot.store.copies import Copies
from folkmoot.store.fetching import AT_ONCE

T = TypeVar("T")

LIMIT = 1 << 20
SOON_S = 3.0
BLOBS = [b"blob %d" % number for number in range(12)]
NAMES = [pointer(blob) for blob in BLOBS]


class Hanging(MemoryStore):
    """Sends nothing of some blobs and says nothing about them until it `goes_on`: of `hung`, or of all."""

    def __init__(self, *hung: bytes) -> None:
        super().__init__()
        self.goes_on, self.hung = Event(), hung

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        if not self.hung or pointer in self.hung:
            self.goes_on.wait()
            raise StoreError("the store does not answer")
        return super().read(pointer, limit=limit, consume=consume)


@pytest.fixture
def released() -> Iterator[list[Event]]:
    """Events that are set at the end, so that no thread stays."""
    events: list[Event] = []
    yield events
    for event in events:
        event.set()


def is_held(copies: Copies, wanted: list[bytes], name: bytes, seconds: float = SOON_S) -> bool:
    """Whether a blob comes soon, with the looks of a worker's loop."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        copies.want(wanted, patience=0.05)
        if copies.has(name, limit=LIMIT):
            return True
        time.sleep(0.02)
    return False


def test_blobs_whose_reads_hang_delay_no_other(tmp_path: Path, released: list[Event]) -> None:
    """Who drips a byte a minute holds a read for as long as it likes."""
    store = Hanging(*[bytes([number]) * 32 for number in range(AT_ONCE)])
    released.append(store.goes_on)
    store.put(BLOBS[0])
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    assert is_held(copies, [*store.hung, NAMES[0]], NAMES[0])


def test_reads_that_hang_and_that_nobody_wants_any_more_do_not_delay_the_next_model(
    tmp_path: Path, released: list[Event]
) -> None:
    store = Hanging(*[bytes([number]) * 32 for number in range(AT_ONCE)])
    released.append(store.goes_on)
    store.put(BLOBS[0])
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    copies.want(store.hung, patience=0.1)  # the updates of a round, which then ends
    assert is_held(copies, [NAMES[0]], NAMES[0])


def test_what_was_not_looked_for_yet_is_not_said_to_be_missing(tmp_path: Path, released: list[Event]) -> None:
    store = Hanging()
    released.append(store.goes_on)
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    copies.want(NAMES[: AT_ONCE + 1], patience=0.1)
    for name in NAMES[: AT_ONCE + 1]:
        with pytest.raises(StoreError) as caught:
            copies.get(name, limit=LIMIT)
        assert not isinstance(caught.value, BlobMissing), "nobody has said so"


def test_one_damaged_copy_does_not_keep_the_others_from_being_given_back(tmp_path: Path) -> None:
    store = MemoryStore()
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    for blob in BLOBS[:3]:
        copies.put(blob)
        store.remove(pointer(blob))
    (tmp_path / "copies" / cid(NAMES[0])).write_bytes(b"damaged")
    for _ in range(3):
        with suppress(StoreError):
            list(copies.restore(NAMES[:3]))
    assert [store.has(name, limit=LIMIT) for name in NAMES[1:3]] == [True, True]


def test_a_damaged_copy_that_is_only_given_back_is_fetched_anew(tmp_path: Path) -> None:
    """As a model after it was trained from: it is read by nobody, and published again when the store loses it."""
    store = MemoryStore()
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    copies.put(BLOBS[0])
    copy = tmp_path / "copies" / cid(NAMES[0])
    copy.write_bytes(b"damaged")
    store.remove(NAMES[0])
    with suppress(StoreError):
        list(copies.restore(NAMES[:1]))  # so the damage is known
    store.put(BLOBS[0])  # by another member
    ends = time.monotonic() + SOON_S
    while copy.read_bytes() != BLOBS[0]:
        assert time.monotonic() < ends, "it stays damaged, and is lost with the next loss of the store"
        copies.want(NAMES[:1], patience=0.1)


def test_a_folder_of_copies_that_somebody_removed_is_made_anew(tmp_path: Path) -> None:
    store = MemoryStore()
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    for blob in BLOBS[:2]:
        store.put(blob)
    assert is_held(copies, NAMES[:1], NAMES[0])
    rmtree(tmp_path / "copies")
    assert is_held(copies, NAMES[:2], NAMES[1]), str(copies.faults())


def test_a_copy_that_the_own_disk_does_not_give_is_read_from_the_store(tmp_path: Path) -> None:
    """Here a file is in the folder's place; the same is so where the disk has an error."""
    store = MemoryStore()
    store.put(BLOBS[0])
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    assert is_held(copies, NAMES[:1], NAMES[0])
    rmtree(tmp_path / "copies")
    (tmp_path / "copies").write_bytes(b"a file in the way")
    assert copies.get(NAMES[0], limit=LIMIT) == BLOBS[0]


def test_a_full_own_disk_does_not_keep_from_reading_what_the_store_has(tmp_path: Path) -> None:
    class NoRoom(LocalStore):
        def put(self, content: object) -> bytes:  # type: ignore[override]
            raise StoreError(f"cannot write {content!r}: No space left on device")

    store = MemoryStore()
    store.put(BLOBS[0])
    copies = Copies(NoRoom(tmp_path / "copies"), store, limit=LIMIT)
    copies.want(NAMES[:1], patience=1)
    assert copies.get(NAMES[0], limit=LIMIT) == BLOBS[0]


def test_what_a_killed_worker_left_half_written_goes_when_it_starts_again(tmp_path: Path) -> None:
    """The folder is one worker's own: nobody else writes there, and a large model is killed many times in a day."""
    (tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "0123456789abcdef.part").write_bytes(bytes(1_000))
    copies = Copies(LocalStore(tmp_path / "copies"), MemoryStore(), limit=LIMIT)
    copies.forget(but=())
    assert not list((tmp_path / "copies").iterdir())


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_that_a_store_does_not_turn_into_its_own_is_told_and_ends_no_thread_with_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd(MemoryStore):
        def read(self, *_: object, **__: object) -> bytes:  # type: ignore[override]
            raise ValueError("what a library did not foresee")

    ended: list[object] = []
    monkeypatch.setattr(threading, "excepthook", ended.append)
    copies = Copies(LocalStore(tmp_path / "copies"), Odd(), limit=LIMIT)
    copies.want(NAMES[:1], patience=1)
    time.sleep(0.1)
    assert (bool(copies.faults()), ended) == (True, [])


def test_a_system_that_gives_no_more_threads_ends_no_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    store = MemoryStore()
    store.put(BLOBS[0])
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        for _ in range(AT_ONCE):
            copies.want(NAMES[:1])  # in the worker's loop, which knows no such error
    assert is_held(copies, NAMES[:1], NAMES[0])
