"""Model factories: plain float32 `torch.nn.Module`s, and the allow-list by which a task names one of them."""

import importlib
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from folkmoot.errors import LearningError

ALLOWED = ("folkmoot.learning.models:cnn", "folkmoot.learning.models:mlp")
MAX_PARAMETERS = 1 << 28
SMALLEST_IMAGE = 4

Weights = dict[str, NDArray[np.float32]]
"""A model's tensors by `state_dict` name; every array is float32, C-contiguous and owned by the dictionary."""


def mlp(inputs: int, classes: int, hidden: Sequence[int] = (64,)) -> nn.Module:
    """A multilayer perceptron with ReLU: (n, ...) with `inputs` values a sample to (n, classes)."""
    layers: list[nn.Module] = [nn.Flatten()]
    for width, following in pairwise((inputs, *hidden)):
        layers += [nn.Linear(width, following), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear((inputs, *hidden)[-1], classes))


def cnn(channels: int, classes: int, size: int, widths: Sequence[int] = (8, 16, 64)) -> nn.Module:
    """Two 3x3 convolutions, each halving the side, and one hidden layer: (n, channels, size, size) to (n, classes).

    `widths` are the channels of the first and second convolution and the units of the hidden layer.
    Raises `LearningError` for images smaller than 4x4.
    """
    if size < SMALLEST_IMAGE:
        raise LearningError(f"cnn needs images of at least 4x4, not {size}x{size}", hint="use mlp for data this small")
    first, second, hidden = widths
    return nn.Sequential(
        *(nn.Conv2d(channels, first, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(first, second, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(second * (size // 4) ** 2, hidden), nn.ReLU()),
        nn.Linear(hidden, classes),
    )


def build(import_name: str, arguments: Mapping[str, object], *, allowed: Collection[str] = ALLOWED) -> nn.Module:
    """Build the model that a task names as "module:factory" with JSON `arguments`.

    Both come from strangers, so the name is only ever looked up in `allowed`, the operator's own list, and what the
    arguments ask for is measured before it is allocated. Raises `LearningError` for a name that is not in the list, for
    arguments that the factory refuses, for more than `MAX_PARAMETERS` values and for state that is not float32.
    """
    factory = _look_up(import_name, allowed)
    try:
        with torch.device("meta"):
            check_state(factory(**arguments))
        return factory(**arguments)
    except (TypeError, ValueError, RuntimeError, ArithmeticError) as error:
        raise LearningError(
            f"{import_name} refuses the arguments {dict(arguments)}: {error}",
            hint="compare the task's model arguments with the factory's signature",
        ) from error


def initial_weights(factory: Callable[[], nn.Module], seed: int) -> Weights:
    """The weights of a fresh model whose initialisation is drawn from `seed`; PyTorch's global generator is kept."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return state(factory())


def state(module: nn.Module) -> Weights:
    """A copy of the module's weights as NumPy arrays."""
    return {name: np.array(tensor.numpy(), order="C") for name, tensor in module.state_dict().items()}


def check_state(module: nn.Module) -> None:
    """Raise `LearningError` unless the module's state is float32 throughout and has 1 to `MAX_PARAMETERS` values."""
    tensors = module.state_dict()
    odd = sorted(name for name, tensor in tensors.items() if tensor.dtype != torch.float32)
    if odd:
        raise LearningError(
            f"the model keeps state that is not float32: {', '.join(odd)}",
            hint="use layers without counters, for example GroupNorm instead of BatchNorm",
        )
    count = sum(tensor.numel() for tensor in tensors.values())
    if not 1 <= count <= MAX_PARAMETERS:
        raise LearningError(f"the model would have {count} values", hint=f"1 to {MAX_PARAMETERS} are accepted")


def _look_up(import_name: str, allowed: Collection[str]) -> Callable[..., nn.Module]:
    if import_name not in allowed:
        raise LearningError(
            f"the model {import_name!r} is not in this operator's list of allowed models",
            hint=f"read its source; if you trust it, add it to the allowed models (now {', '.join(sorted(allowed))})",
        )
    module, _, name = import_name.partition(":")
    try:
        factory: Callable[..., nn.Module] = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError) as error:
        raise LearningError(
            f"the allowed model {import_name!r} cannot be imported: {error}",
            hint='write it as "package.module:factory" and install the package in this environment',
        ) from error
    return factory
