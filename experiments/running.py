"""Running the cells of an experiment that are not in its results yet: two at a time, each in a process of its own."""

import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from multiprocessing.process import BaseProcess
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from queue import Empty
from types import FrameType
from typing import Any

import torch
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from experiments.experiment import Cell, Experiment, Measured, Results, commit
from experiments.registry import find
from folkmoot.errors import FolkmootError
from folkmoot.testing.processes import uninterrupted
from tools import contracts

LOOK_S = 0.2
GRACE_S = 10.0
SPEED_OVER_S = 600.0  # the time left goes by the pace of the last ten minutes

News = tuple[int, int, int]  # a cell's number, its rounds done, all its rounds

_news: "Queue[News]"
_over: Event
_measuring = threading.Event()  # of this process


def run(experiment: Experiment, results: Results, cells: Sequence[Cell], *, data: Path | None, jobs: int) -> None:
    """Measure the cells that are missing and append each when it is done.

    One that fails stops no other. Raises `FolkmootError` for the first of them, after all.
    """
    todo = results.missing(cells)
    if not todo:
        return
    contracts.build()
    made = commit()
    os.environ["OMP_NUM_THREADS"] = "1"
    failed: list[tuple[Cell, FolkmootError]] = []
    with _bars(todo) as bars:
        for cell, found in _measured(experiment, todo, data, jobs, bars):
            if isinstance(found, FolkmootError):
                failed.append((cell, found))
            else:
                results.append(experiment.name, cell, found, made)
    if failed:
        cell, error = failed[0]
        raise FolkmootError(f"{len(failed)} of {len(todo)} cells failed; first {cell}: {error}") from error


def _measured(
    experiment: Experiment, todo: Sequence[Cell], data: Path | None, jobs: int, bars: "Bars"
) -> Iterator[tuple[Cell, Sequence[Measured] | FolkmootError]]:
    context = get_context("forkserver")  # whose processes have imported these already
    context.set_forkserver_preload(["experiments.registry", "sklearn.datasets", "folkmoot.testing.frozen"])
    news: Queue[News] = context.Queue()
    over = context.Event()
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=_prepare, initargs=(news, over)) as pool:
        running: dict[Future[Sequence[Measured]], int] = {}
        try:
            with uninterrupted():  # the pool starts its processes with the first of them
                for number, cell in enumerate(todo):
                    running[pool.submit(_measure, experiment.name, number, cell, data)] = number
            while running:
                done, _ = wait(running, timeout=LOOK_S, return_when=FIRST_COMPLETED)
                bars.hear(news)
                for future in done:
                    number = running.pop(future)
                    error = future.exception()
                    yield todo[number], error if isinstance(error, FolkmootError) else future.result()
                    bars.finish(number)
        except BaseException:
            over.set()
            _end(active_children())
            pool.shutdown(cancel_futures=True)
            raise


def _end(processes: Sequence[BaseProcess]) -> None:
    """Interrupt them: their chains end with them. One that hangs in a lock of the pool's is ended after that."""
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(GRACE_S)
        process.kill()


def _prepare(news: "Queue[News]", over: Event) -> None:
    global _news, _over
    _news, _over = news, over
    signal.signal(signal.SIGTERM, _stop)
    torch.set_num_threads(1)


def _stop(_number: int, _frame: FrameType | None) -> None:
    """Interrupt what is measured, so that its chain ends with it; an idle process has nothing to say."""
    if _measuring.is_set():
        raise KeyboardInterrupt
    os._exit(1)


def _measure(name: str, number: int, cell: Cell, data: Path | None) -> Sequence[Measured]:
    if _over.is_set():
        raise KeyboardInterrupt
    _measuring.set()
    try:
        return find(name).measure(cell, data, lambda done, rounds: _news.put((number, done, rounds)))
    finally:
        _measuring.clear()


class Bars:
    """A bar for all cells, by their work, and one for each that runs, by its rounds."""

    def __init__(self, progress: Progress, cells: Sequence[Cell]) -> None:
        self._progress, self._cells = progress, cells
        self._running: dict[int, TaskID] = {}
        self._parts = dict.fromkeys(range(len(cells)), 0.0)
        self._all = progress.add_task("all cells", total=sum(cell.work for cell in cells))

    def hear(self, news: Any) -> None:
        """Take in how far the cells have come."""
        while True:
            try:
                number, done, rounds = news.get_nowait()
            except Empty:
                return
            bar = self._bar(number, rounds)
            self._progress.update(bar, completed=done)
            self._reached(number, done / rounds)

    def finish(self, number: int) -> None:
        """A cell is done."""
        self._reached(number, 1.0)
        if number in self._running:
            self._progress.remove_task(self._running.pop(number))

    def _bar(self, number: int, rounds: int) -> TaskID:
        if number not in self._running:
            self._running[number] = self._progress.add_task(str(self._cells[number]), total=rounds)
        return self._running[number]

    def _reached(self, number: int, part: float) -> None:
        self._parts[number] = part
        done = sum(cell.work * self._parts[n] for n, cell in enumerate(self._cells))
        self._progress.update(self._all, completed=done)


@contextmanager
def _bars(cells: Sequence[Cell]) -> Iterator[Bars]:
    columns = (
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, speed_estimate_period=SPEED_OVER_S) as progress:
        yield Bars(progress, cells)
