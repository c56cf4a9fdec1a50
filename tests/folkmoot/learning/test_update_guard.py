from math import inf, nextafter

import numpy as np
import pytest

from folkmoot.errors import LearningError
from folkmoot.learning import UpdateGuard, Weights

MODEL: Weights = {"w": np.array([1, 1], np.float32), "b": np.array([0], np.float32)}


def moved(*change: float) -> Weights:
    """The model after a change of its three numbers."""
    return {"w": MODEL["w"] + np.array(change[:2], np.float32), "b": MODEL["b"] + np.array(change[2:], np.float32)}


def test_without_bounds_everything_passes() -> None:
    assert UpdateGuard().fault(moved(3e30, -3e30, 0), MODEL) == ""


def test_an_update_exactly_as_far_as_allowed_passes() -> None:
    update = moved(2, 3, 6)  # at a distance of 7
    assert UpdateGuard(7).fault(update, MODEL) == ""
    assert UpdateGuard(nextafter(7, 0)).fault(update, MODEL) == "it lies 7 from the model, allowed is 7"


def test_the_distance_runs_over_all_tensors() -> None:
    assert UpdateGuard(5).fault(moved(3, 4, 0), MODEL) == ""
    assert UpdateGuard(5).fault(moved(3, 4, 0.1), MODEL) == "it lies 5 from the model, allowed is 5"


@pytest.mark.parametrize(
    ("change", "passes"), [((1, 0, 0), True), ((0, 0, 1), True), ((-1, 0, 0.9), False), ((-1, 0, 1), True)]
)
def test_an_update_must_not_point_against_the_reference(change: tuple[float, ...], passes: bool) -> None:
    guard = UpdateGuard(inf, moved(1, 0, 1))
    assert guard.fault(moved(*change), MODEL) == ("" if passes else "it points against the judge's own update")


def test_the_model_itself_points_nowhere() -> None:
    assert UpdateGuard(inf, moved(1, 0, 1)).fault(MODEL, MODEL) == ""


def test_the_distance_is_named_first() -> None:
    assert "from the model" in UpdateGuard(1, moved(1, 0, 0)).fault(moved(-2, 0, 0), MODEL)


@pytest.mark.parametrize("guard", [UpdateGuard(), UpdateGuard(inf, moved(1, 1, 1))])
def test_another_models_tensors_are_refused(guard: UpdateGuard) -> None:
    with pytest.raises(LearningError, match="do not fit the model"):
        guard.fault({"w": MODEL["w"]}, MODEL)
