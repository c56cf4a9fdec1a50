"""The progress of one local job: reported, and ended when its result is of no use any more."""

from collections.abc import Callable, Collection
from contextlib import suppress
from time import monotonic

from folkmoot.chain import Phase
from folkmoot.errors import ConnectionFailed, DeadlinePassed
from folkmoot.task_blobs import LARGE
from folkmoot.worker.reporting import Reporter
from folkmoot.worker.shutdown import Shutdown
from folkmoot.worker.view import View

LOOK_S = 3.0  # between two looks at the chain during a job
MIB = 20  # bits


class JobProgress:
    """Of the job `what`, begun with a view of the task, whose result is of use in some phases of that round.

    All of its methods raise `Stopped` when the operator stops the worker, and `DeadlinePassed` when the chain has no
    use for the result any more: if another round has begun, another phase, or, if `is_of_attempt`, another attempt.
    """

    def __init__(
        self,
        what: str,
        begun: View,
        useful: Collection[Phase],
        *,
        is_of_attempt: bool = False,
        look: Callable[[], View],
        reporter: Reporter,
        shutdown: Shutdown,
    ) -> None:
        """`look` shows the task as it is now."""
        self._what, self._begun, self._useful, self._is_of_attempt = what, begun, useful, is_of_attempt
        self._look, self._reporter, self._shutdown = look, reporter, shutdown
        self._looked = monotonic()

    def count(self, done: int, total: int, detail: str = "") -> None:
        """So many parts of the job are done."""
        self._reporter.progress(self._what, done, total, detail)
        self._check(is_last=done == total)

    def epoch(self, done: int, total: int, loss: float) -> None:
        """So many epochs of training are done, the last one with this mean loss."""
        self.count(done, total, f"loss {loss:.3f}")

    def transfer(self, done: int, total: int) -> None:
        """So many bytes of a blob have come or gone."""
        if total >= LARGE:
            self._reporter.progress(f"{self._what}, MiB of a blob", done >> MIB, total >> MIB)
        self._check()

    def _check(self, *, is_last: bool = False) -> None:
        self._shutdown.check()
        if is_last or monotonic() - self._looked >= LOOK_S:
            self._looked = monotonic()
            self._check_use()

    def _check_use(self) -> None:
        """A chain that is down may come back."""
        begun = self._begun.round
        with suppress(ConnectionFailed):
            view = self._look()
            phase = Phase.TRAINING if view.stalled == Phase.TRAINING else view.phase
            is_other = self._is_of_attempt and view.round.attempt > begun.attempt
            is_past = view.round.number > begun.number
            is_old = view.round.number < begun.number  # as a node that is behind has it
            if is_old or not (is_past or is_other or phase not in self._useful):
                return
            is_agreed = is_past or phase == Phase.CLOSING  # so it need not have been slow
            raise DeadlinePassed(
                f"round {begun.number} went on without it: {self._what} is of no use any more"
                if is_agreed
                else f"{self._what} took longer than round {begun.number} allows; its result is dropped",
                "use fewer samples, a faster machine or connection, or propose tasks with longer windows",
            )
