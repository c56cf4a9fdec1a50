"""Coordinate-wise median.

Yin et al., "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", ICML 2018.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from offchain.aggregation.registry import Contribution, Tensors, rule

BLOCK = 1 << 16
"""Coordinates that are sorted together: memory beyond the updates and the result is this many times their number."""


@rule("median/1")
def median(contributions: Sequence[Contribution], parent: Tensors, _f: int) -> dict[str, NDArray[np.float32]]:
    """The median of each number over the updates; sample counts do not weigh.

    For an even count it is (lower middle + upper middle) / 2, added and divided in float64 and rounded once to float32.
    """
    return {name: _median([entry.tensors[name] for entry in contributions]) for name in parent}


def _median(tensors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    flat = [tensor.reshape(-1) for tensor in tensors]
    result = np.empty(flat[0].shape, dtype=np.float32)
    for start in range(0, len(result), BLOCK):
        block = np.stack([values[start : start + BLOCK] for values in flat])
        result[start : start + BLOCK] = _middle(np.sort(block, axis=0))
    return result.reshape(tensors[0].shape)


def _middle(ordered: NDArray[np.float32]) -> NDArray[np.float32]:
    count = len(ordered)
    both: NDArray[np.float64] = np.add(ordered[(count - 1) // 2], ordered[count // 2], dtype=np.float64)
    np.divide(both, 2.0, out=both)
    return both.astype(np.float32)
