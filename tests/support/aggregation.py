"""The rules once more, as their papers have them: on plain lists, in exact fractions, without NumPy."""

from collections.abc import Sequence
from fractions import Fraction
from math import fsum, sqrt

import numpy as np
from hypothesis import strategies as st

from folkmoot.aggregation import Aggregate, Circumstances, Contribution, aggregate

Vector = Sequence[Fraction]

SMALL = st.integers(-40, 40)  # whole numbers: no scale rounds them
VECTORS = st.integers(1, 4).flatmap(
    lambda size: st.lists(st.lists(SMALL, min_size=size, max_size=size), min_size=1, max_size=12)
)


def apply(rule: str, vectors: Sequence[Sequence[float]], *, f: int = 0, **given: object) -> Aggregate:
    """The rule's answer to updates of one tensor, of authors in this order; the parent is 0."""
    entries = [
        Contribution(f"0x{number:040x}", 10, {"w": np.array(vector, np.float32)})
        for number, vector in enumerate(vectors)
    ]
    parent = {"w": np.zeros(len(vectors[0]), np.float32)}
    return aggregate(rule, entries, parent=parent, circumstances=Circumstances(f=f, **given))  # type: ignore[arg-type]


def rounded(vector: Sequence[Fraction]) -> list[float]:
    """Each number as float64, then as float32."""
    return [float(np.float32(float(value))) for value in vector]


def cut_off(vectors: Sequence[Sequence[int]]) -> list[Vector]:
    """Coordinates limited to four times the power of two above the lower median of the largest ones."""
    moved = sorted(m for m in (max(map(abs, vector)) for vector in vectors) if m)
    limit = 4 * 2 ** moved[(len(moved) - 1) // 2].bit_length() if moved else 0
    return [[Fraction(max(-limit, min(limit, value))) for value in vector] for vector in vectors]


def squared(one: Vector, other: Vector) -> Fraction:
    return sum(((a - b) ** 2 for a, b in zip(one, other, strict=True)), Fraction())


def krum_order(vectors: Sequence[Vector], f: int, among: Sequence[int]) -> list[int]:
    """Blanchard et al., section 4: by the sum of squared distances to the n - f - 2 nearest others."""

    def score(i: int) -> Fraction:
        others = sorted(squared(vectors[i], vectors[j]) for j in among if j != i)
        return sum(others[: max(len(among) - f - 2, 1)], Fraction())

    return sorted(among, key=lambda i: (score(i), i))


def bift_choice(vectors: Sequence[Vector]) -> int:
    """He et al., Algorithm 2: by the sum of distances to all others. Whole numbers below 2^53 have float64 roots."""
    sums = [fsum(sqrt(squared(one, other)) for other in vectors) for one in vectors]
    return sums.index(min(sums))


def mean(values: Sequence[Fraction]) -> Fraction:
    return sum(values, Fraction()) / len(values)


def median(values: Sequence[Fraction]) -> Fraction:
    ordered = sorted(values)
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2


def trimmed(values: Sequence[Fraction], f: int) -> Fraction:
    """Yin et al., definition 2."""
    return mean(sorted(values)[f : len(values) - f])


def near_the_median(values: Sequence[Fraction], count: int) -> Fraction:
    """El Mhamdi et al., section 4: the mean of the `count` values nearest to the median; of two the smaller stays."""
    centre = median(values)
    return mean(sorted(values, key=lambda value: (abs(value - centre), value))[:count])


def columns(vectors: Sequence[Sequence[int]]) -> list[list[Fraction]]:
    return [[Fraction(value) for value in column] for column in zip(*vectors, strict=True)]
