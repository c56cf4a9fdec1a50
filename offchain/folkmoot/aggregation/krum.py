"""Krum: the update that lies closest to the others.

Blanchard et al., "Machine Learning with Adversaries: Byzantine Tolerant Gradient Descent", NeurIPS 2017.
"""

from collections.abc import Sequence
from math import fsum, sqrt

import numpy as np

from folkmoot.aggregation.coordinates import plain_mean
from folkmoot.aggregation.distances import squared_distances
from folkmoot.aggregation.median import median
from folkmoot.aggregation.registry import Aggregate, Circumstances, Contribution, Tensors, rule

FEWEST = 3
"""The fewest updates that Krum works on: its score takes n - f - 2 others, which has to be at least 1."""

Distances = Sequence[Sequence[int]]


@rule("krum/1")
def krum(contributions: Sequence[Contribution], parent: Tensors, given: Circumstances) -> Aggregate:
    """The update with the smallest sum of squared distances to its n - f - 2 nearest others; ties by address.

    `f` is clipped to (n - 3) / 2; below 3 updates the coordinate-wise median stands in.
    """
    if len(contributions) < FEWEST:
        return median(contributions, parent, given)
    f = most_attackers(given.f, len(contributions))
    best = ranking(squared_distances(contributions, parent), f)[0]
    return Aggregate(dict(contributions[best].tensors), "krum/1", f)


@rule("multi-krum/1")
def multi_krum(contributions: Sequence[Contribution], parent: Tensors, given: Circumstances) -> Aggregate:
    """The plain mean of the n - f updates that Krum ranks first, added up in address order; else as `krum`."""
    if len(contributions) < FEWEST:
        return median(contributions, parent, given)
    f = most_attackers(given.f, len(contributions))
    chosen = sorted(ranking(squared_distances(contributions, parent), f)[: len(contributions) - f])
    means = {name: plain_mean([contributions[index].tensors[name] for index in chosen]) for name in parent}
    return Aggregate({name: values.astype(np.float32) for name, values in means.items()}, "multi-krum/1", f)


@rule("bift-krum/1")
def bift_krum(contributions: Sequence[Contribution], parent: Tensors, given: Circumstances) -> Aggregate:
    """The update with the smallest sum of distances to all others; ties by address.

    He et al., "Bift: A Blockchain-Based Federated Learning System for Connected and Autonomous Vehicles", Algorithm 2,
    lines 1-12: plain distances, not squared, and of all, so that no `f` is assumed. Roots are rounded to float64 each,
    their sum once. Below 3 updates the coordinate-wise median stands in.
    """
    if len(contributions) < FEWEST:
        return median(contributions, parent, given)
    sums = [fsum(map(sqrt, row)) for row in squared_distances(contributions, parent)]
    return Aggregate(dict(contributions[sums.index(min(sums))].tensors), "bift-krum/1")


def most_attackers(f: int, count: int) -> int:
    """`f`, or the most attackers that Krum tolerates among so many updates."""
    return min(f, (count - FEWEST) // 2)


def ranking(distances: Distances, f: int, among: Sequence[int] | None = None) -> list[int]:
    """Indices in Krum's order, best first, ties by index; with `among`, only of these, by their distances."""
    rows = range(len(distances)) if among is None else among
    nearest = max(len(rows) - f - 2, 1)
    scores = {i: sum(sorted(distances[i][j] for j in rows if j != i)[:nearest]) for i in rows}
    return sorted(rows, key=scores.__getitem__)
