from collections.abc import Callable
from threading import Barrier, Event, Thread
from time import monotonic

import pytest

from folkmoot.chain.side_by_side import side_by_side
from tests.support.clockwork import raises

LONG_S = 60.0


def gives(value: str) -> Callable[[], str]:
    return lambda: value


def is_yes(value: str) -> bool:
    return value == "yes"


def test_results_are_in_the_order_of_the_jobs_which_run_at_once() -> None:
    barrier = Barrier(3)

    def job(value: str) -> str:
        barrier.wait(LONG_S)
        return value

    assert side_by_side([lambda value=value: job(value) for value in "abc"], is_yes, 0) == ["a", "b", "c"]
    assert side_by_side([], is_yes, 0) == []


def test_what_hangs_is_waited_for_until_one_is_enough() -> None:
    over, begun = Event(), monotonic()
    assert side_by_side([lambda: str(over.wait(LONG_S)), gives("no"), gives("yes")], is_yes, 0.2) == [None, "no", "yes"]
    assert 0.2 <= monotonic() - begun < LONG_S
    over.set()


def test_none_is_left_out_while_none_is_enough() -> None:
    over = Event()

    def refuse() -> str:
        over.set()
        return "no"

    assert side_by_side([lambda: str(over.wait(LONG_S)), refuse], is_yes, 0) == ["True", "no"]


def test_the_others_have_time_after_one_that_is_enough() -> None:
    taken = Event()

    def take() -> str:
        taken.set()
        return "yes"

    def follow() -> str:
        taken.wait(LONG_S)
        return "too"

    assert side_by_side([follow, take], is_yes, LONG_S) == ["too", "yes"]


def test_where_there_are_no_more_threads_one_job_is_done_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Thread, "start", raises(RuntimeError("can't start new thread")))
    assert side_by_side([gives("no"), gives("yes"), gives("too")], is_yes, LONG_S) == ["no", "yes", "too"]


def test_what_a_job_raises_is_raised() -> None:
    def fail() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        side_by_side([gives("no"), fail], is_yes, 0)
