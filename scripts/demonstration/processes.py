"""Processes that end before whoever started them."""

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Self

from folkmoot.errors import FolkmootError

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
INTERRUPTED = 130  # a shell's exit code for it
PATIENCE = 10.0  # seconds for ending cleanly
TAIL = 1_500  # characters of a log that are worth showing


@dataclass(frozen=True, slots=True)
class Process:
    """A running program and where its output goes."""

    name: str
    log: Path
    popen: subprocess.Popen[bytes]

    def check(self) -> None:
        """Raise `FolkmootError` if it has failed."""
        if self.popen.poll():
            tail = self.log.read_text("utf-8", errors="replace")[-TAIL:]
            raise FolkmootError(f"{self.name} failed:\n{tail}", f"all of it is in {self.log}")


class Processes:
    """A context at whose end none of its processes runs any more.

    Each has a session of its own, so that Ctrl-C reaches only whoever started it, who ends them in good order.
    """

    def __init__(self) -> None:
        self._started: list[Process] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        running = [process.popen for process in self._started if process.popen.poll() is None]
        for popen in running:
            popen.terminate()
        for popen in running:
            _end(popen)

    def start(self, name: str, command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None) -> Process:
        """Start a program, its output going into a file."""
        with log.open("ab") as output:
            popen = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=os.environ | dict(env or {}),
                start_new_session=True,
            )
        process = Process(name, log, popen)
        self._started.append(process)
        return process

    def run(self, name: str, command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None) -> None:
        """Start a program and wait for its end. Raises `FolkmootError` if it fails."""
        process = self.start(name, command, log=log, env=env)
        process.popen.wait()
        process.check()

    def check(self) -> None:
        """Raise `FolkmootError` if one of them has failed."""
        for process in self._started:
            process.check()

    def join(self, patience: float) -> None:
        """Wait at most `patience` seconds for all to end. Raises `FolkmootError` if one fails or goes on."""
        last = monotonic() + patience
        for process in self._started:
            try:
                process.popen.wait(max(0.0, last - monotonic()))
            except subprocess.TimeoutExpired:
                raise FolkmootError(f"{process.name} does not end", f"see {process.log}") from None
            process.check()


@contextmanager
def interruptible() -> Iterator[None]:
    """Any signal to stop raises `KeyboardInterrupt` once; what follows it while things are ended is not heard."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for number in STOPPING:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(popen: subprocess.Popen[bytes]) -> None:
    try:
        popen.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        popen.kill()
        popen.wait()
