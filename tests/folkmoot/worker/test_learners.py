from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from folkmoot.config import WorkerConfig
from folkmoot.errors import LearningError, UnknownRule
from folkmoot.learning import METRICS, Descriptor, TensorSpec, build, initial_weights, load_digits, max_blob_size
from folkmoot.worker.learners import make_learner, member_data
from tests.support.foreign_models import FAILURES

FIT: dict[str, Any] = {
    "epochs": 1, "batch": 32, "learning_rate": 0.1, "optimizer": "sgd", "momentum": 0.0, "seed": 0
}  # fmt: skip

PLUGIN = """
from torch import nn
from folkmoot.learning import TorchLearner, load_digits, split_member

def learner(descriptor):
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, {hidden}), nn.ReLU(), nn.Linear({hidden}, 10))
    return TorchLearner(model, *split_member(load_digits(), 0.25, seed=0))
"""


def test_by_default_a_member_has_all_digits() -> None:
    assert len(member_data(WorkerConfig())) == len(load_digits())


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "data.npz"
    np.savez(file, x=np.zeros((20, 8, 8), np.float32), y=np.arange(20) % 10)
    assert len(member_data(WorkerConfig(data=file))) == 20


def test_the_learner_keeps_scoring_data_apart(descriptor: Descriptor) -> None:
    learner = make_learner(WorkerConfig(score_fraction=0.5), descriptor)
    assert abs(2 * learner.samples - len(load_digits())) <= 1
    assert 0 <= learner.evaluate() <= 10_000


def test_the_learner_scores_in_the_metric_of_the_task(descriptor: Descriptor) -> None:
    scores = {}
    for metric in METRICS:
        learner = make_learner(WorkerConfig(), replace(descriptor, metric=metric))
        learner.load({name: np.zeros_like(tensor) for name, tensor in learner.weights().items()})
        scores[metric] = learner.evaluate()
    assert scores["balanced_loss"] == pytest.approx(1_000, abs=1)  # nothing is known of ten classes
    assert abs(scores["accuracy"] - 1_000) > 1


def test_a_plugin_takes_the_place_of_model_and_data(tmp_path: Path, descriptor: Descriptor) -> None:
    file = tmp_path / "mine.py"
    file.write_text(PLUGIN.format(hidden=8))
    learner = make_learner(WorkerConfig(plugin=file), descriptor)
    assert {name: tensor.shape for name, tensor in learner.weights().items()} == dict(descriptor.spec.shapes)


def test_a_plugin_with_other_tensors_is_refused(tmp_path: Path, descriptor: Descriptor) -> None:
    file = tmp_path / "other.py"
    file.write_text(PLUGIN.format(hidden=9))
    with pytest.raises(
        LearningError, match=r"other\.py: .* not those of the task: 1.bias is \(9,\), expected"
    ) as caught:
        make_learner(WorkerConfig(plugin=file), descriptor)
    assert "folkmoot task show" in caught.value.hint


def test_a_model_must_be_in_the_operators_list(descriptor: Descriptor) -> None:
    foreign = replace(descriptor, model="tests.support.models:narrow")
    with pytest.raises(LearningError, match="neither registered nor among the allowed models"):
        make_learner(WorkerConfig(), foreign)


def test_the_operators_list_adds_to_folkmoots_own(descriptor: Descriptor) -> None:
    foreign = replace(descriptor, model="folkmoot.learning:mlp")
    assert make_learner(WorkerConfig(allowed_models=("folkmoot.learning:mlp",)), foreign).samples


def foreign(descriptor: Descriptor, name: str, **arguments: str) -> tuple[WorkerConfig, Descriptor]:
    """A task with another's model, which the operator allows."""
    name = f"tests.support.foreign_models:{name}"
    spec = TensorSpec.of(initial_weights(lambda: build(name, arguments, allowed=[name]), 0))
    task = replace(descriptor, model=name, arguments=arguments, spec=spec, blob_limit=max_blob_size(spec))
    return WorkerConfig(allowed_models=(name,)), task


@pytest.mark.parametrize("how", FAILURES)
def test_whatever_anothers_model_does_later_is_told_with_its_name(descriptor: Descriptor, how: str) -> None:
    learner = make_learner(*foreign(descriptor, "later", how=how))
    for use in (learner.evaluate, partial(learner.fit, **FIT)):
        with pytest.raises(LearningError, match=r"^the model 'tests\.support\.foreign_models:later': ") as caught:
            use()
        assert caught.value.hint


def test_a_model_with_nothing_to_train_is_told_with_its_name(descriptor: Descriptor) -> None:
    with pytest.raises(LearningError, match=r"^the model 'tests\.support\.foreign_models:frozen': .* require grad"):
        make_learner(*foreign(descriptor, "frozen")).fit(**FIT)


def test_an_aggregation_rule_that_is_not_here_is_refused_before_any_work(descriptor: Descriptor) -> None:
    with pytest.raises(UnknownRule, match="no aggregation rule 'krum/9'"):
        make_learner(WorkerConfig(), replace(descriptor, aggregation="krum/9"))
