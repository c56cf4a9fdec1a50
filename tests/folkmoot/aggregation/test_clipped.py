from math import fsum, hypot, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.aggregation import Circumstances, Contribution, aggregate
from folkmoot.aggregation.clipped import norms
from tests.support.aggregation import VECTORS, apply

HONEST = [[3.0, 4.0], [-3.0, 4.0], [6.0, 8.0]]  # norms 5, 5 and 10
COORDINATES = st.floats(-1e6, 1e6, width=32)
PLANE = st.tuples(COORDINATES, COORDINATES).map(list)


def clipped(vectors: list[list[float]], parent: list[float]) -> list[float]:
    """The rule on plain numbers, each operation rounded to float64 and the end to float32."""
    changes = [[value - old for value, old in zip(vector, parent, strict=True)] for vector in vectors]
    lengths = [sqrt(sum(value * value for value in change)) for change in changes]
    bound = sorted(lengths)[(len(lengths) - 1) // 2]
    factors = [bound / length if length > bound else 1.0 for length in lengths]
    result = []
    for position, old in enumerate(parent):
        total = 0.0
        for change, factor in zip(changes, factors, strict=True):
            total += change[position] * factor
        result.append(float(np.float32(old + total / len(changes))) + 0.0)
    return result


def applied(vectors: list[list[float]], parent: list[float], samples: int = 10) -> list[float]:
    entries = [
        Contribution(f"0x{number:040x}", samples**number, {"w": np.array(vector, np.float32)})
        for number, vector in enumerate(vectors)
    ]
    base = {"w": np.array(parent, np.float32)}
    found: list[float] = (
        aggregate("clipped/1", entries, parent=base, circumstances=Circumstances(f=0)).tensors["w"].tolist()
    )
    return found


@given(VECTORS)
def test_it_is_the_reference(vectors: list[list[int]]) -> None:
    result = apply("clipped/1", vectors, f=3)
    assert result.tensors["w"].tolist() == clipped([[*map(float, v)] for v in vectors], [0.0] * len(vectors[0]))
    assert (result.rule, result.f) == ("clipped/1", 0)


@given(st.lists(PLANE, min_size=1, max_size=9), PLANE)
def test_changes_to_the_parent_are_clipped_bit_for_bit(vectors: list[list[float]], parent: list[float]) -> None:
    assert applied(vectors, parent) == clipped(vectors, parent)


def test_what_is_longer_than_the_lower_median_is_shortened_to_it() -> None:
    assert applied(HONEST, [0, 0]) == [1.0, 4.0]  # 3 - 3 + 3 and 4 + 4 + 4, over 3
    assert applied([*HONEST, [0.0, 20.0]], [0, 0]) == [0.75, 4.25]


@pytest.mark.parametrize("length", [10.0, 1e10, 3e38])
def test_an_update_however_long_counts_as_the_usual_one(length: float) -> None:
    assert applied([*HONEST[:2], [length, 0.0]], [0, 0]) == applied([*HONEST[:2], [5.0, 0.0]], [0, 0])


@given(st.lists(PLANE, min_size=1, max_size=6), st.data())
def test_fewer_than_half_move_the_model_no_further_than_an_honest_update(
    honest: list[list[float]], data: st.DataObject
) -> None:
    attacks = data.draw(st.lists(PLANE, max_size=len(honest) - 1))
    longest = max(hypot(*vector) for vector in honest)
    assert hypot(*applied([*honest, *attacks], [0, 0])) <= longest * (1 + 1e-6)


def test_claims_of_samples_do_not_weigh() -> None:
    assert applied(HONEST, [1, 1], samples=1) == applied(HONEST, [1, 1], samples=10**6)


def test_where_most_changed_nothing_the_model_stays() -> None:
    assert applied([[7.0, 7.0], [7.0, 7.0], [100.0, 0.0]], [7, 7]) == [7.0, 7.0]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000, 600_001])
def test_norms_are_those_of_euclid_over_all_tensors(size: int) -> None:
    draw = np.random.default_rng(size)
    parent = {"w": draw.standard_normal(size, np.float32), "b": np.zeros((), np.float32)}
    updates = [
        {"w": parent["w"] + draw.standard_normal(size, np.float32), "b": np.array(n, np.float32)} for n in (3, 4)
    ]
    entries = [Contribution(f"0x{n:040x}", 1, update) for n, update in enumerate(updates)]
    exact = [
        sqrt(fsum(np.square(np.subtract(u["w"], parent["w"], dtype=np.float64)).tolist()) + float(u["b"]) ** 2)
        for u in updates
    ]
    assert norms(entries, parent) == pytest.approx(exact, rel=1e-14)
