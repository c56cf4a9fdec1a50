"""`TorchLearner`: local training and scoring of a PyTorch classifier, repeatable bit for bit on one machine."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from folkmoot.errors import LearningError
from folkmoot.learning.data import Dataset, thin
from folkmoot.learning.learner import Weights, check_same_tensors
from folkmoot.learning.metrics import METRICS, check_metric
from folkmoot.learning.models import check_state, output_shape, state
from folkmoot.learning.sgd import SGD

CHUNK = 1024
SCORE_LIMIT = 2048


class Optimizer(Protocol):
    """What moves a model's parameters along their gradients."""

    def zero_grad(self) -> None:
        """Forget the gradients."""

    def step(self) -> object:
        """Move the parameters."""


class TorchLearner:
    """A `Learner` around a classifier `module` that maps (n, ...) inputs to (n, classes) logits.

    It trains on `train` and scores in `metric` with at most `score_limit` evenly spaced samples of `score`, on
    `threads` torch threads. Raises `LearningError` for an unknown metric, state that is not float32, data that the
    module cannot read and too few classes.
    """

    def __init__(
        self,
        module: nn.Module,
        train: Dataset,
        score: Dataset,
        *,
        metric: str = "accuracy",
        score_limit: int = SCORE_LIMIT,
        threads: int = 1,
    ) -> None:
        check_metric(metric)
        check_state(module)
        _check_readable(module, train, score)
        self.metric = metric
        self._module, self._threads = module, threads
        self._train, self._score = _tensors(train), _tensors(thin(score, score_limit))

    @property
    def samples(self) -> int:
        """Number of training samples."""
        return len(self._train[1])

    def weights(self) -> Weights:
        """A copy of the module's weights."""
        return state(self._module)

    def load(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        """Copy weights into the module. Raises `LearningError` unless names and shapes are the module's own."""
        load_weights(self._module, weights)

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
        """As `Learner.fit`; `optimizer` is "sgd" or "adam", and adam takes momentum 0 only.

        Raises `LearningError` for settings out of range, and when training diverges: load weights again after that.
        """
        _check_settings(epochs=epochs, batch=batch, learning_rate=learning_rate)
        steps = _optimizer(self._module, optimizer, learning_rate, momentum)
        with _threads(self._threads), torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            for done in range(1, epochs + 1):
                loss = self._epoch(steps, batch)
                self._check_finite(loss, learning_rate)
                if progress:
                    progress(done, epochs, loss)
        return self.samples

    def evaluate(self) -> int:
        """Score on the scoring samples in basis points, in the learner's metric."""
        x, y = self._score
        return METRICS[self.metric](_outputs(self._module, x, self._threads), y.numpy())

    def _epoch(self, optimizer: Optimizer, batch: int) -> float:
        self._module.train()
        x, y = self._train
        order, total = torch.randperm(len(y)), 0.0
        for part in batches(len(y), batch):
            chosen = order[part]
            total += self._step(optimizer, x[chosen], y[chosen]) * len(chosen)
        return total / len(y)

    def _step(self, optimizer: Optimizer, x: Tensor, y: Tensor) -> float:
        """One step of the optimizer on a batch; the mean loss before it."""
        optimizer.zero_grad()
        loss = functional.cross_entropy(self._module(x), y)
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        return loss.item()

    def _check_finite(self, loss: float, learning_rate: float) -> None:
        finite = all(bool(tensor.isfinite().all()) for tensor in self._module.state_dict().values())
        if not (math.isfinite(loss) and finite):
            raise LearningError(
                f"training diverged: loss {loss} at learning rate {learning_rate}",
                hint="the learning rate is too high for this data, or the inputs are not scaled to 0..1",
            )


def load_weights(module: nn.Module, weights: Mapping[str, NDArray[np.float32]]) -> None:
    """Copy weights into a module. Raises `LearningError` unless names and shapes are the module's own."""
    own = module.state_dict()
    check_same_tensors({name: tensor.numpy() for name, tensor in own.items()}, weights)
    for name, tensor in own.items():
        tensor.copy_(torch.tensor(weights[name]))


def accuracy(module: nn.Module, dataset: Dataset, *, threads: int = 1) -> int:
    """Accuracy of a classifier on a whole dataset in basis points, 0 to 10000, rounded down.

    Raises `LearningError` when the module cannot read the data or has fewer classes than the data.
    """
    _check_readable(module, dataset)
    return METRICS["accuracy"](outputs(module, dataset.x, threads=threads), dataset.y)


def outputs(module: nn.Module, x: NDArray[np.float32], *, threads: int = 1) -> NDArray[np.float32]:
    """A module's outputs for samples x, (n, ...): logits, (n, classes)."""
    return _outputs(module, torch.tensor(x), threads)


def _outputs(module: nn.Module, x: Tensor, threads: int) -> NDArray[np.float32]:
    module.eval()
    with _threads(threads), torch.inference_mode():
        logits: NDArray[np.float32] = torch.cat([module(x[part]) for part in batches(len(x), CHUNK)]).numpy()
    if logits.ndim != 2 or len(logits) != len(x):  # noqa: PLR2004 - samples and classes
        hint = "its forward() must return logits of shape (n, classes) for n samples"
        raise LearningError(f"the model's output for {len(x)} samples is {logits.shape}", hint)
    return logits


def batches(samples: int, size: int) -> Iterator[slice]:
    """Slices of `size` samples, the last one of fewer.

    A last one of a single sample joins the one before: layers that normalise over a batch, as BatchNorm, need two.
    """
    least_end = samples - (size > 1)
    return (slice(*ends) for ends in pairwise([0, *range(size, least_end, size), samples]))


def _tensors(dataset: Dataset) -> tuple[Tensor, Tensor]:
    return torch.tensor(dataset.x), torch.tensor(dataset.y)


def _check_readable(module: nn.Module, *datasets: Dataset) -> None:
    for dataset in datasets:
        shape = output_shape(module, dataset.x.shape[1:])
        if shape != (1, max([*shape[1:], dataset.classes])):
            raise LearningError(
                f"the model's output for one sample is {shape}, but the data has {dataset.classes} classes",
                hint="the model must return logits of shape (n, classes); check its class count and the labels",
            )


def _check_settings(*, epochs: int, batch: int, learning_rate: float) -> None:
    if not (epochs >= 1 and batch >= 1 and 0 < learning_rate < torch.finfo(torch.float32).max):
        raise LearningError(
            f"cannot train with epochs {epochs}, batch {batch}, learning rate {learning_rate}",
            hint="epochs and batch are at least 1, and the learning rate is a float32 above 0",
        )


def _optimizer(module: nn.Module, name: str, learning_rate: float, momentum: float) -> Optimizer:
    if name == "sgd" and 0 <= momentum < 1:
        return SGD(module.parameters(), learning_rate=learning_rate, momentum=momentum)
    if name == "adam" and momentum == 0:
        return torch.optim.Adam(module.parameters(), lr=learning_rate)
    raise LearningError(
        f"no optimizer {name!r} with momentum {momentum}",
        hint='use "sgd" with a momentum from 0 to below 1, or "adam" with momentum 0',
    )


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
