"""What an attacker knows when it makes its update, and models as flat vectors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from folkmoot.errors import ConfigError
from folkmoot.learning import Weights

Tensors = Mapping[str, NDArray[np.float32]]
Vector = NDArray[np.float32]

APART = 0.01
"""How far an attacker's update lies from what all attackers agreed on. The protocol scores exact copies 0, so colluders
differ a little; Fang et al. keep them within ε = 0.01 of each other too (Euclidean
distance)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knowledge:
    """What an attacker knows in a round. Nothing here is changed but `rng`, which is drawn from.

    With all honest models it has full knowledge, as in Bift; with the attackers' own honestly trained models only, it
    takes those for a sample of the others' (Fang et al., "partial knowledge"). Raises `ConfigError` unless 1 <= f <= n.
    """

    parent: Tensors  # the model that the round started from
    own: Tensors  # the attacker's own honestly trained model
    honest: Sequence[Tensors] = ()  # the honest models that it knows; only crafted attacks ask for them
    n: int  # updates in the round, the attackers' among them
    f: int  # attackers among these
    rng: Generator

    def __post_init__(self) -> None:
        if not 1 <= self.f <= self.n:
            raise ConfigError(
                f"there cannot be {self.f} attackers among {self.n}", "at least 1, and no more than there are"
            )

    def rows(self) -> NDArray[np.float32]:
        """The known honest models, a row each, (k, d). Raises `ConfigError` if there are none."""
        if not self.honest:
            raise ConfigError("a crafted attack without honest models", "tell it those that the attackers know")
        return np.stack([flat(model) for model in self.honest])


def flat(weights: Tensors) -> Vector:
    """A model's numbers, (d,), its tensors sorted by name."""
    return np.concatenate([weights[name].reshape(-1) for name in sorted(weights)])


def shaped(vector: NDArray[np.floating], like: Tensors) -> Weights:
    """The model with the names and shapes of another one whose numbers, rounded to float32, these are."""
    names = sorted(like)
    parts = np.split(vector, np.cumsum([like[name].size for name in names])[:-1])
    return {name: np.array(part.reshape(like[name].shape), np.float32) for name, part in zip(names, parts, strict=True)}


def nudge(size: int, rng: Generator) -> Vector:
    """A vector of length `APART` in a random direction, (size,)."""
    direction = rng.standard_normal(size, np.float32)
    return direction * np.float32(APART / max(float(np.linalg.norm(direction)), 1e-12))
