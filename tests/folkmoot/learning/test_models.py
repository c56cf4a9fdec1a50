"""Folkmoot's own models, and how a task's model is built."""

import json
from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

from folkmoot.errors import LearningError
from folkmoot.learning import build, cnn, initial_weights, mlp, output_shape
from folkmoot.learning.models import MAX_PARAMETERS

MLP = "folkmoot/mlp"
CNN = "folkmoot/cnn"


@pytest.mark.parametrize(("channels", "size", "classes"), [(1, 8, 10), (1, 28, 62), (3, 32, 43), (1, 4, 2), (1, 9, 3)])
def test_both_models_read_images_of_any_shape(channels: int, size: int, classes: int) -> None:
    images = torch.rand(3, channels, size, size)
    for model in (cnn(channels, classes, size), mlp(channels * size * size, classes)):
        assert model(images).shape == (3, classes)
        assert {tensor.dtype for tensor in model.state_dict().values()} == {torch.float32}


def test_cnn_has_the_widths_asked_for() -> None:
    shapes = {tuple(tensor.shape) for tensor in cnn(1, 10, 8, widths=(3, 5, 7)).state_dict().values()}
    assert shapes == {(3, 1, 3, 3), (3,), (5, 3, 3, 3), (5,), (7, 20), (7,), (10, 7), (10,)}


def test_mlp_without_hidden_layers_is_linear() -> None:
    assert [tuple(tensor.shape) for tensor in mlp(6, 2, hidden=()).state_dict().values()] == [(2, 6), (2,)]


def test_cnn_refuses_images_that_two_poolings_would_erase() -> None:
    with pytest.raises(LearningError, match="at least 4x4, not 3x3") as caught:
        cnn(1, 10, 3)
    assert "mlp" in caught.value.hint


def test_build_takes_a_descriptors_json() -> None:
    arguments = json.loads('{"inputs": 64, "classes": 10, "hidden": [32, 16]}')
    assert build(MLP, arguments)(torch.rand(2, 1, 8, 8)).shape == (2, 10)
    assert build(CNN, {"channels": 1, "classes": 10, "size": 8})(torch.rand(2, 1, 8, 8)).shape == (2, 10)


@pytest.mark.parametrize(
    "arguments",
    [
        {"inputs": 64},
        {"inputs": 64, "classes": 10, "colour": "red"},
        {"inputs": -1, "classes": 10},
        {"inputs": "64", "classes": 10},
        {"inputs": 64, "classes": 2**80},
    ],
)
def test_build_refuses_arguments_that_the_factory_refuses(arguments: dict[str, object]) -> None:
    with pytest.raises(LearningError, match=r"folkmoot/mlp fails with the arguments \{'inputs': "):
        build(MLP, arguments)


@pytest.mark.parametrize("name", ["os:getpid", "sys:maxsize", "operator:itemgetter"])
def test_build_refuses_what_makes_no_module(name: str) -> None:
    with pytest.raises(LearningError, match=r"the model is a int|fails without arguments: TypeError: "):
        build(name, {}, allowed=[name])


def test_build_measures_before_it_allocates() -> None:
    with pytest.raises(LearningError, match="would have 10000099000000 values"):
        build(MLP, {"inputs": 999_999, "classes": 10, "hidden": [9_999_999]})


NUMBERS = "tests.support.foreign_models:needs_numbers"


def test_a_model_that_needs_numbers_to_be_built_is_measured_while_it_is_made() -> None:
    assert build(NUMBERS, {"width": 3}, allowed=[NUMBERS])(torch.rand(2, 64)).shape == (2, 10)
    width = MAX_PARAMETERS // 64 + 1  # whose first weights are not written before they are counted
    with pytest.raises(LearningError, match=f"would have {64 * width} values"):
        build(NUMBERS, {"width": width}, allowed=[NUMBERS])


def test_modules_that_are_made_later_are_not_measured() -> None:
    build(NUMBERS, {"width": 3}, allowed=[NUMBERS])
    with torch.device("meta"):
        assert nn.Linear(1, MAX_PARAMETERS + 1).weight.numel() > MAX_PARAMETERS


def test_build_refuses_state_that_is_not_float32() -> None:
    with pytest.raises(LearningError, match="num_batches_tracked") as caught:
        build("torch.nn:BatchNorm1d", {"num_features": 3}, allowed=["torch.nn:BatchNorm1d"])
    assert "GroupNorm" in caught.value.hint


def test_the_output_shape_is_that_of_a_batch_of_one() -> None:
    assert output_shape(mlp(64, 10), (1, 8, 8)) == (1, 10)
    with pytest.raises(LearningError, match=r"cannot read samples of shape \(1, 8, 8\): RuntimeError: mat1") as caught:
        output_shape(mlp(65, 10), (1, 8, 8))
    assert "inputs" in caught.value.hint


class Odd(nn.Module):
    """A module that does what it is given for an output."""

    def __init__(self, forward: Callable[[], object]) -> None:
        super().__init__()
        self.forward = lambda _: forward()


def _raise(error: BaseException) -> object:
    raise error


@pytest.mark.parametrize(
    ("forward", "told"),
    [
        (lambda: (torch.zeros(1, 10), None), "the model returns a tuple, not a tensor"),
        (lambda: _raise(KeyError("x")), "cannot read samples of shape .*: KeyError: 'x'"),
        (lambda: _raise(SystemExit()), "cannot read samples of shape .*: SystemExit"),
    ],
)
def test_a_module_without_logits_is_told(forward: Callable[[], object], told: str) -> None:
    with pytest.raises(LearningError, match=told):
        output_shape(Odd(forward), (1, 8, 8))


def test_a_factory_does_not_end_the_process() -> None:
    with pytest.raises(LearningError, match="sys:exit fails without arguments: SystemExit"):
        build("sys:exit", {}, allowed=["sys:exit"])


def test_initial_weights_depend_on_the_seed_alone() -> None:
    torch.manual_seed(1)
    first = initial_weights(lambda: mlp(64, 10), 7)
    torch.manual_seed(2)
    again, other = initial_weights(lambda: mlp(64, 10), 7), initial_weights(lambda: mlp(64, 10), 8)
    assert all(np.array_equal(first[name], again[name]) for name in first)
    assert not np.array_equal(first["1.weight"], other["1.weight"])
    assert {array.dtype for array in first.values()} == {np.dtype(np.float32)}


class Attached(nn.Linear):
    """Its state is bound to the gradients."""

    def state_dict(self, *_: object, **__: object) -> dict[str, torch.Tensor]:  # type: ignore[override]
        return dict(self.named_parameters())


def test_a_state_that_gives_no_numbers_is_told() -> None:
    with pytest.raises(LearningError, match=r"state cannot be read: RuntimeError: .*requires grad") as caught:
        initial_weights(lambda: Attached(2, 3), 0)
    assert "detached" in caught.value.hint


def test_initial_weights_leave_the_global_generator_alone() -> None:
    torch.manual_seed(3)
    expected = torch.rand(4)
    torch.manual_seed(3)
    initial_weights(lambda: mlp(4, 2), 0)
    assert torch.equal(torch.rand(4), expected)
