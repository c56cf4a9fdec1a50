import struct
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.aggregation import Circumstances, Contribution, aggregate
from folkmoot.errors import AggregationError

FLOAT32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
SAMPLES = st.one_of(st.integers(0, 20), st.integers(0, 2**32 - 1))
UPDATES = st.lists(st.tuples(SAMPLES, FLOAT32, FLOAT32), min_size=1, max_size=9)
LARGEST = float(np.finfo(np.float32).max)
TINIEST = float(np.finfo(np.float32).smallest_subnormal)


def fedavg(samples: list[int], *coordinates: list[float]) -> list[float]:
    """The rule's answer for each coordinate, given its value in each update."""
    contributions = [
        Contribution(f"0x{number:040x}", count, {"w": np.array(values, np.float32)})
        for number, (count, *values) in enumerate(zip(samples, *coordinates, strict=True))
    ]
    parent = {"w": np.zeros(len(coordinates), np.float32)}
    result: list[float] = (
        aggregate("fedavg/1", contributions, parent=parent, circumstances=Circumstances(f=0)).tensors["w"].tolist()
    )
    return result


def reference(samples: list[int], values: list[float]) -> float:
    """One coordinate in exact fractions, rounded to float64 after each step and to float32 at the end."""
    raised = [max(count, 1) for count in samples]
    limit = 2 * sorted(raised)[(len(raised) - 1) // 2]
    weights = [min(count, limit) for count in raised]
    total = 0.0
    for weight, value in zip(weights, values, strict=True):
        product = float(weight * Fraction(value))
        total = float(Fraction(total) + Fraction(product))
    mean = float(Fraction(total) / sum(weights))
    rounded: float = struct.unpack("<f", struct.pack("<f", mean))[0]
    return rounded


def bits(values: list[float]) -> bytes:
    return np.array(values, np.float32).tobytes()


@given(UPDATES)
def test_it_is_the_reference_bit_for_bit(updates: list[tuple[int, float, float]]) -> None:
    samples, first, second = (list(column) for column in zip(*updates, strict=True))
    expected = [reference(samples, first) + 0.0, reference(samples, second) + 0.0]  # + 0.0 makes zeros positive
    assert bits(fedavg(samples, first, second)) == bits(expected)


def test_it_weighs_by_samples() -> None:
    assert fedavg([1, 3, 2], [10.0, 20.0, 60.0]) == [pytest.approx((10 + 3 * 20 + 2 * 60) / 6)]


def test_claimed_samples_weigh_at_most_twice_the_lower_median() -> None:
    assert fedavg([10, 10, 10**9], [0.0, 0.0, 4.0]) == [2.0]


def test_one_contribution_is_the_model() -> None:
    values = [1.5, -2.25, TINIEST, LARGEST, 0.0]
    assert fedavg([7], *([value] for value in values)) == values


def test_products_are_taken_in_float64() -> None:
    """In float32, 3 * 16777215 and the sum with 1 would both be rounded."""
    assert fedavg([3, 2, 2], [16777215.0, 1.0, 1.0]) == [np.float32((3 * 16777215 + 4) / 7)]


def test_the_order_of_the_sum_is_the_order_of_addresses() -> None:
    """The sum ends at 0 in one order and at 1 in the other: beside 2^60, float64 cannot see 1."""
    assert fedavg([1, 1, 1], [2.0**60, 1.0, -(2.0**60)]) == [0.0]
    assert fedavg([1, 1, 1], [2.0**60, -(2.0**60), 1.0]) == [np.float32(1 / 3)]


def test_a_product_is_rounded_before_it_is_added() -> None:
    """Fused, the second step would leave what rounding took from the first product: it has 54 bits."""
    weight, value = 2**30 + 1, 2.0**24 - 3
    assert fedavg([weight, weight], [value, -value]) == [0.0]


def test_the_largest_numbers_do_not_overflow() -> None:
    assert fedavg([9, 10, 11], [LARGEST] * 3, [-LARGEST] * 3) == [LARGEST, -LARGEST]


def test_the_tiniest_numbers_survive() -> None:
    assert fedavg([1, 1, 1], [TINIEST] * 3) == [TINIEST]


@pytest.mark.parametrize("values", [[-0.0, -0.0], [1.0, -1.0], [-TINIEST, 0.0, 0.0]])
def test_zeros_are_positive(values: list[float]) -> None:
    assert bits(fedavg([1] * len(values), values)) == bytes(4)


def test_weights_that_float64_cannot_hold_are_refused() -> None:
    assert fedavg([2**52, 2**52], [1.0, 1.0]) == [1.0]
    with pytest.raises(AggregationError, match="add up to 9007199254740993"):
        fedavg([2**52, 2**52 + 1], [1.0, 1.0])


# One step a round


@given(UPDATES)
def test_fedsgd_is_the_parent_and_the_mean_change(updates: list[tuple[int, float, float]]) -> None:
    samples, first, second = (list(column) for column in zip(*updates, strict=True))
    parent = np.array([0.5, -3.25], np.float32)
    contributions = [
        Contribution(f"0x{number:040x}", count, {"w": np.array([one, other], np.float32)})
        for number, (count, one, other) in enumerate(updates)
    ]
    steps = [
        [float(np.float64(value) - old) for value in column]
        for column, old in zip((first, second), parent, strict=True)
    ]
    expected = [stepped(samples, column, float(old)) for column, old in zip(steps, parent, strict=True)]
    result = aggregate("fedsgd/1", contributions, parent={"w": parent}, circumstances=Circumstances(f=0))
    assert bits(result.tensors["w"].tolist()) == bits([value + 0.0 for value in expected])


def stepped(samples: list[int], steps: list[float], old: float) -> float:
    """One coordinate: the parent's number and the mean of the changes, in float64."""
    raised = [max(count, 1) for count in samples]
    limit = 2 * sorted(raised)[(len(raised) - 1) // 2]
    weights = [min(count, limit) for count in raised]
    total = 0.0
    for weight, step in zip(weights, steps, strict=True):
        total = total + weight * step
    return float(np.float32(old + total / sum(weights)))
