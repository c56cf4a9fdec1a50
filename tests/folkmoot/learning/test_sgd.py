"""Gradient descent, against PyTorch's own."""

import subprocess
import sys
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from folkmoot.learning import cnn, mlp
from folkmoot.learning.sgd import SGD

MODELS: dict[str, Callable[[], nn.Module]] = {"mlp": lambda: mlp(64, 10), "cnn": lambda: cnn(1, 10, 8)}


def trained(
    make: Callable[[], nn.Module], optimizer: Callable[[nn.Module], SGD | torch.optim.Optimizer]
) -> list[Tensor]:
    """The parameters after ten steps, of which the fifth leaves one tensor without a gradient."""
    torch.manual_seed(0)
    module = make()
    steps = optimizer(module)
    for number in range(10):
        steps.zero_grad()
        loss = nn.functional.cross_entropy(module(torch.rand(16, 1, 8, 8)), torch.arange(16) % 10)
        loss.backward()  # type: ignore[no-untyped-call]
        if number == 4:
            next(module.parameters()).grad = None
        steps.step()
    return [parameter.detach() for parameter in module.parameters()]


@pytest.mark.parametrize("momentum", [0.0, 0.9])
@pytest.mark.parametrize("learning_rate", [0.1, 1e-3])
@pytest.mark.parametrize("model", MODELS)
def test_it_is_pytorchs_bit_for_bit(model: str, learning_rate: float, momentum: float) -> None:
    own = trained(MODELS[model], lambda m: SGD(m.parameters(), learning_rate=learning_rate, momentum=momentum))
    theirs = trained(MODELS[model], lambda m: torch.optim.SGD(m.parameters(), lr=learning_rate, momentum=momentum))
    assert [tensor.numpy().tobytes() for tensor in own] == [tensor.numpy().tobytes() for tensor in theirs]


def test_steps_are_those_of_the_formula() -> None:
    weight = nn.Parameter(torch.tensor([1.0, -2.0]))
    optimizer = SGD([weight], learning_rate=0.5, momentum=0.5)
    for gradient, expected in (([2.0, 4.0], [0.0, -4.0]), ([0.0, 0.0], [-0.5, -5.0]), ([1.0, 0.0], [-1.25, -5.5])):
        weight.grad = torch.tensor(gradient)
        optimizer.step()
        assert weight.tolist() == expected


def test_gradients_are_forgotten() -> None:
    weight = nn.Parameter(torch.tensor([1.0]))
    weight.grad = torch.tensor([1.0])
    optimizer = SGD([weight], learning_rate=1.0, momentum=0.0)
    optimizer.zero_grad()
    optimizer.step()
    assert (weight.grad, weight.tolist()) == (None, [1.0])


def test_training_does_not_load_pytorchs_compiler() -> None:
    """The first optimizer of `torch.optim` does, which takes a second and 65 MB."""
    program = """
import sys
import numpy as np
from folkmoot.learning import Dataset, TorchLearner, mlp
data = Dataset(np.ones((4, 2), np.float32), np.arange(4) % 2)
settings = dict(epochs=1, batch=2, learning_rate=0.1, optimizer="sgd", momentum=0.9, seed=0)
print(TorchLearner(mlp(2, 2), data, data).fit(**settings), "torch._dynamo" in sys.modules)
"""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["4", "False"]
