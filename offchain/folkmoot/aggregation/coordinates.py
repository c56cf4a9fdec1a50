"""What rules have in common that work on each coordinate by itself."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from folkmoot.aggregation.registry import Contribution, Tensors

_BLOCK = 1 << 16  # coordinates

Reduce = Callable[[NDArray[np.float32]], NDArray[np.float64]]
"""From the values of each coordinate, sorted along axis 0, to one value."""


def reduced(contributions: Sequence[Contribution], parent: Tensors, reduce: Reduce) -> dict[str, NDArray[np.float32]]:
    """Each number of the model from the updates' numbers in its place, rounded once to float32."""
    result = {name: np.empty(tensor.shape, dtype=np.float32) for name, tensor in parent.items()}
    for name, block in blocks(parent):
        values = np.stack([entry.tensors[name].reshape(-1)[block] for entry in contributions])
        values.sort(axis=0)
        result[name].reshape(-1)[block] = reduce(values)
    return result


def blocks(parent: Tensors) -> Iterator[tuple[str, slice]]:
    """The blocks of coordinates to work on: a tensor's name, and a slice of the flattened tensor.

    They are so small that a few blocks of all updates in float64 take less memory than the updates.
    """
    most = min(_BLOCK, sum(tensor.size for tensor in parent.values()) // 8 + 1)
    for name, tensor in parent.items():
        for start in range(0, tensor.size, most):
            yield name, slice(start, start + most)


def changed_blocks(
    contributions: Sequence[Contribution], parent: Tensors
) -> Iterator[tuple[str, slice, NDArray[np.float64]]]:
    """The updates' changes to the parent in each of its `blocks`: (updates, coordinates) in float64."""
    for name, block in blocks(parent):
        base = parent[name].reshape(-1)[block]
        changes = np.empty((len(contributions), base.size))
        for row, entry in zip(changes, contributions, strict=True):
            np.subtract(entry.tensors[name].reshape(-1)[block], base, out=row, dtype=np.float64)
        yield name, block, changes


def middle(ordered: NDArray[np.float32]) -> NDArray[np.float64]:
    """The median: for an even count (lower middle + upper middle) / 2 in float64."""
    count = len(ordered)
    both: NDArray[np.float64] = np.add(ordered[(count - 1) // 2], ordered[count // 2], dtype=np.float64)
    return np.divide(both, 2.0, out=both)


def plain_mean(rows: Sequence[NDArray[np.float32]] | NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """The mean of rows, added up in the order given, from +0.0, in float64."""
    total = np.zeros(rows[0].shape, dtype=np.float64)
    for row in rows:
        np.add(total, row, out=total, dtype=np.float64)
    return np.divide(total, len(rows), out=total)
