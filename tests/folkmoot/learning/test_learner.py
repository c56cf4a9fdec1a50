"""What holds for any learner: distances, and the scoring of many updates."""

from collections.abc import Mapping

import numpy as np
import pytest

from folkmoot.errors import LearningError
from folkmoot.learning import Dataset, TorchLearner, Weights, alignment, evaluate_all, mlp, update_norm
from folkmoot.learning.learner import basis_points


def weights(**tensors: object) -> Weights:
    return {name: np.array(tensor, np.float32) for name, tensor in tensors.items()}


def test_the_norm_runs_over_all_tensors() -> None:
    assert update_norm(weights(a=[[0, 0]], b=[1]), weights(a=[[2, 3]], b=[7])) == 7
    assert update_norm(weights(a=[1.5]), weights(a=[1.5])) == 0


def test_changes_to_a_model_are_aligned_over_all_tensors() -> None:
    model, one = weights(a=[[1, 1]], b=[1]), weights(a=[[2, 3]], b=[1])
    assert alignment(one, weights(a=[[2, 0]], b=[9]), model) == 1 * 1 + 2 * -1
    assert alignment(one, one, model) == 1 + 4
    assert alignment(one, model, model) == 0


def test_alignment_is_taken_in_float64() -> None:
    far = weights(a=[3e38, 3e38])
    assert alignment(far, far, weights(a=[-3e38, -3e38])) == pytest.approx(72e76)


def test_alignment_needs_the_same_tensors() -> None:
    one, other = weights(a=[1]), weights(a=[1, 2])
    for three in ((other, one, one), (one, other, one), (one, one, other)):
        with pytest.raises(LearningError, match="do not fit the model"):
            alignment(*three)


def test_the_norm_is_taken_in_float64() -> None:
    assert update_norm(weights(a=[3e38, 3e38]), weights(a=[-3e38, -3e38])) == pytest.approx(6e38 * 2**0.5)
    many = weights(a=np.full(100_000, 0.1))
    assert update_norm(many, weights(a=np.zeros(100_000))) == pytest.approx(
        float(np.float32(0.1)) * 100_000**0.5, rel=1e-12
    )


@pytest.mark.parametrize("other", [weights(b=[1]), weights(a=[1], b=[1]), weights(a=[[1]]), {}])
def test_the_norm_needs_the_same_tensors(other: Weights) -> None:
    with pytest.raises(LearningError, match=r"do not fit the model: [ab] is"):
        update_norm(weights(a=[1]), other)


@pytest.mark.parametrize(
    ("correct", "total", "points"), [(0, 3, 0), (1, 3, 3333), (2, 3, 6666), (3, 3, 10000), (1, 8, 1250)]
)
def test_basis_points_are_rounded_down(correct: int, total: int, points: int) -> None:
    assert basis_points(correct, total) == points


def constant(label: int) -> Weights:
    """Weights of a linear model that answers `label` whatever it sees."""
    return {"1.weight": np.zeros((3, 2), np.float32), "1.bias": np.eye(3, dtype=np.float32)[label]}


@pytest.fixture
def learner() -> TorchLearner:
    """Scores on four samples of class 0, two of class 1 and one of class 2."""
    score = Dataset(np.zeros((7, 2), np.float32), np.array([0, 0, 0, 0, 1, 1, 2]))
    made = TorchLearner(mlp(2, 3, hidden=()), score, score)
    made.load(constant(1))
    return made


def test_every_update_is_scored_in_order(learner: TorchLearner) -> None:
    seen: list[tuple[int, int]] = []
    updates = [constant(2), constant(0), constant(1)]
    assert evaluate_all(learner, updates, progress=lambda done, total: seen.append((done, total))) == [1428, 5714, 2857]
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_the_learner_has_its_own_weights_back(learner: TorchLearner) -> None:
    evaluate_all(learner, [constant(0)])
    assert same(learner.weights(), constant(1))


def test_also_after_an_update_that_does_not_fit(learner: TorchLearner) -> None:
    with pytest.raises(LearningError, match="do not fit the model"):
        evaluate_all(learner, [constant(0), weights(a=[1])])
    assert same(learner.weights(), constant(1))


def same(a: Mapping[str, np.ndarray], b: Mapping[str, np.ndarray]) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)
