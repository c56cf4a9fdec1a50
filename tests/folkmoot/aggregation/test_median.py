import statistics
import struct
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.aggregation import Circumstances, Contribution, aggregate

FLOAT32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
LARGEST = float(np.finfo(np.float32).max)


def median(*rows: list[float], shape: tuple[int, ...] = (-1,)) -> list[float]:
    """The rule's answer for updates given as rows."""
    updates = [np.array(row, np.float32).reshape(shape) for row in rows]
    contributions = [Contribution(f"0x{number:040x}", 1, {"w": update}) for number, update in enumerate(updates)]
    aggregated = aggregate(
        "median/1", contributions, parent={"w": updates[0]}, circumstances=Circumstances(f=0)
    ).tensors["w"]
    assert aggregated.shape == updates[0].shape
    result: list[float] = aggregated.reshape(-1).tolist()
    return result


def reference(values: list[float]) -> float:
    """The median in exact fractions, rounded to float64 after the sum and to float32 at the end."""
    ordered = sorted(values)
    total = float(Fraction(ordered[(len(values) - 1) // 2]) + Fraction(ordered[len(values) // 2]))
    rounded: float = struct.unpack("<f", struct.pack("<f", total / 2))[0]
    return rounded + 0.0


@given(st.lists(FLOAT32, min_size=1, max_size=8))
def test_it_is_the_reference_bit_for_bit(values: list[float]) -> None:
    expected = np.array([reference(values)], np.float32)
    assert np.array(median(*([value] for value in values)), np.float32).tobytes() == expected.tobytes()


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=9))
def test_it_is_the_median_of_the_textbooks(values: list[int]) -> None:
    assert median(*([float(value)] for value in values)) == [statistics.median(values)]


def test_each_coordinate_has_its_own_median() -> None:
    assert median([1, 9, 5], [2, 8, -5], [3, 7, 0]) == [2, 8, 0]


def test_an_even_count_is_rounded_once() -> None:
    low, high = (np.float32(1) + np.array([0, 1], np.float32) * np.finfo(np.float32).eps).tolist()
    assert median([low], [high]) == [1.0]  # half way: to the even one
    assert median([LARGEST], [LARGEST]) == [LARGEST]  # their sum is no float32


def test_a_minority_cannot_move_it_out_of_the_others_range() -> None:
    assert median([LARGEST], [1.0], [2.0], [3.0], [-LARGEST]) == [2.0]


@pytest.mark.parametrize("values", [[-0.0], [0.0, -0.0], [-0.0, 0.0, -0.0], [-1.0, 1.0]])
def test_zeros_are_positive(values: list[float]) -> None:
    assert np.array(median(*([value] for value in values)), np.float32).tobytes() == bytes(4)


@pytest.mark.parametrize("size", [65_535, 65_536, 65_537, 200_000])
def test_large_tensors_are_sorted_whole(size: int) -> None:
    rows = np.random.default_rng(size).standard_normal((5, size), dtype=np.float32)
    assert median(*rows.tolist()) == np.median(rows, axis=0).tolist()


@pytest.mark.parametrize("shape", [(2, 3), (3, 1, 2), (6,)])
def test_any_shape_is_kept(shape: tuple[int, ...]) -> None:
    assert median([1, 2, 3, 4, 5, 6], [6, 5, 4, 3, 2, 1], [3] * 6, shape=shape) == [3] * 6
