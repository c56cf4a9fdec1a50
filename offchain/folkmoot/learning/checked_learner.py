"""A learner from a member's own file, checked: whatever goes wrong in it is a `FolkmootError` that names the file."""

import traceback
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from operator import index
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from folkmoot.errors import FolkmootError, LearningError
from folkmoot.learning.foreign_code import foreign_code, say
from folkmoot.learning.learner import BASIS_POINTS, Learner, Weights

EXAMPLE = "the example that this shows: python -m pydoc folkmoot.learning.plugin"

Progress = Callable[[int, int, float], None]

_SAMPLES = range(1, 2**256)  # the chain takes no other number
_SCORES = range(BASIS_POINTS + 1)


class CheckedLearner:
    """A `Learner` around the one that `file` made.

    Raises `LearningError` for what that one raises, and for results of the wrong type or out of range. An exception of
    `progress` reaches the caller unchanged.
    """

    def __init__(self, file: Path, learner: Learner) -> None:
        self._file, self._learner = file, learner
        self._kind = type(learner).__name__

    @property
    def samples(self) -> int:
        """As `Learner.samples`."""
        with self._catch():
            samples = self._learner.samples
            return self._integer("samples is", samples, _SAMPLES, "a number of training samples")

    def weights(self) -> Weights:
        """As `Learner.weights`."""
        with self._catch():
            weights = self._learner.weights()
            if not _are_weights(weights):
                raise self._unfit(f"weights() returned a {type(weights).__name__}, not float32 arrays by name")
            if odd := sorted(name for name, tensor in weights.items() if not np.isfinite(tensor).all()):
                raise self._unfit(f"weights() returned NaN or infinity in {', '.join(odd)}")
            return weights

    def load(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """As `Learner.load`."""
        with self._catch():
            self._learner.load(weights)

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
        hint = "fix the file, then start the worker again"
        return foreign_code(
            lambda error: LearningError(describe(self._file, error), hint), FolkmootError, _ProgressRaised
        )

    def _integer(self, what: str, value: Any, allowed: range, meaning: str) -> int:
        try:
            number = index(value)  # NumPy's integers are no `int`
        except TypeError:
            number = -1
        if number not in allowed:
            raise self._unfit(f"{what} {value!r}, not {meaning}")
        return number

    def _unfit(self, fault: str) -> LearningError:
        return LearningError(f"{self._file}: {self._kind}.{fault}", f"compare it with {EXAMPLE}")


class _ProgressRaised(BaseException):
    """Carries an exception of `progress` past every `except Exception` in the file."""

    def __init__(self, error: Exception) -> None:
        super().__init__(error)
        self.error = error


def describe(file: Path, error: BaseException) -> str:
    """An error with the file that raised it, and the line."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    place = f"{file}, line {lines[-1]}" if lines else str(file)
    return f"{place}: {say(error)}"


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
