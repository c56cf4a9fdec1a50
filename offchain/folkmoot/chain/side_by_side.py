"""Doing several things at once, of which one may be enough and any may hang."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from threading import Thread
from typing import TypeVar

Result = TypeVar("Result")


def side_by_side(
    jobs: Sequence[Callable[[], Result]], is_enough: Callable[[Result], bool], grace: float
) -> list[Result | None]:
    """The results of some jobs, in their order. Once one is enough, the others have `grace` seconds more.

    None stands for a job that was not over by then: it goes on in its thread, which ends with the process. Raises what
    a job raises.
    """
    runs = [_start(job) for job in jobs]
    left = {*runs}
    while left:
        done, left = wait(left, return_when=FIRST_COMPLETED)
        if any(is_enough(run.result()) for run in done):
            wait(left, grace)
            break
    return [run.result() if run.done() else None for run in runs]


def _start(job: Callable[[], Result]) -> Future[Result]:
    run: Future[Result] = Future()

    def do() -> None:
        try:
            run.set_result(job())
        except BaseException as error:  # noqa: BLE001 - whatever it is, who waits gets it
            run.set_exception(error)

    try:
        Thread(target=do, daemon=True).start()
    except RuntimeError:  # the system gives no more threads
        do()
    return run
