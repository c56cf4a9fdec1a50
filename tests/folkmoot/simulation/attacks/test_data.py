import numpy as np
import pytest

from folkmoot.errors import ConfigError
from folkmoot.learning import Dataset, load_digits
from folkmoot.simulation.attacks import GREEN_TO_RED, data_noise, label_flip

RNG = np.random.default_rng(0)


def lights(*labels: int) -> Dataset:
    return Dataset(np.zeros((len(labels), 2), np.float32), np.array(labels, np.int64))


def test_data_noise_has_the_variance_asked_for_and_keeps_the_labels() -> None:
    digits = load_digits()
    for variance in (1.0, 0.04):
        noisy = data_noise(digits, 10, np.random.default_rng(1), variance=variance)
        assert (noisy.x - digits.x).var() == pytest.approx(variance, rel=0.02)
        np.testing.assert_array_equal(noisy.y, digits.y)


def test_labels_are_reversed() -> None:
    assert label_flip(lights(0, 1, 2, 2), 3, RNG).y.tolist() == [2, 1, 0, 0]


def test_the_task_counts_the_classes_not_the_member() -> None:
    assert label_flip(lights(0, 1), 10, RNG).y.tolist() == [9, 8]


def test_green_lights_become_red_ones() -> None:
    assert label_flip(lights(0, 1, 2), 3, RNG, flips=GREEN_TO_RED).y.tolist() == [0, 1, 0]


@pytest.mark.parametrize("flips", [{3: 0}, {0: 3}, {-1: 0}])
def test_a_label_that_the_task_does_not_have_is_refused(flips: dict[int, int]) -> None:
    with pytest.raises(ConfigError, match="cannot flip"):
        label_flip(lights(0, 1), 3, RNG, flips=flips)


def test_data_of_another_task_is_refused() -> None:
    with pytest.raises(ConfigError, match="3 classes, the task 2"):
        label_flip(lights(0, 2), 2, RNG)
