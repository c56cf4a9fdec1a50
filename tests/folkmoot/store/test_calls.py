"""Calls of a store in threads of their own: how many, how long they are idle, and what becomes of them."""

import threading
from collections.abc import Iterator
from queue import SimpleQueue
from threading import Event

import pytest

from folkmoot.errors import StoreError
from folkmoot.store import Content, MemoryStore, pointer
from folkmoot.store import calls as module
from folkmoot.store.calls import AT_ONCE, Caller, GivenUp, Reading, Writing
from folkmoot.store.content import Anew, pieces
from folkmoot.store.pointer import CHUNK

SOON_S = 60.0


@pytest.fixture
def caller() -> Caller:
    return Caller(MemoryStore())


@pytest.fixture
def full(caller: Caller) -> Iterator[Event]:
    """Lets calls end of which there cannot be more."""
    goes_on, begun = Event(), threading.Barrier(AT_ONCE + 1)

    def hang(_: object) -> None:
        begun.wait(SOON_S)
        goes_on.wait(SOON_S)

    for _ in range(AT_ONCE):
        caller.start(hang)
    begun.wait(SOON_S)
    yield goes_on
    goes_on.set()


def test_what_a_call_makes_and_raises(caller: Caller) -> None:
    assert caller.start(lambda store: store).result(SOON_S) is caller.store
    assert isinstance(caller.start(lambda _: 1 // 0).exception(SOON_S), ZeroDivisionError)


def test_no_thread_keeps_the_process_from_its_end(caller: Caller) -> None:
    assert caller.start(lambda _: threading.current_thread().daemon).result(SOON_S)


def test_calls_that_hang_are_not_more_and_more(caller: Caller, full: Event) -> None:
    refused = caller.start(lambda _: None)
    with pytest.raises(StoreError, match="hangs"):
        refused.result(0)
    full.set()
    again = caller.start(lambda _: "again")
    while isinstance(again.exception(SOON_S), StoreError):  # until the first of them has ended
        again = caller.start(lambda _: "again")
    assert again.result() == "again"


@pytest.mark.usefixtures("full")
def test_a_read_that_cannot_begin_is_news_at_once(caller: Caller) -> None:
    news: SimpleQueue[Reading] = SimpleQueue()
    reading = Reading(caller, news)
    reading.start(bytes(32), 1)
    assert news.get(timeout=SOON_S) is reading
    assert isinstance(reading.fault, StoreError)


def test_a_system_that_gives_no_more_threads_is_a_fault_of_the_call(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as patched:
        patched.setattr(threading.Thread, "start", start)
        for _ in range(AT_ONCE + 1):
            with pytest.raises(StoreError, match="can't start new thread"):
                caller.start(lambda _: None).result(0)
    assert caller.start(lambda _: "there is one again").result(SOON_S)


# ------------------------------------------------------------------- writing


class Stepping(MemoryStore):
    """Takes each piece when it may, and tells that it has it."""

    def __init__(self) -> None:
        super().__init__()
        self.may, self.taken = SimpleQueue[None](), SimpleQueue[bytes]()

    def put(self, content: Content) -> bytes:
        for piece in pieces(content):
            self.taken.put(piece)
            self.may.get(timeout=SOON_S)
        return super().put(content)


def test_a_write_is_idle_from_the_last_piece_on_that_was_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(module, "monotonic", lambda: now)
    store = Stepping()
    writing = Writing(Caller(store), bytes(3 * CHUNK))
    for second in range(3):
        now = 10.0 * second
        if second:
            store.may.put(None)
        assert len(store.taken.get(timeout=SOON_S)) == CHUNK
        now += 7
        assert writing.idle() == 7
    store.may.put(None)
    assert writing.future.result(SOON_S) == pointer(bytes(3 * CHUNK))


def test_it_is_not_idle_while_its_content_is_made() -> None:
    begun, goes_on = Event(), Event()

    def content() -> Iterator[bytes]:
        begun.set()
        goes_on.wait(SOON_S)
        yield b"made"

    writing = Writing(Caller(MemoryStore()), Anew(content))
    assert begun.wait(SOON_S)
    assert writing.idle() < 0
    goes_on.set()
    assert writing.future.result(SOON_S) == pointer(b"made")


def test_what_is_given_up_has_no_other_piece() -> None:
    store = Stepping()
    writing = Writing(Caller(store), bytes(3 * CHUNK))
    store.taken.get(timeout=SOON_S)
    writing.give_up()
    store.may.put(None)
    assert isinstance(writing.future.exception(SOON_S), GivenUp)
    assert store.taken.empty()
