import numpy as np
import pytest

from folkmoot.errors import ConfigError
from folkmoot.simulation.attacks.knowledge import APART, flat, nudge, shaped
from tests.support.attacks import a_parent, knowledge


def test_a_model_is_the_same_again_after_it_was_flat() -> None:
    model = a_parent()
    again = shaped(flat(model).astype(np.float64), model)
    assert again.keys() == model.keys()
    for name, tensor in model.items():
        np.testing.assert_array_equal(again[name], tensor)
        assert again[name].dtype == np.float32


def test_tensors_are_sorted_by_name() -> None:
    model = a_parent()
    backwards = {name: model[name] for name in sorted(model, reverse=True)}
    np.testing.assert_array_equal(flat(backwards), flat(model))


def test_a_nudge_has_its_length_and_a_direction_of_its_own() -> None:
    one, other = (nudge(200, np.random.default_rng(seed)) for seed in (1, 2))
    assert np.linalg.norm(one) == pytest.approx(APART)
    assert np.linalg.norm(other) == pytest.approx(APART)
    assert (one != other).any()


@pytest.mark.parametrize(("n", "f"), [(10, 0), (10, 11)])
def test_there_is_an_attacker_and_no_more_than_there_are_updates(n: int, f: int) -> None:
    with pytest.raises(ConfigError, match=f"cannot be {f} attackers among {n}"):
        knowledge(n=n, f=f)
