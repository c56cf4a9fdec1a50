from collections import Counter

import pytest

from tests.support.aggregation import apply

VECTORS = [[0.0], [1.0], [2.5], [30.0], [31.0], [32.5], [200.0]]


@pytest.mark.parametrize(("last_update", "rule"), [(3, "bulyan/1"), (4, "bift-krum/1"), (5, "trimmed-mean/1")])
def test_the_last_update_s_time_chooses(last_update: int, rule: str) -> None:
    result = apply("mixed/1", VECTORS, f=1, last_update=last_update)
    assert result.rule == rule
    assert result.tensors["w"].tolist() == apply(rule, VECTORS, f=1).tensors["w"].tolist()


def test_the_seed_draws() -> None:
    drawn = Counter(apply("mixed/2", VECTORS, f=1, seed=bytes([number] * 32)).rule for number in range(90))
    assert set(drawn) == {"bulyan/1", "krum/1", "trimmed-mean/1"}
    assert min(drawn.values()) >= 15


@pytest.mark.parametrize("number", range(6))
def test_what_is_drawn_is_that_rule(number: int) -> None:
    result = apply("mixed/2", VECTORS, f=1, seed=bytes([number] * 32))
    alone = apply(result.rule, VECTORS, f=1)
    assert (result.tensors["w"].tolist(), result.f) == (alone.tensors["w"].tolist(), alone.f)


def test_time_does_not_sway_the_draw() -> None:
    results = {apply("mixed/2", VECTORS, f=1, seed=bytes(32), last_update=time).rule for time in range(9)}
    assert len(results) == 1


def test_the_stand_in_is_told() -> None:
    assert apply("mixed/1", VECTORS[:2], f=1, last_update=1).rule == "median/1"
