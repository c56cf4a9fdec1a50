"""Several stores as one."""

import logging
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from threading import Event, Thread, current_thread
from typing import TypeAlias, TypeVar

import pytest

from folkmoot.errors import BlobCorrupt, BlobMissing, MalformedBlob, StoreError
from folkmoot.store import Content, LocalStore, MemoryStore, cid, pointer
from folkmoot.store.calls import AT_ONCE
from folkmoot.store.content import Anew, pieces
from folkmoot.store.ipfs import KuboStore
from folkmoot.store.pointer import CHUNK
from folkmoot.store.several import StoreList
from tests.support.store_cases import ABSENT, BIG, BLOB, MANY, StoreCases

T = TypeVar("T")
Consume: TypeAlias = Callable[[Iterator[bytes]], T]


class TestSeveral(StoreCases):
    @pytest.fixture
    def store(self) -> StoreList:
        return StoreList([MemoryStore(), MemoryStore()])


class Failing(MemoryStore):
    def read(self, pointer: bytes, *, limit: int, consume: Consume[T]) -> T:  # noqa: ARG002
        raise StoreError(f"the store of {pointer.hex()} is down, {limit}")

    def has(self, pointer: bytes, *, limit: int) -> bool:
        raise StoreError(f"the store of {pointer.hex()} is down, {limit}")

    def put(self, content: Content) -> bytes:
        raise StoreError(f"{type(content).__name__} cannot be written")


class Slow(MemoryStore):
    """Answers once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may, self.asked = Event(), 0

    def read(self, pointer: bytes, *, limit: int, consume: Consume[T]) -> T:
        self.asked += 1
        assert self.may.wait(60)
        return super().read(pointer, limit=limit, consume=consume)


class Damaged(MemoryStore):
    def read(self, pointer: bytes, *, limit: int, consume: Consume[T]) -> T:  # noqa: ARG002
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


def test_where_the_first_fails_the_next_is_written_to_with_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    second, third = MemoryStore(), MemoryStore()
    name = StoreList([Failing(), second, third]).put(BLOB)
    assert [store.has(name, limit=BIG) for store in (second, third)] == [True, False]
    assert [record.message for record in caplog.records] == [
        "a blob was written to store 2 of the list: Anew cannot be written"
    ]
    with pytest.raises(StoreError, match="cannot be written"):
        StoreList([Failing(), Failing()]).put(BLOB)


def test_that_the_first_is_written_to_again_is_told_once(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.INFO)
    first = MemoryStore()
    stores = StoreList([first, MemoryStore()])
    with monkeypatch.context() as patch:
        patch.setattr(first, "put", Failing().put)
        stores.put(BLOB)
    for _ in range(2):
        stores.put(BLOB)
    assert [record.message for record in caplog.records] == [
        "a blob was written to store 2 of the list: Anew cannot be written",
        "blobs are written to the first store of the list again",
    ]


def test_what_the_content_raises_is_no_fault_of_a_store() -> None:
    def broken() -> Iterator[bytes]:
        yield b"begun"
        raise MalformedBlob("no tensor")

    second = MemoryStore()
    with pytest.raises(MalformedBlob):
        StoreList([MemoryStore(), second]).put(Anew(broken))
    assert not second._blobs


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

    def allow() -> None:
        time.sleep(0.1)
        slow.may.set()

    Thread(target=allow).start()
    assert store.get(pointer(BLOB), limit=BIG) == BLOB
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
        def read(self, pointer: bytes, *, limit: int, consume: Consume[T]) -> T:  # noqa: ARG002
            raise ZeroDivisionError(pointer, limit)

    with pytest.raises(ZeroDivisionError):
        StoreList([Wrong(), MemoryStore()]).get(ABSENT, limit=BIG)


def test_what_only_another_one_has_is_copied_when_it_is_pinned(full: MemoryStore) -> None:
    first, name = MemoryStore(), pointer(BLOB)
    store = StoreList([first, full])
    assert list(store.held()) == []
    store.pin(name, limit=BIG)
    assert first.get(name, limit=BIG) == BLOB
    assert store.usage() == first.usage() == (1, len(BLOB))
    assert store.remove(name)
    assert [kept.has(name, limit=BIG) for kept in (first, full)] == [False, True]
    with pytest.raises(BlobMissing):
        store.pin(ABSENT, limit=BIG)


def test_the_first_decides_who_else_loses_what_is_removed(tmp_path: Path) -> None:
    kubo, folder = KuboStore("ipfs+http://127.0.0.1:5001"), LocalStore(tmp_path)
    assert [StoreList(stores).is_shared for stores in ([kubo, folder], [folder, kubo])] == [False, True]
    assert [StoreList(stores).node for stores in ([kubo, folder], [folder, kubo])] == [kubo.node, None]


# ------------------------------------------------------------------- who leads


class Breaking(MemoryStore):
    """Fails, or turns out damaged, after its first piece."""

    def __init__(self, fault: StoreError) -> None:
        super().__init__()
        self.fault = fault

    def read(self, pointer: bytes, *, limit: int, consume: Consume[T]) -> T:
        def pieces(blob: Iterator[bytes]) -> Iterator[bytes]:
            yield next(blob)
            raise self.fault

        return super().read(pointer, limit=limit, consume=lambda blob: consume(pieces(blob)))


class Counting(MemoryStore):
    reads = 0

    def read(self, pointer: bytes, *, limit: int, consume: Consume[T]) -> T:
        self.reads += 1
        return super().read(pointer, limit=limit, consume=consume)


FAULTS = [StoreError("the network is down"), BlobCorrupt("other content")]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
@pytest.mark.parametrize("swallows", [False, True])
def test_where_the_leader_fails_the_others_are_asked_anew(fault: StoreError, swallows: bool) -> None:
    leader, second = Breaking(fault), Counting()
    for store in (leader, second):
        store.put(MANY)
    calls: list[bytes] = []

    def consume(pieces: Iterator[bytes]) -> bytes:
        calls.append(b"")
        try:
            for piece in pieces:
                calls[-1] += piece
        except StoreError:
            if not swallows:
                raise
        return calls[-1]

    assert StoreList([leader, second]).read(pointer(MANY), limit=BIG, consume=consume) == MANY
    assert [len(call) for call in calls] == [CHUNK, len(MANY)]
    assert second.reads == 1


def test_a_consumer_that_finds_a_corrupt_copy_malformed_gets_another_one() -> None:
    leader, second = Breaking(FAULTS[1]), MemoryStore()
    for store in (leader, second):
        store.put(MANY)
    calls = []

    def consume(pieces: Iterator[bytes]) -> str:
        calls.append(next(pieces))
        if len(calls) == 1:
            raise MalformedBlob("this is no model")
        return "a model"

    assert StoreList([leader, second]).read(pointer(MANY), limit=BIG, consume=consume) == "a model"


def test_of_two_consumers_only_one_is_called_and_in_the_callers_thread() -> None:
    slow, second = Slow(), Counting()
    for store in (slow, second):
        store.put(MANY)
    threads = []

    def consume(pieces: Iterator[bytes]) -> int:
        slow.may.set()
        threads.append(current_thread())
        return sum(map(len, pieces))

    store = StoreList([slow, second], patience=0.01)
    assert store.read(pointer(MANY), limit=BIG, consume=consume) == len(MANY)
    assert threads == [current_thread()]


@pytest.mark.parametrize("taken", [0, 1, 9])
def test_a_store_that_nobody_listens_to_ends_its_read(taken: int) -> None:
    ended = Event()

    class Endless(MemoryStore):
        def read(self, pointer: bytes, *, limit: int, consume: Consume[T]) -> T:  # noqa: ARG002
            try:
                return consume(iter(lambda: bytes(1000), b""))
            finally:
                ended.set()

    with pytest.raises(ZeroDivisionError):
        StoreList([Endless()]).read(ABSENT, limit=BIG, consume=lambda pieces: len(list(islice(pieces, taken))) // 0)
    assert ended.wait(60)


def test_if_all_fail_the_most_telling_fault_is_raised() -> None:
    stores = [Breaking(fault) for fault in reversed(FAULTS)]
    for store in stores:
        store.put(MANY)
    with pytest.raises(StoreError, match="the network is down"):
        StoreList(stores).get(pointer(MANY), limit=BIG)


# ---------------------------------------------------------------- what hangs


class Hanging(MemoryStore):
    """Says nothing to any call until it `goes_on`, and fails then."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on = Event()

    def read(self, pointer: bytes, *, limit: int, consume: Consume[T]) -> T:  # noqa: ARG002
        self._hang()
        return consume(iter(()))

    def has(self, pointer: bytes, *, limit: int) -> bool:
        self._hang()
        return limit < 0 and bool(pointer)

    def put(self, content: Content) -> bytes:
        self._hang()
        return super().put(content)

    def _hang(self) -> None:
        self.goes_on.wait()
        raise StoreError("the store does not answer")


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    store = Hanging()
    yield store
    store.goes_on.set()


@pytest.mark.timeout(60)
def test_one_that_hangs_does_not_keep_the_others_from_being_read_however_often(hanging: Hanging) -> None:
    second = MemoryStore()
    names = [second.put(b"%d" % number) for number in range(AT_ONCE + 8)]
    store = StoreList([hanging, second], patience=0.01)
    assert [store.get(name, limit=BIG) for name in names] == [b"%d" % number for number in range(AT_ONCE + 8)]
    assert all(store.has(name, limit=BIG) for name in names)
    assert store.put(b"new") == pointer(b"new")


@pytest.mark.parametrize("call", ["store.get(name, limit=9)", "store.has(name, limit=9)", "store.put(b'new')"])
def test_one_that_hangs_does_not_keep_a_process_from_its_end(call: str) -> None:
    program = f"""
import threading
from folkmoot.store import MemoryStore
from folkmoot.store.several import StoreList

class Hanging(MemoryStore):
    def read(self, *_, **__):
        threading.Event().wait()

    put = has = read

second = MemoryStore()
name = second.put(b"blob")
store = StoreList([Hanging(), second], patience=0.01)
assert {call}
"""
    try:
        subprocess.run([sys.executable, "-c", program], check=True, timeout=30)
    except subprocess.TimeoutExpired:
        pytest.fail("the process waits for what nobody wants")


@pytest.mark.timeout(60)
def test_where_one_hangs_on_writing_the_next_is_written_to_with_a_warning(
    hanging: Hanging, caplog: pytest.LogCaptureFixture
) -> None:
    second, third = MemoryStore(), MemoryStore()
    name = StoreList([hanging, second, third], patience=0.01).put(BLOB)
    assert [store.has(name, limit=BIG) for store in (second, third)] == [True, False]
    assert [record.message for record in caplog.records] == ["a blob was written to store 2 of the list: store 1 hangs"]


@pytest.mark.timeout(60)
def test_one_that_hung_is_not_waited_for_as_long_the_next_time(
    hanging: Hanging, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = StoreList([hanging, MemoryStore()], patience=0.01)
    store.put(BLOB)
    monkeypatch.setattr("folkmoot.store.several.WRITING", 1_000_000)
    store.put(MANY)


def test_a_store_that_takes_a_blob_slowly_does_not_hang() -> None:
    class Dripping(MemoryStore):
        def put(self, content: Content) -> bytes:
            taken = []
            for piece in pieces(content):
                time.sleep(0.1)
                taken.append(piece)
            return super().put(b"".join(taken))

    blob = bytes(12 * CHUNK)
    first, second = Dripping(), MemoryStore()
    name = StoreList([first, second], patience=0.2).put(blob)  # a second between two pieces, and more for them all
    assert [store.has(name, limit=BIG) for store in (first, second)] == [True, False]


def test_a_slow_store_is_written_to_where_the_others_fail() -> None:
    class Late(MemoryStore):
        def put(self, content: Content) -> bytes:
            time.sleep(0.3)
            return super().put(content)

    first = Late()
    assert StoreList([first, Failing()], patience=0.01).put(BLOB) == pointer(BLOB)
    assert first.has(pointer(BLOB), limit=BIG)


@pytest.mark.timeout(60)
def test_a_store_that_hangs_gets_no_pieces_of_what_another_one_has_taken(hanging: Hanging) -> None:
    """Whoever wrote it may change it from then on."""
    asked = []

    def content() -> Iterator[bytes]:
        asked.append(current_thread())
        yield BLOB

    class Waiting(MemoryStore):
        ended = Event()

        def put(self, content: Content) -> bytes:
            hanging.goes_on.wait()
            try:
                return super().put(content)
            finally:
                self.ended.set()

    first = Waiting()
    StoreList([first, MemoryStore()], patience=0.01).put(Anew(content))
    hanging.goes_on.set()
    assert first.ended.wait(30)
    assert len(asked) == 1
    assert not first.has(pointer(BLOB), limit=BIG)


@pytest.mark.timeout(60)
def test_what_comes_to_another_store_while_one_hangs_is_found_there(hanging: Hanging) -> None:
    class Watched(MemoryStore):
        asked = 0

        def read(self, pointer: bytes, *, limit: int, consume: Consume[T]) -> T:
            self.asked += 1
            if self.asked == 3:
                self.put(BLOB)  # by another member
            return super().read(pointer, limit=limit, consume=consume)

    second = Watched()
    assert StoreList([hanging, second, MemoryStore()], patience=0.01).get(pointer(BLOB), limit=BIG) == BLOB
    assert second.asked == 3


@pytest.mark.timeout(60)
def test_who_has_said_that_it_lacks_a_blob_is_not_asked_again_where_nobody_hangs() -> None:
    stores = [Counting(), Counting()]
    with pytest.raises(BlobMissing):
        StoreList(stores, patience=60).get(ABSENT, limit=BIG)
    assert [store.reads for store in stores] == [1, 1]
