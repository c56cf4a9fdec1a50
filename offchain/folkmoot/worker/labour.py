"""The long local jobs of a member: training, calibrating, judging and aggregating."""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from math import inf

from folkmoot.aggregation import Aggregate, Circumstances, Contribution, aggregate
from folkmoot.errors import LearningError
from folkmoot.learning import Learner, Weights, update_norm
from folkmoot.worker.exchange import Exchange
from folkmoot.worker.scoring import Docket, Judgement, Progress, judge
from folkmoot.worker.view import Submission, View
from folkmoot.worker.yardstick import Yardstick

TrainingProgress = Callable[[int, int, float], None]
"""Called after each epoch with the epochs done, all epochs and the mean loss."""


@dataclass(frozen=True, slots=True)
class Labour:
    """What one member computes with its learner, as the task's descriptor has it.

    `parent` is the pointer of the round's model. Raises `StoreError` while a blob cannot be had, `MalformedBlob` for a
    model that is none, and `LearningError` when training fails.
    """

    account: str
    learner: Learner
    exchange: Exchange

    def train(self, round: int, parent: bytes, progress: TrainingProgress) -> tuple[bytes, int]:
        """An update, sealed, and the number of samples it was trained on. After a restart it is the same again."""
        samples = self._fit(round, self.exchange.fetch_model(parent), progress)
        weights = self.learner.weights()
        return self.exchange.seal_update(weights, round=round, author=self.account, parent=parent), samples

    def calibrate(self, round: int, parent: bytes, progress: TrainingProgress) -> Yardstick:
        """What the descriptor has others' updates held against, from where own training ends."""
        rule = self.exchange.descriptor
        multiple = float(rule.norm_multiple)
        if not (multiple or rule.direction_guard):
            return Yardstick()
        model = self.exchange.fetch_model(parent)
        self._fit(round, model, progress)
        own = self.learner.weights()
        distance = update_norm(own, model)
        if not distance > 0:
            raise LearningError("local training does not change the model", hint="check the data and the learning rate")
        return Yardstick(multiple * distance if multiple else inf, own if rule.direction_guard else None)

    def judge(self, docket: Docket, progress: Progress) -> Judgement:
        """An opinion of a round's updates, from this member's own data."""
        return judge(docket, self.learner, self.exchange, progress=progress)

    def aggregate(self, view: View) -> tuple[bytes, Aggregate]:
        """The next model by the descriptor's rule, sealed, and how it came about: the same bytes on every machine."""
        number, parent, rule = view.round.number, view.model, self.exchange.descriptor
        contributions = [self._contribution(entry, number, parent) for entry in view.accepted]
        made = aggregate(
            rule.aggregation,
            contributions,
            parent=self.exchange.fetch_model(parent),
            circumstances=Circumstances(f=rule.f, seed=view.seed, last_update=view.last_update),
        )
        return self.exchange.seal_model(made.tensors, round=number + 1, parent=parent), made

    def _fit(self, round: int, model: Weights, progress: TrainingProgress) -> int:
        rule = self.exchange.descriptor
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
        tensors = self.exchange.fetch_update(entry.pointer, round=round, author=author, parent=parent)
        return Contribution(author, entry.update.samples, tensors)

    def _seed(self, round: int) -> int:
        """32 bits that differ between members and rounds, and are the same after a restart."""
        return int.from_bytes(sha256(f"{self.account} {round}".encode()).digest()[:4])
