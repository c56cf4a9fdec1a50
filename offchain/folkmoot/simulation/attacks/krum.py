"""Local model poisoning against Krum: a model as bad as Krum will still choose.

Fang et al., "Local Model Poisoning Attacks to Byzantine-Robust Federated Learning", USENIX Security 2020,
with the bound of He et al. (Bift), section VI-B.1, equation (6).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from folkmoot.aggregation import Circumstances, Contribution, aggregate
from folkmoot.learning import Weights
from folkmoot.simulation.attacks.knowledge import Knowledge, flat, nudge, shaped

SMALLEST = 1e-5
"""Where halving ends though the rule still chooses an honest model (Fang et al.)."""


def krum_attack(known: Knowledge, *, rule: str = "krum/1", directed: bool = True) -> Weights:
    """The parent less α along the signs of the honest mean change; α from the bound, halved until `rule` chooses it.

    Bift writes w_m = w_r - α without the signs of the attack that it reproduces: `directed=False` is that to the
    letter, the same α off every number. The rule is tried on the known honest models and f crafted ones, and assumes f.
    Bift attacks Bulyan in the same way, because Bulyan chooses by Krum.
    """
    parent, changes = flat(known.parent), _changes(known)
    towards = np.sign(changes.mean(axis=0)) if directed else np.ones(parent.size)
    alpha = bound(changes, known.n, known.f)
    nudges = [nudge(parent.size, known.rng) for _ in range(known.f)]
    while True:
        base = parent - alpha * towards
        crafted = [shaped(base + apart, known.parent) for apart in nudges]
        if alpha < SMALLEST or _is_chosen(crafted, known, rule):
            return crafted[0]
        alpha /= 2


def bound(changes: NDArray[np.float64], n: int, f: int) -> float:
    """The right-hand side of Bift's (6), from the honest models' changes to the parent, (k, d).

    m, c there are n, f here. Each sum is over an honest model's m - c - 2 nearest honest ones, or as many as are known.
    Where Krum has no guarantee any more, m - 2c - 1 < 1, it counts as 1.
    """
    gram = changes @ changes.T
    lengths = gram.diagonal()
    squares = np.sort(np.maximum(lengths[:, None] + lengths[None, :] - 2 * gram, 0), axis=1)  # the first is its own
    nearest = min(max(n - f - 2, 1), len(changes) - 1)
    closest = squares[:, 1 : 1 + nearest].sum(axis=1).min()
    size = changes.shape[1]
    return float(np.sqrt(closest / (max(n - 2 * f - 1, 1) * size)) + np.sqrt(lengths.max() / size))


def _changes(known: Knowledge) -> NDArray[np.float64]:
    return np.subtract(known.rows(), flat(known.parent), dtype=np.float64)


def _is_chosen(crafted: Sequence[Weights], known: Knowledge, rule: str) -> bool:
    """Whether the rule gives one of the crafted models, which come last in address order, so that they lose ties."""
    models = [*known.honest, *crafted]
    entries = [Contribution(f"0x{number:040x}", 1, model) for number, model in enumerate(models)]
    made = aggregate(rule, entries, parent=known.parent, circumstances=Circumstances(f=known.f))
    chosen = flat(made.tensors)
    return any(np.array_equal(chosen, flat(model)) for model in crafted)
