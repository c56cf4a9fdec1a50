"""The `Learner` protocol, what a worker needs of any model and its data, and the distance between two models."""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from folkmoot.errors import LearningError

Weights = dict[str, NDArray[np.float32]]
"""A model's tensors by name; every array is float32, C-contiguous and owned by the dictionary."""

BASIS_POINTS = 10_000


class Learner(Protocol):
    """A model with one member's own data, part of it to train on and the rest to score with."""

    @property
    def samples(self) -> int:
        """Number of samples that `fit` trains on, at least 1."""

    def weights(self) -> Weights:
        """A copy of the current weights; float32 arrays by tensor name."""

    def load(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Copy the weights into the model; the arrays stay the caller's and are not changed."""

    def fit(
        self,
        *,
        epochs: int,
        batch: int,
        learning_rate: float,
        optimizer: str,
        momentum: float,
        seed: int,
        progress: Callable[[int, int, float], None] | None = None,
    ) -> int:
        """Train from the current weights and return the number of samples trained on.

        `progress(done, epochs, loss)` is called after each epoch with its mean loss. The same weights, data and seed
        give the same weights again on the same machine.
        """

    def evaluate(self) -> int:
        """Score of the current weights on the member's scoring samples, in basis points, 0 to 10000.

        It is in the metric of the task's descriptor. A learner for another metric than accuracy names it by an
        attribute `metric`.
        """


def basis_points(correct: int, total: int) -> int:
    """`correct` of `total` in basis points, 0 to 10000, rounded down."""
    return correct * BASIS_POINTS // total


def evaluate_all(
    learner: Learner,
    updates: Sequence[Mapping[str, NDArray[np.float32]]],
    *,
    progress: Callable[[int, int], None] | None = None,
) -> list[int]:
    """Score each update by `learner`, which has its own weights back afterwards; `progress(done, total)` after each."""
    scores: list[int] = []
    with restored(learner):
        for update in updates:
            learner.load(update)
            scores.append(learner.evaluate())
            if progress:
                progress(len(scores), len(updates))
    return scores


@contextmanager
def restored(learner: Learner) -> Iterator[None]:
    """Load other weights into a learner meanwhile: it has its own back afterwards, if they were any."""
    own = None
    with suppress(LearningError):  # training may have diverged
        own = learner.weights()
    try:
        yield
    finally:
        if own is not None:
            learner.load(own)


def update_norm(a: Mapping[str, NDArray[np.float32]], b: Mapping[str, NDArray[np.float32]]) -> float:
    """Euclidean distance between two models over all tensors, in float64. Raises `LearningError` unless they match."""
    check_same_tensors(a, b)
    return math.sqrt(math.fsum(float(_squared_distance(a[name], b[name])) for name in sorted(a)))


def alignment(
    a: Mapping[str, NDArray[np.float32]], b: Mapping[str, NDArray[np.float32]], model: Mapping[str, NDArray[np.float32]]
) -> float:
    """Inner product of two updates' changes to a model, in float64. Raises `LearningError` unless all three match."""
    check_same_tensors(model, a)
    check_same_tensors(model, b)
    return math.fsum(float(np.vdot(_change(a[name], model[name]), _change(b[name], model[name]))) for name in model)


def check_same_tensors(expected: Mapping[str, NDArray[np.float32]], given: Mapping[str, NDArray[np.float32]]) -> None:
    """Raise `LearningError` unless both have the same tensor names and shapes."""
    if fault := shape_fault({name: tensor.shape for name, tensor in expected.items()}, given):
        raise LearningError(
            f"the weights do not fit the model: {fault}",
            hint="the weights belong to another model; build the one that the task's descriptor names",
        )


def shape_fault(shapes: Mapping[str, tuple[int, ...]], given: Mapping[str, NDArray[np.float32]]) -> str:
    """Which tensor has another shape than expected, is missing or too many; empty if none."""
    others = {name: tensor.shape for name, tensor in given.items()}
    odd = sorted(name for name in shapes.keys() | others.keys() if shapes.get(name) != others.get(name))
    return f"{odd[0]} is {others.get(odd[0])}, expected {shapes.get(odd[0])}" if odd else ""


def _squared_distance(a: NDArray[np.float32], b: NDArray[np.float32]) -> np.float64:
    return np.float64(np.square(_change(a, b)).sum())


def _change(a: NDArray[np.float32], b: NDArray[np.float32]) -> NDArray[np.float64]:
    return a.astype(np.float64) - b.astype(np.float64)
