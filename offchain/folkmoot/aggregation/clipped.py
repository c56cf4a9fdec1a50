"""The mean of changes that are clipped to the median of their norms, so that no update outweighs the usual one.

Sun et al., "Can You Really Backdoor Federated Learning?", 2019, bound the norm of every change. Here the bound follows
the round: it is the median norm, as in Nguyen et al., "FLAME: Taming Backdoors in Federated Learning", USENIX Security
2022.
"""

from collections.abc import Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from folkmoot.aggregation.coordinates import changed_blocks, plain_mean
from folkmoot.aggregation.registry import Aggregate, Circumstances, Contribution, Tensors, rule


@rule("clipped/1")
def clipped(contributions: Sequence[Contribution], parent: Tensors, _: Circumstances) -> Aggregate:
    """The parent plus the plain mean of the updates' changes, none longer than the lower median of their norms.

    While fewer than half of the updates attack, that bound lies between two honest norms. Sample counts do not weigh.
    All is computed in float64: each change is scaled by bound / norm, then they are added in address order. The result
    is rounded once to float32.
    """
    lengths = norms(contributions, parent)
    bound = sorted(lengths)[(len(lengths) - 1) // 2]
    factors = np.array([bound / length if length > bound else 1.0 for length in lengths])
    result = {name: np.empty(tensor.shape, dtype=np.float32) for name, tensor in parent.items()}
    for name, block, changes in changed_blocks(contributions, parent):
        np.multiply(changes, factors[:, None], out=changes)
        base = parent[name].reshape(-1)[block]
        result[name].reshape(-1)[block] = np.add(base, plain_mean(changes), dtype=np.float64)
    return Aggregate(result)


def norms(contributions: Sequence[Contribution], parent: Tensors) -> list[float]:
    """Euclidean norms of the updates' changes to the parent, over all tensors, the same on every machine."""
    squares = np.zeros(len(contributions))
    for _, _, changes in changed_blocks(contributions, parent):
        squares += folded(np.square(changes, out=changes))
    return [sqrt(square) for square in squares.tolist()]


def folded(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each row's sum. The second half is added to the first until one number is left; `rows` is overwritten.

    Every addition then has its place. NumPy's own sum takes the order that suits the processor.
    """
    while (width := rows.shape[1]) > 1:
        half = width // 2
        rows[:, :half] += rows[:, width - half :]
        rows = rows[:, : width - half]
    return rows[:, 0]
