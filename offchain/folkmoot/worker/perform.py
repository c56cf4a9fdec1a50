"""Doing what `step` decided: the local jobs here, transactions by `transactions`."""

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from secrets import token_bytes
from time import monotonic
from typing import Any

from folkmoot.chain import Phase
from folkmoot.errors import ConnectionFailed, DeadlinePassed, LearningError, StoreError
from folkmoot.worker.actions import Aggregate, Calibrate, Publish, Score, Train, Transaction, Work
from folkmoot.worker.exchange import Exchange
from folkmoot.worker.journal import Journal, Opening
from folkmoot.worker.labour import Labour
from folkmoot.worker.observer import Observer
from folkmoot.worker.reporter import Reporter
from folkmoot.worker.scoring import Docket
from folkmoot.worker.stopper import Stopper
from folkmoot.worker.transactions import Transactor
from folkmoot.worker.view import View
from folkmoot.worker.yardstick import Yardstick

SALT = 32  # bytes
LOOK_S = 1.0  # between two looks at the chain during a job

_TRAINING = (Phase.TRAINING, Phase.PAUSED)
_JUDGING = (Phase.COMMITTING, Phase.PAUSED)


class Performer:
    """One worker's hands.

    A local job raises `DeadlinePassed` when the chain has no use for its result any more, `Stopped` when the operator
    wants an end, and else what `Labour` does; a transaction what `Transactor` does.
    """

    def __init__(
        self,
        *,
        observer: Observer,
        transactor: Transactor,
        exchange: Exchange,
        journal: Journal,
        labour: Labour,
        reporter: Reporter,
        stopper: Stopper,
    ) -> None:
        self._observer, self._transactor, self._exchange = observer, transactor, exchange
        self._journal, self._labour, self._reporter, self._stopper = journal, labour, reporter, stopper
        self._jobs: Mapping[type, Callable[[Any, View], None]] = {
            Train: self._train,
            Calibrate: self._calibrate,
            Score: self._score,
            Aggregate: self._aggregate,
            Publish: self._publish,
        }

    def do(self, action: Work | Transaction, view: View) -> bool:
        """Do it, and say so; False if somebody had done it before."""
        if isinstance(action, Work):
            self._jobs[type(action)](action, view)
            return True
        is_own = self._transactor.send(action, view) is not None
        if is_own:
            self._reporter.fact(f"done: {type(action).__name__.lower()}")
        return is_own

    # ------------------------------------------------------------------- jobs

    def _train(self, action: Train, view: View) -> None:
        epochs = self._epochs("training", view, _TRAINING)
        blob, samples = self._labour.train(action.round, view.model, epochs)
        self._journal.keep_trained(action.round, blob, samples)
        self._reporter.fact(f"trained on {samples} samples")

    def _calibrate(self, action: Calibrate, view: View) -> None:
        epochs = self._epochs("training to compare", view, (*_TRAINING, *_JUDGING))
        try:
            self._observer.memory.yardstick = self._labour.calibrate(action.round, view.model, epochs)
        except LearningError as error:
            self._reporter.problem(error)
            self._observer.memory.yardstick = Yardstick()  # who has no update of its own objects to nobody's

    def _score(self, action: Score, view: View) -> None:
        judgement = self._labour.judge(Docket.of(view, action.yardstick), self._counter("scoring", view, _JUDGING))
        opening = Opening(
            round=action.round,
            attempt=action.attempt,
            digest=view.digest,
            baseline=judgement.baseline,
            scores=judgement.scores,
            salt=token_bytes(SALT),
        )
        self._journal.keep_opening(opening)
        for mark in judgement.marks:
            self._reporter.fact(f"update of {mark.author}: {mark.fault or f'{mark.score / 100:.2f} %'}")

    def _aggregate(self, action: Aggregate, view: View) -> None:
        sealed, made = self._labour.aggregate(view)
        self._observer.memory.aggregate = self._exchange.publish(sealed)
        how = f"by {made.rule}, f = {made.f}"
        self._reporter.fact(f"aggregated {len(view.accepted)} updates to model {action.round + 1} {how}")

    def _publish(self, action: Publish, _: View) -> None:
        blob = self._journal.blob(action.round)
        if blob is None:
            self._observer.memory.trained = None
            raise StoreError(f"the journal has lost the own update of round {action.round}", "keep its folder as it is")
        self._exchange.publish(blob)
        self._reporter.fact("published the own update")

    # --------------------------------------------------------------- progress

    def _epochs(self, what: str, view: View, useful: Collection[Phase]) -> Callable[[int, int, float], None]:
        count = self._counter(what, view, useful)
        return lambda done, total, loss: count(done, total, f"loss {loss:.3f}")

    def _counter(self, what: str, view: View, useful: Collection[Phase]) -> Callable[..., None]:
        looked = monotonic()

        def progress(done: int, total: int, detail: str = "") -> None:
            nonlocal looked
            self._reporter.progress(what, done, total, detail)
            self._stopper.check()
            if monotonic() - looked >= LOOK_S or done == total:
                looked = monotonic()
                self._check_use(what, view, useful)

        return progress

    def _check_use(self, what: str, begun: View, useful: Collection[Phase]) -> None:
        """Whether the chain still has a use for a job that was begun earlier; a chain that is down may come back."""
        with suppress(ConnectionFailed):
            view = self._observer.view()
            phase = Phase.TRAINING if view.stalled == Phase.TRAINING else view.phase
            has_moved = view.round.number != begun.round.number or (
                view.round.attempt != begun.round.attempt and Phase.TRAINING not in useful
            )
            if has_moved or phase not in useful:
                raise DeadlinePassed(
                    f"{what} took longer than round {begun.round.number} allows; its result is dropped",
                    "train on fewer samples or a faster machine, or propose tasks with longer windows",
                )
