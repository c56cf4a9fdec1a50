"""Federated averaging.

McMahan et al., "Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS 2017.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from offchain.aggregation.registry import Contribution, Tensors, clip_samples, rule
from offchain.errors import AggregationError

EXACT = 2**53
"""Integers up to here are float64 numbers."""


@rule("fedavg/1")
def fedavg(contributions: Sequence[Contribution], parent: Tensors, _f: int) -> dict[str, NDArray[np.float32]]:
    """The mean of the updates, weighted by their clipped sample counts.

    Each number is, in address order from +0.0, the float64 sum of float64 products weight * value, divided once by the
    sum of the weights and rounded once to float32. Product and sum are separate NumPy calls, so no processor can fuse
    them. Raises `AggregationError` when the weights add up to more than 2^53.
    """
    weights = clip_samples([contribution.samples for contribution in contributions])
    if sum(weights) > EXACT:
        raise AggregationError(f"the sample counts add up to {sum(weights)}", hint="at most 2^53 have exact weights")
    return {name: _mean([entry.tensors[name] for entry in contributions], weights) for name in parent}


def _mean(tensors: Sequence[NDArray[np.float32]], weights: Sequence[int]) -> NDArray[np.float32]:
    total = np.zeros(tensors[0].shape, dtype=np.float64)
    product = np.empty_like(total)
    for tensor, weight in zip(tensors, weights, strict=True):
        np.multiply(tensor, weight, out=product, dtype=np.float64)
        np.add(total, product, out=total)
    np.divide(total, sum(weights), out=total)
    return total.astype(np.float32)
