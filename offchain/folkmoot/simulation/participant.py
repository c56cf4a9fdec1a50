"""A member of a simulation: the worker's own decisions and compute, with a memory instead of a journal on disk."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from hashlib import sha256

from folkmoot.chain import Phase
from folkmoot.errors import LearningError
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.simulation.sharing import AggregateCache
from folkmoot.store import pointer
from folkmoot.worker import TaskBlobs, View
from folkmoot.worker.actions import Action, Aggregate, Publish, Score, Stop, Train, TrainReference, Wait, Work
from folkmoot.worker.compute import EvaluationRequest, LocalCompute
from folkmoot.worker.executor import Transactor
from folkmoot.worker.journal import Opening, Trained
from folkmoot.worker.observer import Memory
from folkmoot.worker.step import step
from folkmoot.worker.view import Submission

Decide = Callable[[View], Action]

_JUDGING = {Phase.COMMITTING, Phase.AGGREGATING}


@dataclass(slots=True, kw_only=True)
class SimulatedMember:
    """One member. `salt` makes its draws differ from other members', and the same again in the same experiment."""

    account: str
    compute: LocalCompute
    blobs: TaskBlobs
    transactor: Transactor
    aggregate_cache: AggregateCache
    decide: Decide = step
    salt: bytes = b""
    memory: Memory = field(default_factory=lambda: Memory(-1))
    blob: bytes = b""
    opening: Opening | None = None
    is_able: bool = True

    def act(self, chain: View) -> Action:
        """Do all the work there is, then post one transaction at most; returns that, or what it waits for."""
        while True:
            view = self._look(chain)
            action = self.decide(view)
            if isinstance(action, Wait | Stop):
                return action
            if not isinstance(action, Work):
                self.transactor.send(action, view)
                return action
            if not self._work(action, view):
                return Wait("the next round: training failed", view.deadline)

    def _look(self, view: View) -> View:
        if self.memory.round != view.round.number:
            self.memory, self.is_able = Memory(view.round.number), True
        return replace(
            view,
            updates=tuple(self._looked_for(view, view.updates)),
            model_found=self.blobs.has(view.model),
            trained=self.memory.trained,
            guard=self.memory.guard,
            opening=self._kept(view),
            aggregate=self.memory.aggregate,
        )

    def _looked_for(self, view: View, entries: Iterable[Submission]) -> Iterable[Submission]:
        judges = view.seat is not None and view.phase in _JUDGING
        for entry in entries:
            needed = judges or entry.update.author == self.account
            yield replace(entry, found=self.blobs.has(entry.pointer)) if needed else entry

    def _kept(self, view: View) -> Opening | None:
        kept, wanted = self.opening, (view.round.number, view.round.attempt, view.digest)
        return kept if kept and (kept.round, kept.attempt, kept.digest) == wanted else None

    def _work(self, action: Work, view: View) -> bool:
        """Whether it succeeded."""
        match action:
            case Train():
                return self._train(view)
            case TrainReference():
                self.memory.guard = self._train_reference(view)
            case Score():
                self.opening = self._judge(action, view)
            case Aggregate():
                self.memory.aggregate = self.blobs.publish(self.aggregate_cache.aggregate(self.compute, view))
            case Publish():
                self.blobs.publish(self.blob)
        return True

    def _train(self, view: View) -> bool:
        """Once a round: the same seed would fail again."""
        try:
            if self.is_able:
                self.blob, samples = self.compute.train(view.round.number, view.model, _silently)
                self.memory.trained = Trained(pointer=pointer(self.blob), samples=samples)
        except LearningError:
            self.is_able = False
        return self.is_able

    def _train_reference(self, view: View) -> UpdateGuard:
        try:
            return self.compute.train_reference(view.round.number, view.model, _silently)
        except LearningError:
            return UpdateGuard()  # without an update of its own it objects to none

    def _judge(self, action: Score, view: View) -> Opening:
        evaluation = self.compute.evaluate(EvaluationRequest.of(view, action.guard), _silently)
        drawn = f"{action.round} {action.attempt}".encode()
        return Opening(
            round=action.round,
            attempt=action.attempt,
            digest=view.digest,
            baseline=evaluation.baseline,
            scores=evaluation.scores,
            salt=sha256(self.salt + self.account.encode() + drawn).digest(),
        )


def _silently(*_: object) -> None:
    """No progress within one member's work."""
