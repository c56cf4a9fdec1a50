import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.aggregation import VECTORS, apply, columns, rounded, trimmed


@given(VECTORS, st.integers(0, 8))
def test_it_is_the_reference(vectors: list[list[int]], f: int) -> None:
    used = min(f, (len(vectors) - 1) // 2)
    result = apply("trimmed-mean/1", vectors, f=f)
    assert result.tensors["w"].tolist() == rounded([trimmed(column, used) for column in columns(vectors)])
    assert (result.rule, result.f) == ("trimmed-mean/1", used)


@pytest.mark.parametrize(("f", "expected"), [(0, 3.0), (1, 2.0), (2, 1.0)])
def test_outliers_go_from_both_ends(f: int, expected: float) -> None:
    assert apply("trimmed-mean/1", [[0.0], [1.0], [-1.0], [5.0], [10.0]], f=f).tensors["w"].tolist() == [expected]


def test_with_all_that_can_be_assumed_it_is_the_median() -> None:
    vectors = [[3.0], [1.0], [2.0], [9.0], [7.0]]
    assert apply("trimmed-mean/1", vectors, f=9).tensors["w"] == apply("median/1", vectors).tensors["w"] == [3.0]
