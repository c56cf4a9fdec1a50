"""Federated averaging, and its forerunner of one step a round.

McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS 2017.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from folkmoot.aggregation.coordinates import blocks
from folkmoot.aggregation.registry import Aggregate, Circumstances, Contribution, Tensors, clip_samples, rule
from folkmoot.errors import AggregationError

EXACT = 2**53
"""All integers up to this one are float64 numbers."""

Flat = NDArray[np.floating[Any]]


@rule("fedavg/1", streaming=True)
def fedavg(contributions: Sequence[Contribution], parent: Tensors, _: Circumstances) -> Aggregate:
    """The mean of the updates, weighted by their clipped sample counts.

    Each number is, in address order from +0.0, the float64 sum of float64 products weight * value, divided once by the
    sum of the weights and rounded once to float32. Product and sum are separate NumPy calls, so no processor can fuse
    them. Raises `AggregationError` when the weights add up to more than 2^53.
    """
    means = _means(contributions, parent, lambda values, _: values)
    return Aggregate({name: means.pop(name).astype(np.float32) for name in parent})


@rule("fedsgd/1", streaming=True)
def fedsgd(contributions: Sequence[Contribution], parent: Tensors, _: Circumstances) -> Aggregate:
    """One step of gradient descent: the parent plus the weighted mean of what each update changed.

    For tasks of one local epoch with all data in one batch, whose updates are one gradient step away from the model.
    Differences and sum are taken in float64, as `fedavg` does; the result is rounded once.
    """
    steps = _means(contributions, parent, lambda values, old: np.subtract(values, old, dtype=np.float64))
    return Aggregate({n: np.add(old, steps.pop(n), dtype=np.float64).astype(np.float32) for n, old in parent.items()})


def exact_weights(contributions: Sequence[Contribution]) -> list[int]:
    """Clipped sample counts. Raises `AggregationError` when they add up to more than 2^53."""
    weights = clip_samples([contribution.samples for contribution in contributions])
    if sum(weights) > EXACT:
        raise AggregationError(f"the sample counts add up to {sum(weights)}", hint="at most 2^53 have exact weights")
    return weights


def _means(
    contributions: Sequence[Contribution], parent: Tensors, take: Callable[[Flat, Flat], Flat]
) -> dict[str, NDArray[np.float64]]:
    """The weighted means of what `take` makes of each update's numbers and the parent's, block by block.

    They are added up in the order given, from +0.0, each product and sum rounded to float64. Beside them only one
    update is held, and a few blocks.
    """
    weights = exact_weights(contributions)
    totals = {name: np.zeros(old.shape) for name, old in parent.items()}
    for contribution, weight in zip(contributions, weights, strict=True):
        tensors = contribution.tensors
        for name, block in blocks(parent):
            new, old = tensors[name].reshape(-1)[block], parent[name].reshape(-1)[block]
            totals[name].reshape(-1)[block] += np.multiply(take(new, old), weight, dtype=np.float64)
    for sums in totals.values():
        np.divide(sums, sum(weights), out=sums)
    return totals
