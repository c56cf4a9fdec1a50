"""Stopping cleanly: SIGINT and SIGTERM end the worker at the next pause or epoch, a second one at once."""

import signal
from threading import Event
from types import FrameType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):
    """The operator asked the worker to stop."""


class Shutdown:
    """Listens to the signals while it is a context, in the main thread."""

    def __init__(self) -> None:
        self._asked = Event()
        self._before: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._ask) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()

    def check(self) -> None:
        """Raise `Stopped` if the worker was asked to stop."""
        if self._asked.is_set():
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Pause. Raises `Stopped` as soon as the worker is asked to stop."""
        self._asked.wait(seconds)
        self.check()

    def _ask(self, _number: int, _frame: FrameType | None) -> None:
        self._asked.set()
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
