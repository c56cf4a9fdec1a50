import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.aggregation import (
    VECTORS,
    apply,
    bift_choice,
    columns,
    cut_off,
    krum_order,
    mean,
    rounded,
)

HONEST = [[10.0, 10.0], [11.0, 10.0], [10.0, 11.0], [11.0, 11.0], [10.5, 10.5]]
ASSUMED = st.integers(0, 8)


@given(VECTORS.filter(lambda vectors: len(vectors) >= 3), ASSUMED)
def test_krum_is_the_reference(vectors: list[list[int]], f: int) -> None:
    used = min(f, (len(vectors) - 3) // 2)
    best = krum_order(cut_off(vectors), used, range(len(vectors)))[0]
    result = apply("krum/1", vectors, f=f)
    assert result.tensors["w"].tolist() == vectors[best]
    assert (result.rule, result.f) == ("krum/1", used)


@given(VECTORS.filter(lambda vectors: len(vectors) >= 3), ASSUMED)
def test_multi_krum_is_the_reference(vectors: list[list[int]], f: int) -> None:
    used = min(f, (len(vectors) - 3) // 2)
    order = krum_order(cut_off(vectors), used, range(len(vectors)))
    chosen = [vectors[index] for index in sorted(order[: len(vectors) - used])]
    result = apply("multi-krum/1", vectors, f=f)
    assert result.tensors["w"].tolist() == rounded([mean(column) for column in columns(chosen)])
    assert (result.rule, result.f) == ("multi-krum/1", used)


@given(VECTORS.filter(lambda vectors: len(vectors) >= 3), ASSUMED)
def test_bift_s_krum_is_the_reference(vectors: list[list[int]], f: int) -> None:
    result = apply("bift-krum/1", vectors, f=f)
    assert result.tensors["w"].tolist() == vectors[bift_choice(cut_off(vectors))]
    assert (result.rule, result.f) == ("bift-krum/1", 0)


@pytest.mark.parametrize("rule", ["krum/1", "bift-krum/1", "multi-krum/1"])
def test_a_lonely_update_is_not_chosen(rule: str) -> None:
    (one, other) = apply(rule, [[1e30, -1e30], *HONEST], f=1).tensors["w"].tolist()
    assert 10 <= one <= 11
    assert 10 <= other <= 11


@pytest.mark.parametrize("rule", ["krum/1", "multi-krum/1"])
def test_an_absurd_update_hides_no_other(rule: str) -> None:
    """With a scale for the largest number the second attacker and the honest ones would look alike."""
    attackers = [[1e6, 1e6], [1e30, 1e30]]
    assert max(apply(rule, [*attackers, *HONEST], f=2).tensors["w"].tolist()) <= 11


def test_krum_and_bift_s_differ() -> None:
    """Who lies between two groups has the smallest sum of all distances, but no near neighbours."""
    vectors = [[0.0], [1.0], [2.0], [9.0], [20.0], [21.0], [24.0]]
    assert apply("krum/1", vectors, f=2).tensors["w"].tolist() == [2.0]
    assert apply("bift-krum/1", vectors, f=2).tensors["w"].tolist() == [9.0]


@pytest.mark.parametrize("rule", ["krum/1", "bift-krum/1", "multi-krum/1"])
@pytest.mark.parametrize("count", [1, 2])
def test_with_too_few_updates_the_median_stands_in(rule: str, count: int) -> None:
    result = apply(rule, HONEST[:count], f=1)
    assert (result.rule, result.f) == ("median/1", 0)
    assert result.tensors["w"].tolist() == apply("median/1", HONEST[:count]).tensors["w"].tolist()


def test_ties_go_to_the_lower_address() -> None:
    assert apply("krum/1", [[1.0], [2.0], [3.0], [4.0]], f=0).tensors["w"].tolist() == [2.0]


def test_updates_that_change_nothing_are_alike() -> None:
    assert apply("krum/1", [[0.0], [0.0], [0.0]], f=0).tensors["w"].tolist() == [0.0]
