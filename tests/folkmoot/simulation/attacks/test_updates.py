import numpy as np
import pytest

from folkmoot.simulation.attacks import free_rider, noise, scaling, sign_flip
from tests.support.attacks import N, a_model, change, knowledge, vector


def test_noise_has_the_variance_asked_for() -> None:
    own = {"w": np.zeros(100_000, np.float32)}
    for variance in (1.0, 0.25):
        drawn = noise(knowledge(own=own, parent=own), variance=variance)["w"]
        assert drawn.var() == pytest.approx(variance, rel=0.02)
        assert abs(drawn.mean()) < 0.02


def test_noise_is_added_to_the_trained_model() -> None:
    known = knowledge()
    np.testing.assert_array_equal(vector(noise(known, variance=0.0)), vector(known.own))


def test_a_flipped_update_undoes_an_honest_one() -> None:
    known = knowledge()
    np.testing.assert_allclose(change(sign_flip(known), known), -change(known.own, known), atol=1e-6)
    np.testing.assert_allclose(change(sign_flip(known, factor=4), known), -4 * change(known.own, known), atol=1e-6)


def test_a_scaled_update_outweighs_an_average() -> None:
    known = knowledge()
    mean = change(scaling(known), known) / N
    np.testing.assert_allclose(mean, change(known.own, known), atol=1e-6)
    np.testing.assert_allclose(change(scaling(known, factor=2), known), 2 * change(known.own, known), atol=1e-6)


def test_a_free_rider_sends_the_parent_back() -> None:
    known = knowledge(own=a_model(np.random.default_rng(5), 9.0))
    added = change(free_rider(known), known)
    assert 0 < np.abs(added).max() < 0.01
    assert added.std() == pytest.approx(1e-3, rel=0.2)
