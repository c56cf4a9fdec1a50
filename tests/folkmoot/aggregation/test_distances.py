from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given

from folkmoot.aggregation import Contribution
from folkmoot.aggregation.distances import squared_distances
from tests.support.aggregation import VECTORS, cut_off, squared


def distances(vectors: Sequence[Sequence[float]], parent: Sequence[float] | None = None) -> list[list[int]]:
    base = {"w": np.array(parent or [0] * len(vectors[0]), np.float32)}
    entries = [Contribution(f"0x{n:040x}", 1, {"w": np.array(v, np.float32)}) for n, v in enumerate(vectors)]
    return squared_distances(entries, base)


@given(VECTORS)
def test_they_are_those_of_euclid_in_some_unit(vectors: list[list[int]]) -> None:
    exact = [[squared(one, other) for other in cut_off(vectors)] for one in cut_off(vectors)]
    found = distances(vectors)
    unit = next((f / e for fs, es in zip(found, exact, strict=True) for f, e in zip(fs, es, strict=True) if e), 1)
    assert found == [[unit * square for square in row] for row in exact]


def test_they_are_whole_symmetric_and_0_to_oneself() -> None:
    vectors = np.random.default_rng(0).standard_normal((6, 40)).tolist()
    found = distances(vectors)
    assert all(isinstance(square, int) for row in found for square in row)
    assert found == [list(column) for column in zip(*found, strict=True)]
    assert [row[index] for index, row in enumerate(found)] == [0] * 6


def test_changes_to_the_parent_are_what_is_compared() -> None:
    near = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    far = [[1.0 + 2**10, 0.0], [2.0**10, 1.0], [1.0 + 2**10, 1.0]]
    assert distances(far, parent=[2**10, 0]) == distances(near)


def test_powers_of_two_change_nothing() -> None:
    vectors = [[3.0, -1.0], [0.5, 2.0], [7.0, 7.0]]
    for exponent in (-140, -20, 30, 120):
        assert distances([[value * 2.0**exponent for value in vector] for vector in vectors]) == distances(vectors)


@pytest.mark.parametrize("absurd", [1e10, 1e30, 3e38])
def test_an_absurd_update_leaves_the_others_their_distances(absurd: float) -> None:
    honest = [[1.0, 2.0], [2.0, 1.0], [1.5, 1.5]]
    found = distances([*honest, [absurd, -absurd]])
    limit = 16.0  # four times the power of two above 2, the lower median of the largest changes
    assert found == distances([*honest, [limit, -limit]])
    assert all(square > 0 for i, row in enumerate(found) for j, square in enumerate(row) if i != j)


def test_updates_that_change_nothing_are_at_no_distance() -> None:
    assert distances([[5.0, 5.0]] * 3, parent=[5, 5]) == [[0] * 3] * 3
