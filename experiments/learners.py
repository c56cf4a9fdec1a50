"""Baselines of the papers: pFedMe as a learner, and centralised training, which no federation can beat by much."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from folkmoot.errors import LearningError
from folkmoot.learning import Dataset, TorchLearner, Weights
from folkmoot.learning.training import Optimizer

BASIS_POINTS = 10_000


class PFedMe(TorchLearner):
    """Personalised federated learning with Moreau envelopes, as a `Learner`: what is shared is w, what is used is θ.

    T Dinh et al., "Personalized Federated Learning with Moreau Envelopes", NeurIPS 2020, algorithm 1. On each batch
    θ is found from w by `steps` gradient steps of rate `rate` on loss(θ) + `envelope` / 2 * |θ - w|²; then w steps
    along the envelope's gradient, `envelope` * (w - θ), with the learning rate and optimizer of `fit`. An epoch has as
    many of the paper's local rounds as there are batches. The server's mixing (1 - β) w_t + β * mean(w_i) happens here,
    before w_i is shared: the mean of the mixtures is the mixture of the mean.

    `envelope` is the paper's λ, `steps` its K. The defaults are the authors' for MNIST: λ 15, K 5, β 1, and 0.1 for θ.
    """

    def __init__(
        self,
        module: nn.Module,
        train: Dataset,
        score: Dataset,
        *,
        envelope: float = 15.0,
        steps: int = 5,
        rate: float = 0.1,
        beta: float = 1.0,
        **options: Any,
    ) -> None:
        super().__init__(module, train, score, **options)
        self._envelope, self._steps, self._rate, self._beta = envelope, steps, rate, beta
        self._personal: Weights | None = None

    def fit(self, **settings: Any) -> int:
        """As `Learner.fit`, starting from w; the weights afterwards are what is shared."""
        before = self.weights()
        samples = super().fit(**settings)
        self.load({name: _mixed(before[name], after, self._beta) for name, after in self.weights().items()})
        return samples

    def personal(self) -> Weights:
        """θ of the last batch trained on, the member's own model. Raises `LearningError` before any training."""
        if self._personal is None:
            raise LearningError("there is no personal model yet", hint="call fit first")
        return self._personal

    def _step(self, optimizer: Optimizer, x: Tensor, y: Tensor) -> float:
        shared = [(weight, weight.detach().clone()) for weight in self._module.parameters()]
        losses = [self._approach(shared, x, y) for _ in range(self._steps)]
        self._personal = self.weights()
        with torch.no_grad():
            for weight, w in shared:
                weight.grad = self._envelope * (w - weight)
                weight.copy_(w)
        optimizer.step()
        return losses[0]

    def _approach(self, shared: list[tuple[nn.Parameter, Tensor]], x: Tensor, y: Tensor) -> float:
        """One step from θ, which the module holds, towards the minimum; the mean loss before it."""
        loss = functional.cross_entropy(self._module(x), y)
        gradients = torch.autograd.grad(loss, [weight for weight, _ in shared])
        with torch.no_grad():
            for (weight, w), gradient in zip(shared, gradients, strict=True):
                weight.sub_(self._rate * (gradient + self._envelope * (weight - w)))
        return loss.item()


def centralised(
    module: nn.Module,
    train: Dataset,
    test: Dataset,
    *,
    rounds: int,
    seed: int,
    progress: Callable[[int, int, float], None] | None = None,
    threads: int = 1,
    **settings: Any,
) -> Iterator[float]:
    """Train one model on everybody's data; its accuracy on `test`, 0 to 1, after each of `rounds`.

    Li et al. (BFLC), Table I, "stand-alone". A round is what a member does in a round of a federation, `epochs`
    passes with a new optimizer; `settings` are the rest of `Learner.fit`'s. Raises what `TorchLearner` raises.
    """
    learner = TorchLearner(module, train, test, score_limit=len(test), threads=threads)
    for number in range(rounds):
        learner.fit(seed=seed + number, progress=progress, **settings)
        yield learner.evaluate() / BASIS_POINTS


def _mixed(before: NDArray[np.float32], after: NDArray[np.float32], share: float) -> NDArray[np.float32]:
    return (before + share * np.subtract(after, before, dtype=np.float64)).astype(np.float32)
