"""A clean stop: SIGINT or SIGTERM ends the worker at its next pause or epoch, a second one at once."""

import os
import signal
from select import select
from types import FrameType
from typing import Self

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):
    """The operator stopped the worker."""


class Shutdown:
    """Handles the signals while its context lasts. In the main thread only.

    A pause waits for a byte in a pipe: a handler that takes a lock, as that of an event does, may wait for itself.
    """

    def __init__(self) -> None:
        self._is_requested = False
        self._pipe: tuple[int, ...] = ()  # where to read, and where to write
        self._handlers: dict[signal.Signals, signal._HANDLER] = {}

    def __enter__(self) -> Self:
        self._pipe = os.pipe()
        self._handlers = {number: signal.signal(number, self._request) for number in SIGNALS}
        return self

    def __exit__(self, *_: object) -> None:
        self._restore()
        pipe, self._pipe = self._pipe, ()
        for end in pipe:
            os.close(end)

    def check(self) -> None:
        """Raise `Stopped` if the worker was asked to stop."""
        if self._is_requested:
            raise Stopped

    def sleep(self, seconds: float) -> None:
        """Pause. Raises `Stopped` as soon as the worker is asked to stop."""
        self.check()
        select(self._pipe[:1], (), (), seconds)
        self.check()

    def _request(self, _number: int, _frame: FrameType | None) -> None:
        self._is_requested = True
        self._restore()
        for end in self._pipe[1:]:
            os.write(end, b"!")

    def _restore(self) -> None:
        for number, handler in self._handlers.items():
            signal.signal(number, handler)
        self._handlers = {}
