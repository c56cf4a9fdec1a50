"""A job beside the rounds, in a thread of its own: whatever becomes of it, the rounds go on."""

from collections.abc import Callable
from threading import Event, Lock, Thread
from time import monotonic
from typing import Self

from folkmoot.errors import BlobFault, FolkmootError
from folkmoot.worker.reporting import Reporter

CHECK_S = 0.2


class Background:
    """Does a job when it is asked to, and every `pause` seconds if that is given. As a context it leaves no thread.

    What it raises is reported once, until it succeeds; then `again` is, unless one blob alone was at fault. It is tried
    again when its turn comes.
    """

    def __init__(
        self, name: str, job: Callable[[], None], reporter: Reporter, pause: float | None = None, *, again: str = ""
    ) -> None:
        self._job, self._reporter, self._pause = job, reporter, pause
        self._again = again or f"{name} works again"
        self._asked, self._idle, self._is_over = Event(), Event(), False
        self._told, self._is_failing = "", False
        self._lock = Lock()
        self._thread = Thread(target=self._run, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is waited for: the end of the process ends the thread."""
        self._is_over = True
        self._asked.set()

    def ask(self) -> None:
        """Let the job be done soon, once for all that ask meanwhile."""
        with self._lock:
            self._idle.clear()
            self._asked.set()

    def finish(self, seconds: float, check: Callable[[], None] = lambda: None) -> bool:
        """Wait until all that was asked for is done, at most so long; whether it is. `check` may raise meanwhile."""
        ends = monotonic() + seconds
        while not self._idle.wait(min(CHECK_S, max(0.0, ends - monotonic()))):
            check()
            if monotonic() >= ends:
                return False
        return True

    @property
    def is_failing(self) -> bool:
        """Whether the job failed when it was done last."""
        return bool(self._told)

    def _run(self) -> None:
        while True:
            self._asked.wait(self._pause)
            if self._is_over:
                return
            self._asked.clear()
            self._do()
            with self._lock:
                if not self._asked.is_set():
                    self._idle.set()

    def _do(self) -> None:
        try:
            self._job()
            if self._is_failing:
                self._reporter.fact(self._again)
            self._told, self._is_failing = "", False
        except FolkmootError as error:
            self._tell(error)
        except Exception as error:  # noqa: BLE001 - of a library: nothing may end what goes on beside the rounds
            self._tell(FolkmootError(f"{type(error).__name__}: {error}", "please report it"))

    def _tell(self, error: FolkmootError) -> None:
        if str(error) != self._told:
            self._reporter.problem(error)
        self._told, self._is_failing = str(error), not isinstance(error, BlobFault)
