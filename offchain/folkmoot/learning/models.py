"""Folkmoot's own models, plain float32 `torch.nn.Module`s, and how a task's model is built."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise

import numpy as np
import torch
from torch import nn
from torch.nn.modules.module import register_module_buffer_registration_hook as on_buffer
from torch.nn.modules.module import register_module_parameter_registration_hook as on_parameter

from folkmoot.errors import LearningError
from folkmoot.learning.foreign_code import foreign_code, say
from folkmoot.learning.learner import Weights
from folkmoot.learning.registry import find_factory, model

MAX_PARAMETERS = 1 << 28
SMALLEST_IMAGE = 4


@model("folkmoot/mlp")
def mlp(inputs: int, classes: int, hidden: Sequence[int] = (64,)) -> nn.Module:
    """A multilayer perceptron with ReLU: (n, ...) with `inputs` values a sample to (n, classes)."""
    layers: list[nn.Module] = [nn.Flatten()]
    for width, following in pairwise((inputs, *hidden)):
        layers += [nn.Linear(width, following), nn.ReLU()]
    return nn.Sequential(*layers, nn.Linear((inputs, *hidden)[-1], classes))


@model("folkmoot/cnn")
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


def build(name: str, arguments: Mapping[str, object], *, allowed: Collection[str] = ()) -> nn.Module:
    """Build the model that a task names, with JSON `arguments`.

    Both come from strangers. The name is registered or in `allowed`, the operator's own list. What the arguments ask
    for is measured before it is allocated or, where the factory needs numbers, while it is. Raises `LearningError` for
    another name, for arguments that the factory fails with, for more than `MAX_PARAMETERS` values and for state that is
    not float32.
    """
    factory = find_factory(name, allowed)
    given = f"with the arguments {dict(arguments)}" if arguments else "without arguments"
    hint = "compare the task's model arguments with the factory's signature"
    with foreign_code(lambda error: LearningError(f"{name} fails {given}: {say(error)}", hint), LearningError):
        try:
            with torch.device("meta"):
                check_state(factory(**arguments))
        except LearningError:
            raise
        except Exception:  # noqa: BLE001, S110 - that device has no numbers, which some models need
            pass
        with _measured():
            module = factory(**arguments)
        check_state(module)
        return module


@contextmanager
def _measured() -> Iterator[None]:
    """Raise `LearningError` once modules that are made meanwhile register more than `MAX_PARAMETERS` values."""
    count = 0

    def add(_module: nn.Module, _name: str, tensor: torch.Tensor | None) -> None:
        nonlocal count
        count += 0 if tensor is None else tensor.numel()
        _check_count(count)

    handles = [register(add) for register in (on_buffer, on_parameter)]
    try:
        yield
    finally:
        for handle in handles:
            handle.remove()


def initial_weights(factory: Callable[[], nn.Module], seed: int) -> Weights:
    """The weights of a fresh model whose initialisation is drawn from `seed`; PyTorch's global generator is kept."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return state(factory())


def output_shape(module: nn.Module, input_shape: Sequence[int]) -> tuple[int, ...]:
    """The shape of a model's output for a batch of one sample.

    Raises `LearningError` if it cannot read the sample or returns anything but a tensor.
    """
    fault = f"the model cannot read samples of shape {tuple(input_shape)}"
    hint = "compare the model's arguments (inputs, channels, size) with the data's shape"
    with foreign_code(lambda error: LearningError(f"{fault}: {say(error).partition(chr(10))[0]}", hint)):
        module.eval()
        with torch.inference_mode():
            output = module(torch.zeros(1, *input_shape))
    if not isinstance(output, torch.Tensor):
        hint = "its forward() must return logits of shape (n, classes) and nothing else"
        raise LearningError(f"the model returns a {type(output).__name__}, not a tensor", hint)
    return tuple(output.shape)


def state(module: nn.Module) -> Weights:
    """A copy of the module's weights as NumPy arrays. Raises `LearningError` if its state has none."""
    hint = "its state_dict() must return detached tensors in main memory"
    with foreign_code(lambda error: LearningError(f"the model's state cannot be read: {say(error)}", hint)):
        return {name: np.array(tensor.numpy(), order="C") for name, tensor in module.state_dict().items()}


def check_state(module: object) -> None:
    """Raise `LearningError` unless this is a module whose state is float32 and has 1 to `MAX_PARAMETERS` values."""
    if not isinstance(module, nn.Module):
        raise LearningError(
            f"the model is a {type(module).__name__}", hint="make it a torch.nn.Module, or use a `plugin`"
        )
    tensors = module.state_dict()
    odd = sorted(name for name, tensor in tensors.items() if tensor.dtype != torch.float32)
    if odd:
        raise LearningError(
            f"the model keeps state that is not float32: {', '.join(odd)}",
            hint="use layers without counters, for example GroupNorm instead of BatchNorm",
        )
    _check_count(sum(tensor.numel() for tensor in tensors.values()), least=1)


def _check_count(count: int, least: int = 0) -> None:
    if not least <= count <= MAX_PARAMETERS:
        raise LearningError(f"the model would have {count} values", hint=f"1 to {MAX_PARAMETERS} are accepted")
