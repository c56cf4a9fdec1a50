"""A small round for attacks to fall upon: a parent, honest models that all went one way, what an attacker knows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from folkmoot.aggregation import Circumstances, Contribution, aggregate
from folkmoot.learning import Weights
from folkmoot.simulation.attacks import Knowledge, Tensors

N, F = 10, 3
SHAPES = {"b": (3,), "a.weight": (4, 50)}


def a_model(rng: np.random.Generator, scale: float) -> Weights:
    return {name: (scale * rng.standard_normal(shape)).astype(np.float32) for name, shape in SHAPES.items()}


def added(*models: Tensors) -> Weights:
    return {name: np.sum([model[name] for model in models], axis=0, dtype=np.float32) for name in models[0]}


def a_parent() -> Weights:
    return a_model(np.random.default_rng(1), 0.5)


def honest_models(count: int = N - F) -> list[Weights]:
    rng = np.random.default_rng(2)
    drift = a_model(rng, 0.1)
    return [added(a_parent(), drift, a_model(rng, 0.1)) for _ in range(count)]


def knowledge(seed: int = 7, **changes: Any) -> Knowledge:
    """Full knowledge of that round, unless something is changed."""
    honest = honest_models()
    usual: dict[str, Any] = {"parent": a_parent(), "own": honest[0], "honest": honest, "n": N, "f": F}
    return Knowledge(**(usual | {"rng": np.random.default_rng(seed)} | changes))


def put_together(rule: str, models: Sequence[Tensors], known: Knowledge) -> Weights:
    """What a rule makes of the models, which are those of as many members."""
    entries = [Contribution(f"0x{number:040x}", 1, model) for number, model in enumerate(models)]
    return aggregate(rule, entries, parent=known.parent, circumstances=Circumstances(f=known.f)).tensors


def vector(model: Tensors) -> NDArray[np.float64]:
    return np.concatenate([model[name].reshape(-1) for name in sorted(model)]).astype(np.float64)


def change(model: Tensors, known: Knowledge) -> NDArray[np.float64]:
    """By how much it differs from the parent."""
    return vector(model) - vector(known.parent)


def honest_change(known: Knowledge) -> NDArray[np.float64]:
    """The mean of the honest models' changes."""
    return np.asarray(np.mean([change(model, known) for model in known.honest], axis=0))
