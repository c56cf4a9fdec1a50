"""Bulyan: Krum selects updates, then each number is averaged over the values nearest to its median.

El Mhamdi et al., "The Hidden Vulnerability of Distributed Learning in Byzantium", ICML 2018.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from folkmoot.aggregation.coordinates import middle, reduced
from folkmoot.aggregation.distances import squared_distances
from folkmoot.aggregation.krum import FEWEST, Distances, ranking
from folkmoot.aggregation.median import median
from folkmoot.aggregation.registry import Aggregate, Circumstances, Contribution, Tensors, rule

NAME = "bulyan/1"


@rule(NAME)
def bulyan(contributions: Sequence[Contribution], parent: Tensors, given: Circumstances) -> Aggregate:
    """The mean of the n - 4f values nearest to the median, of n - 2f updates that Krum selects one after the other.

    Sample counts do not weigh. `f` is clipped to (n - 3) / 4; below 3 updates the coordinate-wise median stands in.
    Of two values equally far from the median the larger goes first; the rest are added from the smallest up in float64.
    """
    count = len(contributions)
    if count < FEWEST:
        return median(contributions, parent, given)
    f = min(given.f, (count - FEWEST) // 4)
    chosen = sorted(chosen_in_turn(squared_distances(contributions, parent), f))
    tensors = reduced([contributions[index] for index in chosen], parent, lambda ordered: nearest_mean(ordered, 2 * f))
    return Aggregate(tensors, NAME, f)


def chosen_in_turn(distances: Distances, f: int) -> list[int]:
    """Krum's first choice, then its first among the rest, and so on until n - 2f are chosen."""
    left, chosen = list(range(len(distances))), list[int]()
    while len(chosen) < len(distances) - 2 * f:
        best = ranking(distances, f, left)[0]
        left.remove(best)
        chosen.append(best)
    return chosen


def nearest_mean(ordered: NDArray[np.float32], dropped: int) -> NDArray[np.float64]:
    """The mean of each column's values without the `dropped` ones farthest from its median."""
    median, columns = middle(ordered), np.arange(ordered.shape[1])
    low, high = np.zeros(len(columns), dtype=np.intp), np.full(len(columns), len(ordered) - 1, dtype=np.intp)
    for _ in range(dropped):
        below = np.subtract(median, ordered[low, columns], dtype=np.float64)
        above = np.subtract(ordered[high, columns], median, dtype=np.float64)
        drop_low = below > above
        low, high = low + drop_low, high - ~drop_low
    total = np.zeros(len(columns), dtype=np.float64)
    for row in range(len(ordered) - dropped):
        np.add(total, ordered[low + row, columns], out=total, dtype=np.float64)
    return np.divide(total, len(ordered) - dropped, out=total)
