"""A worker's one loop: observe, decide, execute, wait."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic

from folkmoot.chain import Phase
from folkmoot.errors import ContractError, DeadlinePassed, FolkmootError
from folkmoot.score_meaning import UNKNOWN, ScoreMeaning
from folkmoot.worker.actions import Action, Stop, Wait
from folkmoot.worker.executor import Executor
from folkmoot.worker.local_facts import LocalFacts
from folkmoot.worker.metering import Meter
from folkmoot.worker.observer import Observer
from folkmoot.worker.pace import QUICK_S, Pace, Refusals
from folkmoot.worker.reporting import Reporter, describe_changes
from folkmoot.worker.shutdown import Shutdown
from folkmoot.worker.view import View

MAX_PAUSE = 8  # polls between two attempts at what keeps failing

_RACES = {"WrongPhase", "WrongRound"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """The loop and its parts. `poll` is the longest pause between two looks at the chain, in seconds.

    `scores` is what the task's scores mean; `meter` sees every look.
    """

    observer: Observer
    local: LocalFacts
    decide: Callable[[View], Action]
    executor: Executor
    reporter: Reporter
    shutdown: Shutdown
    poll: float
    scores: ScoreMeaning = UNKNOWN
    meter: Meter = field(default_factory=Meter)
    followers: Sequence[Callable[[View], None]] = ()  # what goes on beside the rounds goes by the views, too

    def run(self) -> int:
        """Go on until the task is over; returns an exit code. Raises `Stopped`."""
        last, failures = None, 0
        pace, refusals = Pace(self.poll, self.observer.until_look), Refusals()
        while True:
            try:
                view = self.local.add_to(self.observer.view())
                self.meter.see(view)
                self._report_changes(last, view)
                last = view
                for follow in self.followers:
                    follow(view)
                action = self.decide(view)
                if isinstance(action, Stop):
                    self.reporter.fact(action.reason)
                    return int(view.phase != Phase.FINISHED)
                if not self._act(action, view, refusals):
                    self._rest(action, view, pace.pause((view.phase, view.round, view.roster, view.progress)))
                failures = 0
            except FolkmootError as error:
                failures = 0 if _is_fact(error) else failures + 1
                self._report_error(error)
                self.shutdown.sleep(self.poll * min(2**failures, MAX_PAUSE))

    def _act(self, action: Action, view: View, refusals: Refusals) -> bool:
        """Whether something was done, so that the next look is due at once."""
        self.shutdown.check()
        if isinstance(action, Wait):
            self.reporter.waiting(action, view.now)
        elif not isinstance(action, Stop) and not refusals.hold(action, view.block):
            if self.executor.do(action, view):
                return True
            refusals.add(action, view.block)  # it was done before, or is not due yet by the node's time
        return False

    def _rest(self, action: Action, view: View, seconds: float) -> None:
        """Until the next look at the chain: at the latest after so many seconds, or when blobs come that are needed."""
        while isinstance(action, Wait) and action.is_for_blobs and seconds > QUICK_S:
            began = monotonic()
            self.shutdown.sleep(QUICK_S)
            if self.local.add_to(view) != view:
                return
            seconds -= max(QUICK_S, monotonic() - began)  # a store that hangs takes time of its own
        self.shutdown.sleep(max(0.0, seconds))

    def _report_changes(self, last: View | None, view: View) -> None:
        for sentence in describe_changes(last, view, self.scores):
            self.reporter.fact(sentence)

    def _report_error(self, error: FolkmootError) -> None:
        if _is_fact(error):
            self.reporter.fact(f"too late: {error.message}")
        else:
            self.reporter.problem(error)


def _is_fact(error: FolkmootError) -> bool:
    """Whether the error only says that the time was up or that someone else was faster."""
    return isinstance(error, DeadlinePassed) or (isinstance(error, ContractError) and error.name in _RACES)
