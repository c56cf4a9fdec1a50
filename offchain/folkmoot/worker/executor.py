"""Carrying out what `step` decides: a local job, or a call of the task's contract."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from secrets import token_bytes
from typing import Any

from eth_utils.address import to_checksum_address

from folkmoot.chain import Metric, Phase
from folkmoot.encryption import write_shares
from folkmoot.errors import LearningError, MalformedBlob, StoreError
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.plurals import counted
from folkmoot.rules import ABSTAINED
from folkmoot.score_meaning import percent
from folkmoot.store import Content
from folkmoot.worker.actions import (
    Aggregate,
    EvaluateModel,
    HandOn,
    Publish,
    Score,
    ShareKeys,
    Train,
    TrainReference,
    Transaction,
    Work,
)
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.evaluation import EvaluationRequest
from folkmoot.worker.job_progress import JobProgress
from folkmoot.worker.journal import Opening
from folkmoot.worker.local_facts import LocalFacts
from folkmoot.worker.metering import Meter
from folkmoot.worker.reporting import Reporter
from folkmoot.worker.shutdown import Shutdown
from folkmoot.worker.transactor import Transactor
from folkmoot.worker.view import View

SALT = 32  # bytes

_TRAINING = (Phase.TRAINING, Phase.PAUSED)
_SCORING = (Phase.COMMITTING, Phase.PAUSED)
_AGGREGATING = (Phase.AGGREGATING, Phase.STALLED, Phase.PAUSED)
_OVER = (Phase.FINISHED,)
_ROUND = tuple(phase for phase in Phase if Phase.TRAINING <= phase <= Phase.PAUSED)


class Executor:
    """Does one worker's local jobs, and sends its transactions.

    A local job raises `DeadlinePassed` once the chain has no use for its result, `Stopped` when the operator stops the
    worker, and what `LocalCompute` raises; a transaction raises what `Transactor` does. `look` shows the task on the
    chain as it is now; `salt` makes the salt of an opening from its round and attempt;
    `meter` sees what is done.
    """

    def __init__(
        self,
        *,
        look: Callable[[], View],
        local: LocalFacts,
        transactor: Transactor,
        compute: LocalCompute,
        reporter: Reporter,
        shutdown: Shutdown,
        salt: Callable[[int, int], bytes] = lambda _round, _attempt: token_bytes(SALT),
        meter: Meter | None = None,
    ) -> None:
        self._look, self._local, self._transactor = look, local, transactor
        self._compute, self._reporter, self._shutdown, self._salt = compute, reporter, shutdown, salt
        self._meter = meter or Meter()
        self._jobs: Mapping[type, Callable[[Any, View], None]] = {
            Train: self._train,
            TrainReference: self._train_reference,
            Score: self._score,
            Aggregate: self._aggregate,
            EvaluateModel: self._evaluate_model,
            Publish: self._publish,
            HandOn: self._hand_on,
        }

    def do(self, action: Work | Transaction, view: View) -> bool:
        """Do it and report it; False if it turned out to be done already, by anyone."""
        with self._meter.doing(action):
            return self._do(action, view)

    def _do(self, action: Work | Transaction, view: View) -> bool:
        if isinstance(action, Work):
            self._jobs[type(action)](action, view)
            return True
        if is_own := self._transactor.send(action, view) is not None:
            self._reporter.fact(f"done: {type(action).__name__.lower()}")
        return is_own

    # ------------------------------------------------------------------- jobs

    def _train(self, action: Train, view: View) -> None:
        with self._progress("training", view, _TRAINING) as progress:
            blob, samples = self._compute.train(action.round, view.model, progress.epoch)
            self._local.journal.keep_trained(action.round, blob, samples)
        self._reporter.fact(f"trained on {counted(samples, 'sample')}")

    def _train_reference(self, action: TrainReference, view: View) -> None:
        try:
            own = self._local.journal.blob(action.round)
            with self._progress("training a reference", view, (*_TRAINING, *_SCORING)) as progress:
                guard = self._compute.train_reference(action.round, view.model, progress.epoch, own)
            self._local.memory.guard = guard
        except (StoreError, LearningError, MalformedBlob) as error:
            if not isinstance(error, LearningError) and view.is_patient:
                raise
            self._reporter.problem(error)
            self._local.memory.guard = UpdateGuard()  # without a reference, it refuses nothing

    def _score(self, action: Score, view: View) -> None:
        request = EvaluationRequest.of(view, action.guard)
        with self._progress("scoring", view, _SCORING, is_of_attempt=True) as progress:
            evaluation = self._compute.evaluate(request, progress.count)
        opening = Opening(
            round=action.round,
            attempt=action.attempt,
            digest=view.digest,
            baseline=evaluation.baseline,
            scores=evaluation.scores,
            salt=self._salt(action.round, action.attempt),
        )
        self._local.journal.keep_opening(opening)
        metric = self._metric(view)
        for scored in evaluation.update_scores:
            voice = "abstained, " if scored.score == ABSTAINED else ""
            self._reporter.fact(f"update of {scored.author}: {voice}{scored.fault or percent(scored.score, metric)}")

    def _aggregate(self, action: Aggregate, view: View) -> None:
        with self._progress("aggregating", view, _AGGREGATING):
            encoded, made = self._compute.aggregate(view)
            self._local.memory.aggregate = self._published(encoded)
        how = f"by {made.rule}, f = {made.f}"
        self._reporter.fact(f"aggregated {counted(len(view.accepted), 'update')} to model {action.round + 1} {how}")

    def _evaluate_model(self, _: EvaluateModel, view: View) -> None:
        with self._progress("scoring the final model", view, _OVER) as progress:
            score = self._compute.evaluate(EvaluationRequest.of_model(view), progress.count).baseline
        self._local.memory.final_score = score
        self._reporter.fact(f"the final model, {view.round.number + 1}: {percent(score, self._metric(view))}")

    def _metric(self, view: View) -> str:
        """What scores are in; empty where they only say what is there."""
        return self._local.blobs.descriptor.metric if view.metric == Metric.ACCURACY else ""

    def _publish(self, action: Publish, view: View) -> None:
        if (blob := self._local.journal.blob(action.round)) is None:
            self._local.memory.trained = None
            raise StoreError(f"the journal has lost the own update of round {action.round}", "do not change its folder")
        with self._progress("publishing the own update", view, _ROUND):
            self._published(blob, "the own update")
        self._local.memory.published = True

    def _published(self, blob: Content, name: str = "") -> bytes:
        pointer, fault = self._local.publish(blob)
        if fault:
            self._reporter.problem(fault)
        elif name:
            self._reporter.fact(f"published {name}")
        return pointer

    def _hand_on(self, _: HandOn, view: View) -> None:
        with self._progress("handing keys on", view, _ROUND):
            for shares in self._local.sharing.due(view) if self._local.sharing else ():
                pointer = self._local.blobs.publish(write_shares(shares))
                self._transactor.send(ShareKeys(pointer), view)
                readers = ", ".join(sorted({to_checksum_address(share.recipient) for share in shares}))
                self._reporter.fact(f"handed keys on to {readers}")

    @contextmanager
    def _progress(
        self, what: str, view: View, useful: Collection[Phase], *, is_of_attempt: bool = False
    ) -> Iterator[JobProgress]:
        """Of one job, the blobs that it moves included."""
        progress = JobProgress(
            what,
            view,
            useful,
            is_of_attempt=is_of_attempt,
            look=self._look,
            reporter=self._reporter,
            shutdown=self._shutdown,
        )
        with self._local.blobs.watched(progress.transfer):
            yield progress
