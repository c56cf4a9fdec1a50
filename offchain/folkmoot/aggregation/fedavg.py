"""Federated averaging, and its forerunner of one step a round.

McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS 2017.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from folkmoot.aggregation.registry import Aggregate, Circumstances, Contribution, Tensors, clip_samples, rule
from folkmoot.errors import AggregationError

EXACT = 2**53
"""All integers up to this one are float64 numbers."""


@rule("fedavg/1")
def fedavg(contributions: Sequence[Contribution], parent: Tensors, _: Circumstances) -> Aggregate:
    """The mean of the updates, weighted by their clipped sample counts.

    Each number is, in address order from +0.0, the float64 sum of float64 products weight * value, divided once by the
    sum of the weights and rounded once to float32. Product and sum are separate NumPy calls, so no processor can fuse
    them. Raises `AggregationError` when the weights add up to more than 2^53.
    """
    weights = exact_weights(contributions)
    tensors = {name: mean((entry.tensors[name] for entry in contributions), weights) for name in parent}
    return Aggregate({name: values.astype(np.float32) for name, values in tensors.items()})


@rule("fedsgd/1")
def fedsgd(contributions: Sequence[Contribution], parent: Tensors, _: Circumstances) -> Aggregate:
    """One step of gradient descent: the parent plus the weighted mean of what each update changed.

    For tasks of one local epoch with all data in one batch, whose updates are one gradient step away from the model.
    Differences and sum are taken in float64, as `fedavg` does; the result is rounded once.
    """
    weights = exact_weights(contributions)
    result = {}
    for name, old in parent.items():
        steps = (np.subtract(entry.tensors[name], old, dtype=np.float64) for entry in contributions)
        result[name] = np.add(old, mean(steps, weights), dtype=np.float64).astype(np.float32)
    return Aggregate(result)


def exact_weights(contributions: Sequence[Contribution]) -> list[int]:
    """Clipped sample counts. Raises `AggregationError` when they add up to more than 2^53."""
    weights = clip_samples([contribution.samples for contribution in contributions])
    if sum(weights) > EXACT:
        raise AggregationError(f"the sample counts add up to {sum(weights)}", hint="at most 2^53 have exact weights")
    return weights


def mean(tensors: Iterable[NDArray[np.floating[Any]]], weights: Sequence[int]) -> NDArray[np.float64]:
    """The weighted mean, added up in the order given, from +0.0, each product and sum rounded to float64."""
    total: NDArray[np.float64] = np.zeros(())
    for tensor, weight in zip(tensors, weights, strict=True):
        total = np.add(total, np.multiply(tensor, weight, dtype=np.float64))
    return np.divide(total, sum(weights))
