"""What a member computes with its own data: training, scoring others' updates, and aggregating."""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from math import inf

from folkmoot.aggregation import Aggregate, Circumstances, Contribution, aggregate
from folkmoot.errors import LearningError
from folkmoot.learning import Learner, Weights, update_norm
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.store import Content
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.evaluation import Evaluation, EvaluationRequest, Progress, evaluate
from folkmoot.worker.view import Submission, View

TrainingProgress = Callable[[int, int, float], None]
"""Called after each epoch with the epochs done, all epochs and the mean loss."""


@dataclass(frozen=True, slots=True)
class LocalCompute:
    """What one member computes with its learner, as the task's descriptor has it.

    `parent` is the pointer of the round's model. Raises `StoreError` while a blob cannot be fetched, `MalformedBlob`
    for a blob that is no model of the task, and `LearningError` when training fails.
    """

    account: str
    learner: Learner
    blobs: TaskBlobs

    def train(self, round: int, parent: bytes, progress: TrainingProgress) -> tuple[Content, int]:
        """An encoded update and the number of samples it was trained on. The same after a restart."""
        samples = self._fit(round, self.blobs.fetch_model(parent), progress)
        weights = self.learner.weights()
        return self.blobs.encode_update(weights, round=round, author=self.account, parent=parent), samples

    def train_reference(
        self, round: int, parent: bytes, progress: TrainingProgress, own: Content | None = None
    ) -> UpdateGuard:
        """The guard that the descriptor asks for, made by training locally from the round's model.

        `own` is the member's encoded update of the round, if it has trained one.
        """
        rule = self.blobs.descriptor
        multiple = float(rule.norm_multiple)
        if not (multiple or rule.direction_guard):
            return UpdateGuard()
        model = self.blobs.fetch_model(parent)
        if own is None:
            self._fit(round, model, progress)
            reference = self.learner.weights()
        else:
            reference = self.blobs.decode_update(own, round=round, author=self.account, parent=parent)
        norm = update_norm(reference, model)
        if not norm > 0:
            raise LearningError("local training does not change the model", hint="check the data and the learning rate")
        return UpdateGuard(multiple * norm if multiple else inf, reference if rule.direction_guard else None)

    def evaluate(self, request: EvaluationRequest, progress: Progress) -> Evaluation:
        """Score a round's updates with this member's own data."""
        return evaluate(request, self.learner, self.blobs, progress=progress)

    def aggregate(self, view: View) -> tuple[Content, Aggregate]:
        """The next model by the descriptor's rule, encoded, and how it came about: the same bytes on every machine."""
        number, parent, rule = view.round.number, view.model, self.blobs.descriptor
        contributions = [self._contribution(entry, number, parent) for entry in view.accepted]
        made = aggregate(
            rule.aggregation,
            contributions,
            parent=self.blobs.fetch_model(parent),
            circumstances=Circumstances(f=rule.f, seed=view.seed, last_update=view.last_update),
        )
        return self.blobs.encode_model(made.tensors, round=number + 1, parent=parent), made

    def _fit(self, round: int, model: Weights, progress: TrainingProgress) -> int:
        rule = self.blobs.descriptor
        self.learner.load(model)
        return self.learner.fit(
            epochs=rule.epochs,
            batch=rule.batch,
            learning_rate=float(rule.learning_rate),
            optimizer=rule.optimizer,
            momentum=float(rule.momentum),
            seed=self._seed(round),
            progress=progress,
        )

    def _contribution(self, entry: Submission, round: int, parent: bytes) -> Contribution:
        author = entry.update.author
        fetch = partial(self.blobs.fetch_update, entry.pointer, round=round, author=author, parent=parent)
        return Contribution(author, entry.update.samples, fetch)

    def _seed(self, round: int) -> int:
        """32 bits that differ between members and rounds, and are the same after a restart."""
        return int.from_bytes(sha256(f"{self.account} {round}".encode()).digest()[:4])
