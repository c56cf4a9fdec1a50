"""Gradient descent with momentum, bit for bit as `torch.optim.SGD`, whose first use takes a second and 65 MB."""

from collections.abc import Iterable

import torch
from torch import Tensor, nn


class SGD:
    """One step is v <- momentum * v + gradient, weight <- weight - learning_rate * v, where the first v is a gradient.

    Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013, as PyTorch has it.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], *, learning_rate: float, momentum: float) -> None:
        self._parameters = list(parameters)
        self._learning_rate, self._momentum = learning_rate, momentum
        self._velocities: dict[int, Tensor] = {}

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for parameter in self._parameters:
            parameter.grad = None

    def step(self) -> None:
        """Move every parameter that has a gradient."""
        with torch.no_grad():
            for index, parameter in enumerate(self._parameters):
                if parameter.grad is not None:
                    parameter.add_(self._velocity(index, parameter.grad), alpha=-self._learning_rate)

    def _velocity(self, index: int, gradient: Tensor) -> Tensor:
        if not self._momentum:
            return gradient
        if index in self._velocities:
            self._velocities[index].mul_(self._momentum).add_(gradient)
        else:
            self._velocities[index] = gradient.clone()
        return self._velocities[index]
