"""What an attack consists of: one function for each place in the protocol that it changes."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from numpy.random import Generator

from folkmoot.learning import Dataset, Weights
from folkmoot.simulation.attacks.knowledge import Knowledge
from folkmoot.worker import View
from folkmoot.worker.actions import Action

DataPoisoning = Callable[[Dataset, int, Generator], Dataset]
"""From the attacker's training data, the task's number of classes and a generator to what it trains on instead."""

Craft = Callable[[Knowledge], Weights]
"""From what the attacker knows to the update that it submits."""

FalseScores = Callable[[Sequence[str], Collection[str], Generator], list[int]]
"""From the authors of a round's updates, the colluders and a generator to scores in basis points."""

Decide = Callable[[View], Action]

Conduct = Callable[[Decide], Decide]
"""From how a worker decides to how it decides under attack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """What an attacker does differently; what is None it does honestly. `dataclasses.replace` combines attacks."""

    data: DataPoisoning | None = None
    update: Craft | None = None
    scores: FalseScores | None = None
    conduct: Conduct | None = None
    baseline: int | None = None  # what it claims for the model, in basis points, beside `scores`
    crafted: bool = False  # whether `update` is made from the others' honest models

    @property
    def poisons(self) -> tuple[str, ...]:
        """Which of data, update, scores and conduct it falsifies."""
        return tuple(part for part in ("data", "update", "scores", "conduct") if getattr(self, part))
