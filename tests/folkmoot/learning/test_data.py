"""Datasets and the splits that keep test and scoring data apart from training data."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.errors import LearningError
from folkmoot.learning import Dataset, holdout, load_digits, split_member
from folkmoot.learning.data import thin


def numbered(labels: list[int]) -> Dataset:
    """A dataset whose only feature is the sample's position."""
    return Dataset(np.arange(len(labels), dtype=np.float32)[:, None], np.array(labels, np.int64))


def positions(dataset: Dataset) -> list[int]:
    return [int(value) for value in dataset.x[:, 0]]


@settings(deadline=None, max_examples=200)
@given(
    labels=st.lists(st.integers(0, 5), min_size=2, max_size=80),
    fraction=st.floats(0.01, 0.99),
    seed=st.integers(0, 2**63),
)
def test_a_split_is_disjoint_exhaustive_non_empty_and_stratified(labels: list[int], fraction: float, seed: int) -> None:
    dataset = numbered(labels)
    rest, taken = split_member(dataset, fraction, seed)
    assert sorted(positions(rest) + positions(taken)) == list(range(len(labels)))
    assert len(rest) >= 1
    assert len(taken) == min(max(round(fraction * len(labels)), 1), len(labels) - 1)
    share = len(taken) / len(labels)
    for label in set(labels):
        assert abs(int((taken.y == label).sum()) - share * labels.count(label)) <= 1
    assert all(dataset.y[position] == label for position, label in zip(positions(rest), rest.y, strict=True))


def test_splits_are_drawn_from_the_seed() -> None:
    dataset = numbered([0, 1] * 50)
    assert positions(holdout(dataset, 0.2, 3)[1]) == positions(holdout(dataset, 0.2, 3)[1])
    assert positions(holdout(dataset, 0.2, 3)[1]) != positions(holdout(dataset, 0.2, 4)[1])


def test_the_holdout_of_digits_has_every_class_in_proportion() -> None:
    rest, test = holdout(load_digits(), 0.2, 0)
    assert (len(rest), len(test)) == (1438, 359)
    assert all(34 <= count <= 37 for count in np.bincount(test.y))


@pytest.mark.parametrize("fraction", [0.0, 1.0, -0.1, float("nan")])
def test_a_fraction_lies_between_0_and_1(fraction: float) -> None:
    with pytest.raises(LearningError, match="cannot split off a fraction"):
        holdout(numbered([0, 1, 2]), fraction, 0)


def test_one_sample_cannot_be_split() -> None:
    with pytest.raises(LearningError, match="single sample") as caught:
        split_member(numbered([0]), 0.5, 0)
    assert "two samples" in caught.value.hint


def test_a_split_keeps_groups_beside_their_samples() -> None:
    dataset = Dataset(np.arange(6, dtype=np.float32)[:, None], np.zeros(6, np.int64), {"site": np.arange(6) * 10})
    for part in holdout(dataset, 0.5, 1):
        assert list(part.groups["site"]) == [10 * position for position in positions(part)]


def test_thinning_keeps_every_class_of_sorted_data() -> None:
    thinned = thin(numbered([0] * 40 + [1] * 40 + [2] * 40), 12)
    assert np.bincount(thinned.y).tolist() == [4, 4, 4]
    assert positions(thin(thinned, 12)) == positions(thinned)


def test_a_limit_of_no_samples_is_refused() -> None:
    with pytest.raises(LearningError, match="leaves no data"):
        thin(numbered([0, 1]), 0)


X, Y = np.zeros((3, 2), np.float32), np.array([0, 1, 2])


@pytest.mark.parametrize(
    ("x", "y", "groups", "message"),
    [
        (X.astype(np.float64), Y, None, "the types are"),
        (X, Y.astype(np.int32), None, "the types are"),
        (X, Y, Y.astype(np.uint8), "the types are"),
        (X[:, 0], Y, None, r"x has shape \(3,\)"),
        (X[:, :, None], Y, None, r"x has shape \(3, 2, 1\)"),
        (X, Y[:, None], None, r"shapes \[\(3, 1\)\]"),
        (X, np.int64(3), None, r"shapes \[\(\)\]"),
        (X, Y, Y[:, None], r"shapes \[\(3,\), \(3, 1\)\]"),
        (np.float32(3), Y, None, r"x has shape \(\)"),
        (X, Y[:2], None, r"lengths \[3, 2\]"),
        (X, Y, Y[:2], r"lengths \[3, 3, 2\]"),
        (X[:0], Y[:0], None, "empty"),
        (X[:, :0], Y, None, "empty"),
        (X, Y - 1, None, "negative label, -1"),
        (X + np.float32("nan"), Y, None, "NaN or infinity"),
        (X + np.float32("inf"), Y, None, "NaN or infinity"),
    ],
)
def test_a_dataset_refuses_what_cannot_be_trained_on(
    x: np.ndarray, y: np.ndarray, groups: np.ndarray | None, message: str
) -> None:
    Dataset(X, Y, {"site": Y, "writer": Y})
    with pytest.raises(LearningError, match=message) as caught:
        Dataset(x, y, {} if groups is None else {"writer": groups})
    assert caught.value.hint


def test_classes_are_counted_from_0() -> None:
    assert numbered([0, 4, 2]).classes == 5
