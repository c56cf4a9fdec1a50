"""Workers as real processes, forked off a server that has imported what they need, and ended before their test is."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context, parent_process
from multiprocessing.process import BaseProcess
from pathlib import Path
from threading import Thread, Timer, current_thread, main_thread
from types import FrameType
from typing import Any, NoReturn
from unittest.mock import patch

from folkmoot.config import template
from folkmoot.errors import FolkmootError

GRACE_S = 10.0  # for ending cleanly
TAIL = 1_500  # characters of a log that are worth showing
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
AGAIN_S = 0.05
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

_LIBC = ctypes.CDLL(None)
_PR_SET_PDEATHSIG = 1  # of prctl(2)
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        *("folkmoot.cli", "folkmoot.testing", "folkmoot.worker", "folkmoot.simulation.worker", "sklearn.datasets"),
        "folkmoot.testing.frozen",
    ]
)


def work(config: Path) -> None:
    """Do what `folkmoot worker` does with a TOML file."""
    from folkmoot.cli import main  # noqa: PLC0415 - only the process itself needs it

    sys.argv[1:] = ["worker", "--config", str(config)]
    main()


@dataclass(frozen=True, slots=True)
class Program:
    """What a worker process runs, and how its settings become the text of a TOML file."""

    run: Callable[[Path], None] = work
    render: Callable[[Mapping[str, object]], str] = template


@dataclass(slots=True)
class Worker:
    """A process that runs a program with the settings in `folder`/worker.toml; its output goes to worker.log there."""

    name: str
    folder: Path
    program: Program = field(default_factory=Program)
    process: BaseProcess | None = field(default=None, repr=False)

    @property
    def log(self) -> str:
        """What it has printed so far."""
        file = self.folder / "worker.log"
        return file.read_text("utf-8", errors="replace") if file.exists() else ""

    @property
    def is_running(self) -> bool:
        """Whether there is a process that has not ended."""
        return self.process is not None and self.process.exitcode is None

    def start(self, settings: Mapping[str, object]) -> None:
        """Write the settings and start a process of its own session, so that Ctrl-C does not reach it."""
        config = self.folder / "worker.toml"
        config.write_text(self.program.render(settings), "utf-8")
        with patch.dict(os.environ, ONE_THREAD), uninterrupted():
            self.process = _FORKS.Process(
                target=_run,
                args=(self.program.run, config, self.folder / "worker.log", dict(os.environ)),
                daemon=True,
            )
            self.process.start()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, if it still runs."""
        if self.is_running and self.process is not None and self.process.pid is not None:
            os.kill(self.process.pid, number)

    def exit_code(self, patience: float) -> int:
        """Wait for its end. Raises `FolkmootError` if it takes more than `patience` seconds."""
        if self.process is None:
            raise FolkmootError(f"{self.name}'s worker was never started")
        self.process.join(patience)
        if self.process.exitcode is None:
            raise FolkmootError(f"{self.name}'s worker does not end:\n{self.log[-TAIL:]}", self._where())
        return self.process.exitcode

    def check(self) -> None:
        """Raise `FolkmootError` if it has failed by itself."""
        code = self.process.exitcode if self.process else None
        if code is not None and code > 0:
            raise FolkmootError(f"{self.name}'s worker failed:\n{self.log[-TAIL:]}", self._where())

    def _where(self) -> str:
        return f"all of it is in {self.folder / 'worker.log'}"


def end(workers: list[Worker], grace: float = GRACE_S) -> None:
    """End whatever still runs: by SIGTERM, and by SIGKILL what takes more than `grace` seconds."""
    running = [worker.process for worker in workers if worker.is_running and worker.process]
    for process in running:
        process.terminate()
    for process in running:
        process.join(grace)
        process.kill()
        process.join()


def _handle(handler: Any) -> dict[signal.Signals, Any]:
    """Have signals to stop handled so; what handled each before."""
    return {number: signal.signal(number, handler) for number in STOPPING}


@contextmanager
def interruptible() -> Iterator[None]:
    """Any signal to stop raises `KeyboardInterrupt` once. While things are then ended, further signals are ignored."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        _handle(signal.SIG_IGN)
        raise KeyboardInterrupt

    def swallowed(unraisable: "sys.UnraisableHookArgs") -> None:
        if unraisable.exc_type is KeyboardInterrupt:  # where exceptions end, as in a finaliser: raised again outside
            _handle(stop)
            again.append(Timer(AGAIN_S, signal.pthread_kill, [main_thread().ident, signal.SIGINT]))
            again[-1].start()
        else:
            hook(unraisable)

    again: list[Timer] = []
    hook, sys.unraisablehook = sys.unraisablehook, swallowed
    before = _handle(stop)
    try:
        yield
    finally:
        sys.unraisablehook = hook  # first, so that no other timer starts
        _handle(signal.SIG_IGN)  # a timer may be sending one at this very moment
        for timer in again:
            timer.cancel()
            timer.join()
        for number, handler in before.items():
            signal.signal(number, handler)


def leave(code: int) -> NoReturn:
    """End the process at once with this exit code. While Python takes its time to end, one more Ctrl-C would end it."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Signals to stop act after the block: a process that starts there is known to whoever has to end it."""
    came: list[int] = []
    ours = STOPPING if current_thread() is main_thread() else ()  # where Python handles signals
    before = {number: signal.signal(number, lambda number, _frame: came.append(number)) for number in ours}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for signalled in came:
            signal.raise_signal(signalled)


def end_with_parent() -> None:
    """Have Linux kill this process when the thread that started it ends, even by `kill -9`; nothing elsewhere."""
    if sys.platform == "linux":
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _end_with(starter: BaseProcess) -> None:
    """End this process with the program that started it, which is not its parent: that is the server of forks."""
    starter.join()
    os.kill(os.getpid(), signal.SIGKILL)


def _run(run: Callable[[Path], None], config: Path, log: Path, environment: Mapping[str, str]) -> None:
    os.environ |= environment  # of whoever starts it: the process that it is forked from may be older
    Thread(target=_end_with, args=[parent_process()], daemon=True).start()
    os.setsid()
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    run(config)
