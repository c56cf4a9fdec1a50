"""What judges measure, against the definitions on plain numbers."""

from math import exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.errors import LearningError
from folkmoot.learning import METRICS, score

LOGITS = st.integers(2, 4).flatmap(
    lambda classes: st.lists(
        st.tuples(st.lists(st.floats(-20, 20), min_size=classes, max_size=classes), st.integers(0, classes - 1)),
        min_size=1,
        max_size=12,
    )
)


def arrays(samples: list[tuple[list[float], int]]) -> tuple[np.ndarray, np.ndarray]:
    return np.array([row for row, _ in samples], np.float32), np.array([label for _, label in samples])


def certain(*probabilities: float, labels: list[int]) -> int:
    """Balanced loss of a model of two classes that gives these probabilities to the samples' own classes."""
    logits = [
        [log(p), log(1 - p)] if y == 0 else [log(1 - p), log(p)] for p, y in zip(probabilities, labels, strict=True)
    ]
    return score("balanced_loss", np.array(logits), np.array(labels))


@given(LOGITS)
def test_balanced_loss_is_its_definition(samples: list[tuple[list[float], int]]) -> None:
    logits, labels = arrays(samples)
    losses: dict[int, list[float]] = {}
    for row, label in zip(logits.tolist(), labels.tolist(), strict=True):
        losses.setdefault(label, []).append(log(sum(map(exp, row))) - row[label])
    means = [sum(own) / len(own) for own in losses.values()]
    assert score("balanced_loss", logits, labels) == pytest.approx(10_000 * exp(-sum(means) / len(means)), abs=1.001)


@given(LOGITS)
def test_accuracy_is_the_share_of_samples_whose_class_comes_first(samples: list[tuple[list[float], int]]) -> None:
    logits, labels = arrays(samples)
    right = sum(row.index(max(row)) == label for row, label in zip(logits.tolist(), labels.tolist(), strict=True))
    assert score("accuracy", logits, labels) == 10_000 * right // len(labels)


@pytest.mark.parametrize("classes", [2, 4, 10])
def test_a_model_that_knows_nothing_scores_what_naming_any_class_does(classes: int) -> None:
    labels = np.arange(40) % classes
    assert score("balanced_loss", np.zeros((40, classes)), labels) == pytest.approx(10_000 / classes, abs=1)


def test_naming_the_usual_class_is_worth_nothing_where_classes_weigh_the_same() -> None:
    """A hospital with 93 % sick patients: sure of that, a model is right on most of them."""
    labels = np.array([1] * 93 + [0] * 7)
    prior = np.tile(np.log([0.07, 0.93]), (100, 1))
    assert score("accuracy", prior, labels) == 9_300
    assert score("balanced_loss", prior, labels) < 5_000 < score("balanced_loss", prior[:93], labels[:93])


def test_equal_ratios_are_equal_losses() -> None:
    assert certain(0.8, 0.8, labels=[0, 1]) == pytest.approx(8_000, abs=1)
    assert certain(0.8, 0.4, labels=[0, 0]) == certain(0.8, 0.4, labels=[0, 1])
    assert certain(0.6, 0.6, labels=[0, 1]) == pytest.approx(2 * certain(0.3, 0.3, labels=[0, 1]), abs=2)


def test_samples_of_a_class_do_not_add_to_its_weight() -> None:
    few, many = certain(0.9, 0.2, labels=[0, 1]), certain(*[0.9] * 9, 0.2, labels=[*[0] * 9, 1])
    assert few == many == pytest.approx(10_000 * (0.9 * 0.2) ** 0.5, abs=1)


def test_the_best_and_the_worst() -> None:
    sure = np.array([[800.0, -800.0], [-800.0, 800.0]], np.float32)
    assert [score(metric, sure, np.array([0, 1])) for metric in METRICS] == [10_000, 10_000]
    assert [score(metric, sure, np.array([1, 0])) for metric in METRICS] == [0, 0]


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_outputs_that_are_not_finite_are_worth_nothing(value: float) -> None:
    logits = np.array([[1.0, 0.0], [value, 0.0]], np.float32)
    if value == -np.inf:
        logits[1, 1] = -np.inf  # a single one is a probability of 0
    assert score("balanced_loss", logits, np.array([0, 1])) == 0


def test_an_unknown_metric_names_the_known_ones() -> None:
    with pytest.raises(LearningError, match=r"no metric 'auc' \(one of accuracy, balanced_loss\)"):
        score("auc", np.zeros((1, 2)), np.zeros(1, np.int64))
