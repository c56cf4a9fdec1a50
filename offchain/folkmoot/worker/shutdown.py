"""A clean stop: SIGINT or SIGTERM ends the worker at its next pause or epoch, a second one at once."""

import signal
from threading import Event
from types import FrameType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):
    """The operator stopped the worker."""


class Shutdown:
    """Handles the signals while its context lasts. In the main thread only."""

    def __init__(self) -> None:
        self._requested = Event()
        self._handlers: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        self._handlers = {number: signal.signal(number, self._request) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()

    def check(self) -> None:
        """Raise `Stopped` if the worker was asked to stop."""
        if self._requested.is_set():
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Pause. Raises `Stopped` as soon as the worker is asked to stop."""
        self._requested.wait(seconds)
        self.check()

    def _request(self, _number: int, _frame: FrameType | None) -> None:
        self._requested.set()
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}
