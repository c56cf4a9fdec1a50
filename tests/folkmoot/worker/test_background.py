from collections.abc import Callable
from threading import Event
from typing import Any

from folkmoot.errors import BlobMissing, FolkmootError, StoreError
from folkmoot.worker.background import Background

LONG = 60.0


class Told:
    """Stands for a reporter."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def problem(self, error: FolkmootError) -> None:
        self.problems.append(error.message)

    def fact(self, text: str) -> None:
        self.problems.append(text)


def running(job: Callable[[], None], told: Any, pause: float | None = None) -> Background:
    return Background("job", job, told, pause)


def test_it_is_done_when_it_is_asked_for_and_not_before() -> None:
    done: list[int] = []
    with running(lambda: done.append(1), Told()) as background:
        assert done == []
        for count in (1, 2, 3):
            background.ask()
            assert background.finish(LONG)
            assert len(done) == count


def test_who_asks_meanwhile_is_answered_by_one_more() -> None:
    begun, may, done = Event(), Event(), []

    def job() -> None:
        begun.set()
        assert may.wait(LONG)
        done.append(1)

    with running(job, Told()) as background:
        background.ask()
        assert begun.wait(LONG)
        for _ in range(5):
            background.ask()
        assert not background.finish(0.01)
        may.set()
        assert background.finish(LONG)
        assert done == [1, 1]


def test_a_fault_is_told_once_until_it_is_over() -> None:
    full, gone, lost = StoreError("full"), StoreError("gone"), BlobMissing("lost")
    faults = iter([full, full, None, full, gone, None, lost, None, lost])
    told, again = Told(), "job works again"

    def job() -> None:
        if fault := next(faults):
            raise fault

    with running(job, told) as background:
        for _ in range(9):
            background.ask()
            assert background.finish(LONG)
    assert told.problems == ["full", again, "full", "gone", again, "lost", "lost"]


def test_it_is_done_again_after_each_pause() -> None:
    often = Event()
    count = iter(range(100))

    def job() -> None:
        if next(count) == 3:
            often.set()

    with running(job, Told(), pause=0.001):
        assert often.wait(LONG)


def test_its_thread_ends_with_its_context() -> None:
    with running(lambda: None, Told()) as background:
        pass
    background._thread.join(LONG)
    assert not background._thread.is_alive()
