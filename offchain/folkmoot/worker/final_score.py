"""The score of a task's final model: no round follows that would judge it, so the last round's seats do at the end.

Nothing hangs on it, so it holds up the worker's end for so long and no longer, whatever fails.
"""

from collections.abc import Callable
from math import inf
from time import monotonic

from folkmoot.errors import ConnectionFailed, DeadlinePassed, FolkmootError, StoreError
from folkmoot.worker.actions import EvaluateModel, ScoreModel, Wait
from folkmoot.worker.executor import Executor
from folkmoot.worker.local_facts import LocalFacts
from folkmoot.worker.reporting import Reporter
from folkmoot.worker.view import View

PATIENCE_S = 120.0  # for the model, and then for the transaction


class Pauses:
    """A worker's pauses while a transaction is on its way. They go on as long as it takes, unless they are limited."""

    def __init__(self, sleep: Callable[[float], None], clock: Callable[[], float] = monotonic) -> None:
        """`sleep` and `clock` are in seconds."""
        self._sleep, self._clock, self._ends = sleep, clock, inf

    def limit(self, seconds: float) -> None:
        """Let there be no pause any more after so many seconds."""
        self._ends = self._clock() + seconds

    @property
    def are_over(self) -> bool:
        """Whether the time is up that they were limited to."""
        return self._clock() >= self._ends

    def sleep(self, seconds: float) -> None:
        """Pause. Raises `DeadlinePassed` if the time is up, also of a chain that stands, and what `sleep` raises."""
        if self.are_over:
            raise DeadlinePassed("it takes too long", "see that the chain makes blocks and that the store answers")
        self._sleep(min(seconds, self._ends - self._clock()))


class FinalScorer:
    """Sends the own seat's score of the final model, if it has one to send, when it is called with the task's end.

    It is tried once a worker's life. What fails is reported and ends it. Raises `Stopped`.
    """

    def __init__(
        self,
        executor: Executor,
        local: LocalFacts,
        look: Callable[[], View],
        reporter: Reporter,
        pauses: Pauses,
        poll: float,
    ) -> None:
        """`look` shows the task as it is now; `poll` is the pause between two attempts, in seconds."""
        self._executor, self._local, self._look = executor, local, look
        self._reporter, self._pauses, self._poll = reporter, pauses, poll
        self._is_over = False

    def __call__(self, view: View) -> None:
        """As a follower of the task."""
        if self._is_over or not view.owes_score:
            return
        self._is_over, model = True, f"model {view.round.number + 1}"
        try:
            self._steadily(self._evaluate, view, f"the blob of {model}")
            self._steadily(self._send, view, f"the score of {model} to be sent")
        except FolkmootError as error:
            message = f"this seat does not score {model}, the final one: {error.message}"
            self._reporter.problem(FolkmootError(message, error.hint))

    def _evaluate(self, view: View) -> None:
        self._executor.do(EvaluateModel(), self._local.add_to(view))

    def _send(self, view: View) -> None:
        score = self._local.memory.final_score
        if score is not None:
            self._executor.do(ScoreModel(view.position, score), self._look())

    def _steadily(self, job: Callable[[View], None], view: View, what: str) -> None:
        """Do a job, again while the store or all nodes fail, until the patience is over: then it raises why."""
        self._pauses.limit(PATIENCE_S)
        while True:
            try:
                return job(view)
            except (ConnectionFailed, StoreError) as error:
                if self._pauses.are_over:
                    raise
                self._reporter.waiting(Wait(f"{what}: {error.message}"), view.now)
            self._pauses.sleep(self._poll)
