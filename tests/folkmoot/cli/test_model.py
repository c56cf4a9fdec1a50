from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from folkmoot.cli.model import measure
from folkmoot.config import WorkerConfig
from folkmoot.errors import LearningError
from folkmoot.learning import Descriptor, Weights, accuracy, build, initial_weights, load_digits, mlp, split_member
from folkmoot.proposal import draft
from folkmoot.task_config import TaskConfig

RULES = dict.fromkeys(("MedianScore", "TopScoreElection", "ScoreShareReward"), "0x" + "11" * 20)
PLUGIN = """
from folkmoot.learning import TorchLearner, load_digits, mlp, split_member

def learner(descriptor):
    return TorchLearner(mlp(64, 10, (32,)), *split_member(load_digits(), 0.25, seed=0))
"""


@pytest.fixture
def descriptor() -> Descriptor:
    return draft(TaskConfig(), RULES).descriptor


@pytest.fixture
def weights() -> Weights:
    return initial_weights(lambda: mlp(64, 10, (32,)), seed=3)


def loaded(weights: Weights) -> nn.Module:
    module = mlp(64, 10, (32,))
    module.load_state_dict({name: torch.from_numpy(tensor) for name, tensor in weights.items()})
    return module


def test_all_own_data_by_default(descriptor: Descriptor, weights: Weights) -> None:
    module = loaded(weights)
    assert measure(WorkerConfig(), descriptor, weights, None) == (accuracy(module, load_digits()), "accuracy", 1_797)
    assert measure(WorkerConfig(), descriptor, weights, "digits") == (
        accuracy(module, load_digits()),
        "accuracy",
        1_797,
    )


def test_a_file(descriptor: Descriptor, weights: Weights, tmp_path: Path) -> None:
    data = load_digits().take(np.arange(100))
    np.savez(tmp_path / "own.npz", x=data.x, y=data.y)
    assert measure(WorkerConfig(), descriptor, weights, str(tmp_path / "own.npz"))[2] == 100


def test_a_plug_in_measures_by_itself_unless_data_are_named(
    descriptor: Descriptor, weights: Weights, tmp_path: Path
) -> None:
    (tmp_path / "own.py").write_text(PLUGIN)
    config = WorkerConfig(plugin=tmp_path / "own.py")
    _, scoring = split_member(load_digits(), 0.25, seed=0)
    assert measure(config, descriptor, weights, None) == (accuracy(loaded(weights), scoring), descriptor.metric, None)
    assert measure(config, descriptor, weights, "digits") == measure(WorkerConfig(), descriptor, weights, None)


def test_a_model_that_the_operator_does_not_allow(descriptor: Descriptor, weights: Weights) -> None:
    with pytest.raises(LearningError, match="neither registered nor among the allowed models"):
        measure(WorkerConfig(), replace(descriptor, model="os:system"), weights, "digits")


def test_a_model_that_fails_on_the_data_is_told_with_its_name(descriptor: Descriptor) -> None:
    name = "tests.support.foreign_models:later"
    own = replace(descriptor, model=name, arguments={"how": "KeyError"})
    weights = initial_weights(lambda: build(name, own.arguments, allowed=[name]), 0)
    with pytest.raises(LearningError, match=f"the model '{name}': KeyError: 'x'"):
        measure(WorkerConfig(allowed_models=(name,)), own, weights, None)


def test_a_model_whose_tensors_the_descriptor_does_not_have(descriptor: Descriptor, weights: Weights) -> None:
    other = replace(descriptor, arguments={"inputs": 64, "classes": 10, "hidden": (8,)})
    with pytest.raises(LearningError, match="do not fit the model"):
        measure(WorkerConfig(), other, weights, "digits")
