"""Coordinate-wise median (CwMed).

Yin et al., "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", ICML 2018.
"""

from collections.abc import Sequence

from folkmoot.aggregation.coordinates import middle, reduced
from folkmoot.aggregation.registry import Aggregate, Circumstances, Contribution, Tensors, rule

NAME = "median/1"


@rule(NAME)
def median(contributions: Sequence[Contribution], parent: Tensors, _: Circumstances) -> Aggregate:
    """The median of each number over the updates; sample counts do not weigh.

    For an even count it is (lower middle + upper middle) / 2, added and divided in float64 and rounded once to float32.
    Other rules fall back on it where they have too few updates.
    """
    return Aggregate(reduced(contributions, parent, middle), NAME)
