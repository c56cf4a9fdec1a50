"""Models of strangers, for 64 values and 10 classes, by the names that a task gives them."""

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn


class Mute(Exception):
    """Its text fails."""

    def __str__(self) -> str:
        raise SystemExit


class Later(nn.Module):
    """Gives logits for one sample while it is not trained, and fails as it is told for more."""

    def __init__(self, fail: Callable[[Tensor], object]) -> None:
        super().__init__()
        self.linear, self.fail = nn.Linear(64, 10), fail

    def forward(self, x: Tensor) -> object:
        logits = self.linear(x.flatten(1))
        return logits if len(x) == 1 and not self.training else self.fail(logits)


def _raise(error: BaseException) -> object:
    raise error


FAILURES: Mapping[str, Callable[[Tensor], object]] = {
    "a tuple": lambda logits: (logits, None),
    "a dict": lambda logits: {"logits": logits},
    "too few": lambda logits: logits[:1],
    "KeyError": lambda _: _raise(KeyError("x")),
    "OSError": lambda _: _raise(OSError("no disk")),
    "ImportError": lambda _: _raise(ImportError("no package")),
    "RuntimeError": lambda _: _raise(RuntimeError("out of memory")),
    "SystemExit": lambda _: _raise(SystemExit(0)),
    "Mute": lambda _: _raise(Mute()),
}


def later(how: str) -> nn.Module:
    return Later(FAILURES[how])


def frozen() -> nn.Module:
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 10)).requires_grad_(False)


def needs_numbers(width: int) -> nn.Module:
    """Fails on a device without memory."""
    torch.ones(1).item()
    return nn.Sequential(nn.Flatten(), nn.Linear(64, width), nn.ReLU(), nn.Linear(width, 10))


def batch_norm() -> nn.Module:
    """All its state is float32."""
    norm = nn.BatchNorm1d(64)
    norm.num_batches_tracked = None
    return nn.Sequential(nn.Flatten(), norm, nn.Linear(64, 10))
