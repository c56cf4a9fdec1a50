from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from experiments.learners import PFedMe, centralised
from folkmoot.errors import LearningError
from folkmoot.learning import (
    Dataset,
    Learner,
    TorchLearner,
    Weights,
    accuracy,
    holdout,
    load_digits,
    mlp,
    update_norm,
)

SETTINGS: dict[str, Any] = {
    "epochs": 3,
    "batch": 20,
    "learning_rate": 0.05,
    "optimizer": "sgd",
    "momentum": 0.0,
    "seed": 1,
}


@pytest.fixture(scope="module")
def data() -> tuple[Dataset, Dataset]:
    """Training and test data."""
    return holdout(load_digits(), 0.2, seed=0)


def a_module(*hidden: int) -> nn.Module:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return mlp(64, 10, hidden)


@pytest.fixture
def pfedme(data: tuple[Dataset, Dataset]) -> Callable[..., PFedMe]:
    return lambda **options: PFedMe(a_module(16), *data, **options)


def fitted(learner: Learner, **changes: Any) -> Weights:
    learner.fit(**(SETTINGS | changes))
    return learner.weights()


def test_pfedme_lowers_the_loss_and_learns(pfedme: Callable[..., PFedMe]) -> None:
    learner = pfedme()
    before, losses = learner.evaluate(), []
    assert fitted(learner, epochs=8, progress=lambda _done, _of, loss: losses.append(loss))
    assert all(later < earlier for earlier, later in pairwise(losses))
    assert losses[-1] < losses[0] / 2
    assert learner.evaluate() > before + 3_000


def test_pfedme_repeats_itself(pfedme: Callable[..., PFedMe]) -> None:
    first, again, other = fitted(pfedme()), fitted(pfedme()), fitted(pfedme(), seed=2)
    assert update_norm(first, again) == 0 < update_norm(first, other)


def test_the_shared_model_steps_towards_the_personal_one(
    pfedme: Callable[..., PFedMe], data: tuple[Dataset, Dataset]
) -> None:
    """One batch: w' = w - η λ (w - θ)."""
    learner = pfedme()
    w = learner.weights()
    shared = fitted(learner, epochs=1, batch=len(data[0]))
    theta = learner.personal()
    for name, before in w.items():
        np.testing.assert_allclose(shared[name], before - 0.05 * 15 * (before - theta[name]), atol=1e-6)


def test_the_personal_model_minimises_loss_and_distance(data: tuple[Dataset, Dataset]) -> None:
    """Many small inner steps end where loss(θ) + λ/2 |θ - w|² has no gradient; without hidden units it is smooth."""
    few = data[0].take(np.arange(40))
    learner = PFedMe(a_module(), few, few, steps=300, rate=0.05)
    w = learner.weights()
    fitted(learner, epochs=1, batch=40)
    theta = a_module()
    theta.load_state_dict({name: torch.tensor(tensor) for name, tensor in learner.personal().items()})
    loss = torch.nn.functional.cross_entropy(theta(torch.tensor(few.x)), torch.tensor(few.y))
    distance = torch.stack([((theta.get_parameter(name) - torch.tensor(w[name])) ** 2).sum() for name in w]).sum()
    gradients = torch.autograd.grad(loss + 7.5 * distance, list(theta.parameters()))
    assert all(float(gradient.abs().max()) < 1e-4 for gradient in gradients)
    assert update_norm(learner.personal(), w) > 0.01


def test_the_servers_mixing_is_done_before_sharing(pfedme: Callable[..., PFedMe]) -> None:
    before = pfedme().weights()
    plain, mixed, none = (fitted(pfedme(beta=beta)) for beta in (1.0, 0.5, 0.0))
    for name, start in before.items():
        np.testing.assert_allclose(mixed[name], (start + plain[name]) / 2, atol=1e-6)
        np.testing.assert_array_equal(none[name], start)


def test_the_more_the_envelope_binds_the_nearer_the_personal_model(pfedme: Callable[..., PFedMe]) -> None:
    distances = []
    for envelope in (1.0, 15.0):
        learner = pfedme(envelope=envelope, rate=0.02)
        start = learner.weights()
        fitted(learner, epochs=1, batch=2_000)
        distances.append(update_norm(learner.personal(), start))
    assert distances[0] > distances[1] > 0


def test_there_is_no_personal_model_before_training(pfedme: Callable[..., PFedMe]) -> None:
    with pytest.raises(LearningError, match="no personal model"):
        pfedme().personal()


def test_centralised_training_tells_the_test_accuracy_of_each_round(data: tuple[Dataset, Dataset]) -> None:
    train, test = data
    module = a_module(16)
    start = accuracy(module, test) / 10_000
    settings: dict[str, Any] = {"epochs": 2, "batch": 20, "learning_rate": 0.05, "optimizer": "sgd", "momentum": 0.9}
    told = list(centralised(module, train, test, rounds=4, seed=1, **settings))
    assert len(told) == 4
    assert told[-1] > max(0.9, start)
    assert told[-1] == accuracy(module, test) / 10_000


def test_a_centralised_round_is_what_a_member_does(data: tuple[Dataset, Dataset]) -> None:
    module, learner = a_module(16), TorchLearner(a_module(16), *data)
    next(centralised(module, *data, rounds=2, **SETTINGS))
    assert update_norm(fitted(learner), TorchLearner(module, *data).weights()) == 0
