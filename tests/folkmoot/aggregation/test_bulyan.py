import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.aggregation import (
    VECTORS,
    apply,
    columns,
    cut_off,
    krum_order,
    near_the_median,
    rounded,
)


@given(VECTORS.filter(lambda vectors: len(vectors) >= 3), st.integers(0, 5))
def test_it_is_the_reference(vectors: list[list[int]], f: int) -> None:
    used = min(f, (len(vectors) - 3) // 4)
    left, chosen, exact = list(range(len(vectors))), list[int](), cut_off(vectors)
    while len(chosen) < len(vectors) - 2 * used:
        chosen.append(krum_order(exact, used, left)[0])
        left.remove(chosen[-1])
    kept = [vectors[index] for index in chosen]
    expected = rounded([near_the_median(column, len(kept) - 2 * used) for column in columns(kept)])
    result = apply("bulyan/1", vectors, f=f)
    assert result.tensors["w"].tolist() == expected
    assert (result.rule, result.f) == ("bulyan/1", used)


def test_one_absurd_number_in_an_update_that_krum_likes_is_left_out() -> None:
    honest = [[10.0, 0.0], [10.0, 1.0], [10.0, 2.0], [10.0, 1.0], [10.0, 1.0], [10.0, 1.0]]
    result = apply("bulyan/1", [[10.0, 7.0], *honest], f=1).tensors["w"]
    assert result.tolist() == [10.0, 1.0]


@pytest.mark.parametrize("count", [1, 2])
def test_with_too_few_updates_the_median_stands_in(count: int) -> None:
    result = apply("bulyan/1", [[4.0], [2.0]][:count], f=3)
    assert (result.rule, result.f, result.tensors["w"].tolist()) == ("median/1", 0, [4.0 if count == 1 else 3.0])
