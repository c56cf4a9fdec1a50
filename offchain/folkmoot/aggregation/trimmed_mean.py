"""Coordinate-wise trimmed mean.

Yin et al., "Byzantine-Robust Distributed Learning: Towards Optimal Statistical Rates", ICML 2018.
"""

from collections.abc import Sequence

from folkmoot.aggregation.coordinates import plain_mean, reduced
from folkmoot.aggregation.registry import Aggregate, Circumstances, Contribution, Tensors, rule

NAME = "trimmed-mean/1"


@rule(NAME)
def trimmed_mean(contributions: Sequence[Contribution], parent: Tensors, given: Circumstances) -> Aggregate:
    """The mean of each number over the updates without its `f` smallest and `f` largest values.

    Sample counts do not weigh. `f` is clipped to (n - 1) / 2, where one value is left for odd n: the median. Values are
    added from the smallest up in float64, divided once and rounded once to float32.
    """
    count = len(contributions)
    f = min(given.f, (count - 1) // 2)
    return Aggregate(reduced(contributions, parent, lambda ordered: plain_mean(ordered[f : count - f])), NAME, f)
