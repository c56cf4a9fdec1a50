"""The boundary around every learner: what goes wrong in it names its file or model, and no array is shared across."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from operator import index
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from folkmoot.errors import LearningError
from folkmoot.learning.codec import TensorSpec
from folkmoot.learning.foreign_code import code_of
from folkmoot.learning.learner import BASIS_POINTS, Learner, Weights, shape_fault

EXAMPLE = "the example that this shows: python -m pydoc folkmoot.learning.plugin"

Progress = Callable[[int, int, float], None]

_SAMPLES = range(1, 2**256)  # the chain takes no other number
_SCORES = range(BASIS_POINTS + 1)


class CheckedLearner:
    """A `Learner` around the one that `source` made: a file, or what else names it. Its tensors are those of `spec`.

    Arrays are copied once on their way in and once on their way out: that learner may return its live parameters, and
    keep or change what it is given. Raises `LearningError` for what it raises, and for results of the wrong type or out
    of range. An exception of `progress` reaches the caller unchanged.
    """

    def __init__(self, source: Path | str, learner: Learner, spec: TensorSpec) -> None:
        self._source, self._learner, self._shapes = source, learner, spec.shapes
        self._kind = type(learner).__name__

    @property
    def samples(self) -> int:
        """As `Learner.samples`."""
        with self._catch():
            samples = self._learner.samples
            return self._integer("samples is", samples, _SAMPLES, "a number of training samples")

    def weights(self) -> Weights:
        """As `Learner.weights`, in the order of the task's tensors."""
        with self._catch():
            given = self._learner.weights()
            if not _are_weights(given):
                raise self._unfit(f"weights() returned a {type(given).__name__}, not float32 arrays by name")
            if fault := shape_fault(self._shapes, given):
                message = f"weights() returned tensors that are not those of the task: {fault}"
                hint = "build the very model that the descriptor names: `folkmoot task show` prints its tensors"
                raise self._unfit(message, hint)
            given = dict(given)  # what was made for this call alone is let go as soon as it is copied
            weights = {name: np.array(given.pop(name), order="C") for name in self._shapes}
            if odd := sorted(name for name, tensor in weights.items() if not np.isfinite(tensor).all()):
                raise self._unfit(f"weights() returned NaN or infinity in {', '.join(odd)}")
            return weights

    def load(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """As `Learner.load`."""
        with self._catch():
            self._learner.load({name: np.array(tensor, order="C") for name, tensor in weights.items()})

    def fit(self, *, progress: Progress | None = None, **settings: Any) -> int:
        """As `Learner.fit`."""
        try:
            with self._catch():
                samples = self._learner.fit(**settings, progress=progress and _checked_progress(progress))
                return self._integer("fit() returned", samples, _SAMPLES, "a number of training samples")
        except _ProgressRaised as raised:
            raise raised.error from None

    def evaluate(self) -> int:
        """As `Learner.evaluate`."""
        with self._catch():
            score = self._learner.evaluate()
            return self._integer("evaluate() returned", score, _SCORES, f"a score in basis points, 0 to {BASIS_POINTS}")

    def _catch(self) -> AbstractContextManager[None]:
        return code_of(self._source, _ProgressRaised)

    def _integer(self, what: str, value: Any, allowed: range, meaning: str) -> int:
        try:
            number = index(value)  # NumPy's integers are no `int`
        except TypeError:
            number = -1
        if number not in allowed:
            raise self._unfit(f"{what} {value!r}, not {meaning}")
        return number

    def _unfit(self, fault: str, hint: str = f"compare it with {EXAMPLE}") -> LearningError:
        return LearningError(f"{self._kind}.{fault}", hint)


class _ProgressRaised(BaseException):
    """Carries an exception of `progress` past every `except Exception` in the file."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def _checked_progress(progress: Progress) -> Progress:
    def checked(done: int, epochs: int, loss: float) -> None:
        epoch = index(done), index(epochs), float(loss)
        if not 0 <= done <= epochs or epochs < 1:
            raise ValueError(f"progress cannot be {done} of {epochs} epochs")
        try:
            progress(*epoch)
        except Exception as error:
            raise _ProgressRaised(error) from error

    return checked


def _are_weights(weights: object) -> bool:
    return isinstance(weights, dict) and all(
        isinstance(name, str) and isinstance(tensor, np.ndarray) and tensor.dtype == np.float32
        for name, tensor in weights.items()
    )
