"""Metrics in which judges score models, by the names that descriptors give them: 0 to 10000, higher is better."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from folkmoot.errors import LearningError
from folkmoot.learning.learner import BASIS_POINTS, basis_points

Logits = NDArray[np.floating[Any]]
"""A model's outputs, (n, classes): their softmax is the probability that it gives to each class."""

Labels = NDArray[np.integer[Any]]
"""The true classes, (n,), from 0."""


def accuracy(logits: Logits, labels: Labels) -> int:
    """The share of samples whose class has the largest output, the first of several; rounded down."""
    return basis_points(int((logits.argmax(1) == labels).sum()), len(labels))


def balanced_loss(logits: Logits, labels: Labels) -> int:
    """10000 * exp(-L), rounded down; L is cross-entropy in nats, its mean over each class's samples, then over classes.

    So all classes that occur weigh the same, as in Brodersen et al., "The Balanced Accuracy and Its Posterior
    Distribution", ICPR 2010. exp(-L) is the geometric mean of the probabilities given to the truth: a ratio of two
    scores is the same difference of losses wherever they lie. Half of a score is ln 2 nats, one bit, worse in each
    sample; that is what the ratios of `MedianScore` compare. A model that knows nothing of C classes scores 10000 / C,
    and one whose outputs are not finite 0.
    """
    with np.errstate(all="ignore"):  # outputs of strangers' models may overflow
        centred = logits.astype(np.float64) - logits.max(1, keepdims=True)
        losses = np.log(np.exp(centred).sum(1)) - centred[np.arange(len(labels)), labels]
        counts, sums = np.bincount(labels), np.bincount(labels, weights=losses)
        loss = float((sums[counts > 0] / counts[counts > 0]).mean())
    return int(BASIS_POINTS * np.exp(-loss)) if np.isfinite(loss) else 0


METRICS: Mapping[str, Callable[[Logits, Labels], int]] = {"accuracy": accuracy, "balanced_loss": balanced_loss}


def score(metric: str, logits: Logits, labels: Labels) -> int:
    """A model's score in basis points, 0 to 10000, from its outputs (n, classes) and the true classes (n,), n >= 1.

    Raises `LearningError` for an unknown metric.
    """
    check_metric(metric)
    return METRICS[metric](logits, labels)


def check_metric(name: str) -> None:
    """Raise `LearningError` unless there is a metric of this name."""
    if name not in METRICS:
        raise LearningError(f"there is no metric {name!r}", hint=f"one of {', '.join(METRICS)}")
