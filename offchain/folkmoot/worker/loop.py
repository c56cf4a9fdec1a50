"""The one loop: look, decide, act, pause."""

from collections.abc import Callable
from dataclasses import dataclass

from folkmoot.chain import Phase
from folkmoot.errors import ContractError, DeadlinePassed, FolkmootError
from folkmoot.worker.actions import Action, Stop, Wait
from folkmoot.worker.news import news
from folkmoot.worker.observer import Observer
from folkmoot.worker.perform import Performer
from folkmoot.worker.reporter import Reporter
from folkmoot.worker.stopper import Stopper
from folkmoot.worker.view import View

MOST_PAUSES = 8  # polls between two attempts at what keeps failing

_RACES = {"WrongPhase", "WrongRound"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """The loop and what it is made of. `poll` is the pause between two looks at the chain, in seconds."""

    observer: Observer
    decide: Callable[[View], Action]
    performer: Performer
    reporter: Reporter
    stopper: Stopper
    poll: float

    def run(self) -> int:
        """Go on until the task is over; returns an exit code. Raises `Stopped`."""
        last, failures = None, 0
        while True:
            try:
                view = self.observer.view()
                self._tell(last, view)
                last = view
                action = self.decide(view)
                if isinstance(action, Stop):
                    self.reporter.fact(action.reason)
                    return int(view.phase != Phase.FINISHED)
                self._act(action, view)
                failures = 0
            except FolkmootError as error:
                failures = 0 if _is_fact(error) else failures + 1
                self._report(error)
                self.stopper.sleep(self.poll * min(2**failures, MOST_PAUSES))

    def _act(self, action: Action, view: View) -> None:
        self.stopper.check()
        if isinstance(action, Wait):
            self.reporter.waiting(action, view.now)
            self.stopper.sleep(self.poll)
        elif not isinstance(action, Stop) and not self.performer.do(action, view):
            self.stopper.sleep(self.poll)  # a node that lags may say for long that it was done before

    def _tell(self, last: View | None, view: View) -> None:
        for sentence in news(last, view):
            self.reporter.fact(sentence)

    def _report(self, error: FolkmootError) -> None:
        if _is_fact(error):
            self.reporter.fact(f"too late: {error.message}")
        else:
            self.reporter.problem(error)


def _is_fact(error: FolkmootError) -> bool:
    """Whether it tells no more than that time or somebody else was faster."""
    return isinstance(error, DeadlinePassed) or (isinstance(error, ContractError) and error.name in _RACES)
