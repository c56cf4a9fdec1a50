"""Evaluations, counted as a seat makes them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from numpy import float32
from numpy.typing import NDArray

from folkmoot.learning import Learner, Weights
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.evaluation import Evaluation, EvaluationRequest, Progress, evaluate

BASELINE, UPDATE = "baseline", "update"


@dataclass(slots=True)
class CountingLearner:
    """Another learner that counts in `tally` what it evaluates: `model`, or anything else that was loaded."""

    learner: Learner
    model: Weights
    tally: Counter[str]
    loaded: str = ""

    @property
    def samples(self) -> int:
        """As `Learner.samples`."""
        return self.learner.samples

    def weights(self) -> Weights:
        """As `Learner.weights`."""
        return self.learner.weights()

    def load(self, weights: Mapping[str, NDArray[float32]]) -> None:
        """As `Learner.load`."""
        self.loaded = BASELINE if weights is self.model else UPDATE
        self.learner.load(weights)

    def fit(self, **settings: Any) -> int:
        """As `Learner.fit`."""
        return self.learner.fit(**settings)

    def evaluate(self) -> int:
        """As `Learner.evaluate`."""
        self.tally[self.loaded] += 1
        return self.learner.evaluate()


@dataclass(frozen=True, kw_only=True)
class CountingCompute(LocalCompute):
    """A member whose evaluations are counted. Its blobs decode the round's model only once."""

    tally: Counter[str]

    def evaluate(self, request: EvaluationRequest, progress: Progress) -> Evaluation:
        """As `LocalCompute.evaluate`."""
        model = self.blobs.fetch_model(request.parent)
        return evaluate(request, CountingLearner(self.learner, model, self.tally), self.blobs, progress=progress)
