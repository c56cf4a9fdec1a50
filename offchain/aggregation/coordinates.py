"""Coordinate by coordinate: what rules on sorted values have in common."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from offchain.aggregation.registry import Contribution, Tensors

BLOCK = 1 << 16
"""Coordinates that are worked on together: memory beyond the updates and the result is this many times their number."""

Reduce = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""From the values of each coordinate, sorted along axis 0, to one value."""


def reduced(contributions: Sequence[Contribution], parent: Tensors, reduce: Reduce) -> dict[str, NDArray[np.float32]]:
    """Each number of the model, made of the updates' numbers in its place and rounded once to float32."""
    return {name: _reduced([entry.tensors[name] for entry in contributions], reduce) for name in parent}


def _reduced(tensors: Sequence[NDArray[np.float32]], reduce: Reduce) -> NDArray[np.float32]:
    flat = [tensor.reshape(-1) for tensor in tensors]
    result = np.empty(flat[0].shape, dtype=np.float32)
    for start in range(0, len(result), BLOCK):
        block = np.stack([values[start : start + BLOCK] for values in flat])
        result[start : start + BLOCK] = reduce(np.sort(block, axis=0))
    return result.reshape(tensors[0].shape)


def middle(ordered: NDArray[np.float32]) -> NDArray[np.float64]:
    """The median: for an even count (lower middle + upper middle) / 2 in float64."""
    count = len(ordered)
    both: NDArray[np.float64] = np.add(ordered[(count - 1) // 2], ordered[count // 2], dtype=np.float64)
    return np.divide(both, 2.0, out=both)


def plain_mean(rows: Sequence[NDArray[np.float32]] | NDArray[np.float32]) -> NDArray[np.float64]:
    """The mean of rows, added up in the order given, from +0.0, in float64."""
    total = np.zeros(rows[0].shape, dtype=np.float64)
    for row in rows:
        np.add(total, row, out=total, dtype=np.float64)
    return np.divide(total, len(rows), out=total)
