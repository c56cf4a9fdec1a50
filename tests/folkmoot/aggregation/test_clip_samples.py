import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.aggregation import clip_samples
from folkmoot.errors import AggregationError


@pytest.mark.parametrize(
    ("samples", "weights"),
    [
        ([5], [5]),
        ([0], [1]),
        ([-3, 0, 0], [1, 1, 1]),
        ([1, 100], [1, 2]),
        ([100, 1], [2, 1]),
        ([10, 20, 30], [10, 20, 30]),
        ([10, 20, 40], [10, 20, 40]),
        ([10, 20, 41], [10, 20, 40]),
        ([10, 20, 30, 1000], [10, 20, 30, 40]),
        ([0, 0, 7], [1, 1, 2]),
        ([2**255, 1, 1], [2, 1, 1]),
    ],
)
def test_samples_are_clipped(samples: list[int], weights: list[int]) -> None:
    assert clip_samples(samples) == weights


@given(st.lists(st.integers(0, 2**64), min_size=1, max_size=20))
def test_weights_are_bounded_and_their_lower_median_is_that_of_the_samples(samples: list[int]) -> None:
    weights = clip_samples(samples)
    middle = sorted(max(1, count) for count in samples)[(len(samples) - 1) // 2]
    assert all(1 <= weight <= 2 * middle for weight in weights)
    assert sorted(weights)[(len(weights) - 1) // 2] == middle
    assert [weight for weight, count in zip(weights, samples, strict=True) if 1 <= count <= 2 * middle] == [
        count for count in samples if 1 <= count <= 2 * middle
    ]


def test_no_samples_are_an_error() -> None:
    with pytest.raises(AggregationError, match="no sample counts"):
        clip_samples([])
