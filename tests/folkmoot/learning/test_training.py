"""Training and scoring a PyTorch model."""

import hashlib
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from folkmoot.errors import LearningError
from folkmoot.learning import (
    Dataset,
    Learner,
    TorchLearner,
    Weights,
    accuracy,
    cnn,
    holdout,
    initial_weights,
    load_digits,
    mlp,
    outputs,
    split_member,
)
from folkmoot.learning.training import CHUNK, batches
from tests.support.foreign_models import batch_norm

SETTINGS: dict[str, Any] = {
    "epochs": 2,
    "batch": 16,
    "learning_rate": 0.05,
    "optimizer": "sgd",
    "momentum": 0.9,
    "seed": 0,
}
REST, TEST = holdout(load_digits(), 0.2, 0)
MODELS = {"mlp": lambda: mlp(64, 10), "cnn": lambda: cnn(1, 10, 8)}


def learner(model: str = "mlp", samples: int = 200, threads: int = 1) -> TorchLearner:
    made = TorchLearner(MODELS[model](), *split_member(REST.take(np.arange(samples)), 0.25, 0), threads=threads)
    made.load(initial_weights(MODELS[model], 0))
    return made


def same(a: Weights, b: Weights) -> bool:
    return a.keys() == b.keys() and all(np.array_equal(a[name], b[name]) for name in a)


@pytest.mark.parametrize("model", MODELS)
def test_digits_are_learnt_in_a_handful_of_epochs(model: str) -> None:
    module = MODELS[model]()
    made: Learner = TorchLearner(module, *split_member(REST, 0.25, 0))
    made.load(initial_weights(MODELS[model], 0))
    untrained = made.evaluate()
    assert made.fit(**SETTINGS | {"epochs": 8, "learning_rate": 0.02}) == made.samples == 1078
    assert untrained < 3000
    assert made.evaluate() > 9000
    assert accuracy(module, TEST) > 9000


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("change", [{}, {"optimizer": "adam", "momentum": 0.0}])
def test_training_is_repeatable_bit_for_bit(model: str, change: dict[str, Any]) -> None:
    first, again = learner(model), learner(model)
    first.fit(**SETTINGS | change)
    torch.rand(7)
    again.fit(**SETTINGS | change)
    assert same(first.weights(), again.weights())


def fingerprint() -> str:
    made = learner("cnn")
    made.fit(**SETTINGS)
    return hashlib.sha256(b"".join(tensor.tobytes() for tensor in made.weights().values())).hexdigest()


def test_training_is_repeatable_in_another_process() -> None:
    script = f"import runpy; print(runpy.run_path({__file__!r})['fingerprint']())"
    other = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == fingerprint()


@pytest.mark.parametrize(
    "change", [{"seed": 1}, {"epochs": 3}, {"batch": 17}, {"learning_rate": 0.04}, {"momentum": 0.8}]
)
def test_every_setting_counts(change: dict[str, Any]) -> None:
    first, other = learner(), learner()
    first.fit(**SETTINGS)
    other.fit(**SETTINGS | change)
    assert not same(first.weights(), other.weights())


def test_training_leaves_the_global_generator_and_threads_alone() -> None:
    made, threads = learner(threads=2), torch.get_num_threads()
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    made.fit(**SETTINGS)
    made.evaluate()
    assert torch.equal(torch.rand(4), expected)
    assert torch.get_num_threads() == threads


def test_one_thread_is_used_unless_told_otherwise() -> None:
    seen: list[int] = []
    learner().fit(**SETTINGS, progress=lambda *_: seen.append(torch.get_num_threads()))
    learner(threads=2).fit(**SETTINGS, progress=lambda *_: seen.append(torch.get_num_threads()))
    assert seen == [1, 1, 2, 2]


def test_progress_tells_each_epochs_mean_loss() -> None:
    seen: list[tuple[int, int, float]] = []
    learner().fit(**SETTINGS | {"epochs": 5}, progress=lambda *epoch: seen.append(epoch))
    assert [(done, epochs) for done, epochs, _ in seen] == [(done, 5) for done in range(1, 6)]
    losses = [loss for _, _, loss in seen]
    assert losses[0] == pytest.approx(np.log(10), rel=0.2)
    assert losses[-1] < losses[0] / 2


def test_scoring_data_do_not_train() -> None:
    train, score = split_member(REST.take(np.arange(200)), 0.25, 0)
    other = Dataset(score.x * 0, score.y)
    made = [TorchLearner(mlp(64, 10), train, part) for part in (score, other)]
    for one in made:
        one.load(initial_weights(MODELS["mlp"], 0))
        one.fit(**SETTINGS)
    assert same(made[0].weights(), made[1].weights())


def test_weights_are_copies() -> None:
    made = learner()
    before = made.weights()
    made.weights()["1.bias"][:] = 9
    assert same(made.weights(), before)


def test_loading_copies_and_takes_read_only_arrays() -> None:
    made, given = learner(), initial_weights(MODELS["mlp"], 1)
    for tensor in given.values():
        tensor.flags.writeable = False
    made.load(given)
    assert same(made.weights(), given)
    made.fit(**SETTINGS)
    assert same(given, initial_weights(MODELS["mlp"], 1))


def test_weights_of_another_model_are_refused() -> None:
    made = learner()
    before = made.weights()
    with pytest.raises(LearningError, match=r"1\.bias is \(32,\), expected \(64,\)"):
        made.load(initial_weights(lambda: mlp(64, 10, hidden=(32,)), 0))
    assert same(made.weights(), before)


def test_dropout_acts_in_training_only_and_from_the_seed() -> None:
    train, score = split_member(REST.take(np.arange(200)), 0.25, 0)
    modules = [nn.Sequential(nn.Flatten(), nn.Dropout(0.5), nn.Linear(64, 10)) for _ in range(2)]
    made = [TorchLearner(module, train, score) for module in modules]
    made[1].load(made[0].weights())
    for one in made:
        one.fit(**SETTINGS)
    assert same(made[0].weights(), made[1].weights())
    assert len({made[0].evaluate() for _ in range(5)}) == 1


def test_divergence_is_an_error() -> None:
    with pytest.raises(LearningError, match="training diverged: loss") as caught:
        learner().fit(**SETTINGS | {"learning_rate": 1e30})
    assert "learning rate" in caught.value.hint


def test_weights_that_overflow_in_the_last_step_are_an_error() -> None:
    data = Dataset(np.full((4, 2), 1e3, np.float32), np.array([0, 1, 0, 0]))
    one_step = SETTINGS | {"epochs": 1, "learning_rate": 1e38, "momentum": 0.0}
    with pytest.raises(LearningError, match=r"training diverged: loss \d"):
        TorchLearner(mlp(2, 2, hidden=()), data, data).fit(**one_step)


@pytest.mark.parametrize(
    "change",
    [
        {"epochs": 0},
        {"batch": 0},
        {"learning_rate": 0.0},
        {"learning_rate": float("nan")},
        {"learning_rate": 1e39},
    ],
)
def test_settings_out_of_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(LearningError, match="cannot train with"):
        learner().fit(**SETTINGS | change)


@pytest.mark.parametrize(("optimizer", "momentum"), [("lbfgs", 0.0), ("adam", 0.9), ("sgd", 1.0), ("sgd", -0.1)])
def test_unknown_optimizers_are_refused(optimizer: str, momentum: float) -> None:
    with pytest.raises(LearningError, match="no optimizer") as caught:
        learner().fit(**SETTINGS | {"optimizer": optimizer, "momentum": momentum})
    assert "sgd" in caught.value.hint


def echo(samples: int) -> Dataset:
    """Samples that say their own class: the identity model is always right, all other outputs equal."""
    y = np.arange(samples) % 4
    return Dataset(np.eye(4, dtype=np.float32)[y], y)


def test_accuracy_counts_over_all_chunks() -> None:
    data = echo(2500)
    wrong = Dataset(data.x, np.where(np.arange(2500) < 1001, data.y, (data.y + 1) % 4))
    assert accuracy(nn.Identity(), data) == 10000
    assert accuracy(nn.Identity(), wrong) == 4004


def test_outputs_are_those_of_the_evaluated_model_over_all_chunks() -> None:
    data, module = echo(2500), nn.Sequential(nn.Dropout(0.5), nn.Linear(4, 3))
    found = outputs(module, data.x)
    weight, bias = (tensor.detach().numpy() for tensor in module[1].parameters())
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, data.x @ weight.T + bias, atol=1e-6)


def test_a_learner_scores_in_its_metric_over_all_chunks() -> None:
    data = echo(2500)
    made = TorchLearner(nn.Sequential(nn.Linear(4, 4)), data, data, metric="balanced_loss", score_limit=2500)
    assert made.metric == "balanced_loss"
    made.load({"0.weight": 3 * np.eye(4, dtype=np.float32), "0.bias": np.zeros(4, np.float32)})
    assert made.evaluate() == pytest.approx(10_000 * np.exp(3) / (np.exp(3) + 3), abs=1)


def test_a_last_batch_of_one_sample_joins_the_one_before() -> None:
    parts = [[len(range(9)[part]) for part in batches(9, size)] for size in (1, 2, 3, 4, 5, 8, 9, 10)]
    assert parts == [[1] * 9, [2, 2, 2, 3], [3, 3, 3], [4, 5], [5, 4], [9], [9], [9]]
    assert [list(range(1)[part]) for part in batches(1, 4)] == [[0]]


@given(st.integers(1, 300), st.integers(1, 300))
def test_batches_of_other_sizes_are_those_of_the_setting(samples: int, size: int) -> None:
    order = list(range(samples))
    plain = [order[start : start + size] for start in range(0, samples, size)]
    if len(plain) > 1 and len(plain[-1]) == 1 < size:
        plain[-2:] = [plain[-2] + plain[-1]]
    assert [order[part] for part in batches(samples, size)] == plain


@pytest.mark.parametrize("samples", [CHUNK + 1, 33, 32])
def test_a_model_that_normalises_over_a_batch_is_trained_and_scored_on_any_number_of_samples(samples: int) -> None:
    data = Dataset(np.random.default_rng(0).random((samples, 64), np.float32), np.arange(samples) % 10)
    made = TorchLearner(batch_norm(), data, data, score_limit=samples)
    before = made.weights()
    made.fit(**SETTINGS)
    assert not same(made.weights(), before)
    assert 0 <= made.evaluate() <= 10_000


def test_an_output_for_other_samples_than_given_is_refused() -> None:
    with pytest.raises(LearningError, match=r"the model's output for 2500 samples is \(3, 4\)"):
        outputs(nn.Sequential(nn.Identity(), First()), echo(2500).x)


class First(nn.Module):
    """The output of the first sample alone."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x[:1]


def test_a_metric_that_nobody_has_is_refused() -> None:
    with pytest.raises(LearningError, match="no metric 'auc'"):
        TorchLearner(mlp(64, 10), REST, TEST, metric="auc")


def test_ties_go_to_the_lower_class() -> None:
    assert accuracy(nn.Identity(), Dataset(np.zeros((4, 4), np.float32), np.arange(4))) == 2500


def test_scoring_is_capped_by_evenly_spaced_samples() -> None:
    x = np.zeros((100, 4), np.float32)
    score = Dataset(x, (np.arange(100) >= 90).astype(np.int64))
    uncapped, capped = (TorchLearner(mlp(4, 2, ()), score, score, score_limit=limit) for limit in (100, 10))
    for one in (uncapped, capped):
        one.load({"1.weight": np.zeros((2, 4), np.float32), "1.bias": np.array([1, 0], np.float32)})
        assert one.evaluate() == 9000
    seen: list[int] = []
    module = mlp(4, 2, ())
    counted = TorchLearner(module, score, score, score_limit=10)
    module.register_forward_hook(lambda _module, inputs, _output: seen.append(len(inputs[0])))
    counted.evaluate()
    assert seen == [10]


def test_a_model_that_cannot_read_the_data_is_refused() -> None:
    with pytest.raises(LearningError, match=r"cannot read samples of shape \(1, 8, 8\)") as caught:
        TorchLearner(mlp(65, 10), REST, TEST)
    assert "inputs" in caught.value.hint


class Total(nn.Linear):
    """One number for a whole batch."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return super().forward(x).sum()


@pytest.mark.parametrize("module", [mlp(64, 9), nn.Linear(8, 10), nn.Conv2d(1, 10, 3), Total(8, 1)])
def test_a_model_that_is_no_classifier_of_these_classes_is_refused(module: nn.Module) -> None:
    with pytest.raises(LearningError, match="the data has 10 classes"):
        TorchLearner(module, REST, TEST)
    with pytest.raises(LearningError, match="the data has 10 classes"):
        accuracy(module, TEST)


def test_state_that_is_not_float32_is_refused() -> None:
    module = nn.Sequential(nn.Flatten(), nn.BatchNorm1d(64), nn.Linear(64, 10))
    with pytest.raises(LearningError, match="num_batches_tracked"):
        TorchLearner(module, REST, TEST)
