"""Updates crafted from the others' honest models against averages, trimmed means and medians."""

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from folkmoot.learning import Weights
from folkmoot.simulation.attacks.knowledge import Knowledge, flat, nudge, shaped


def trimmed_mean_attack(known: Knowledge, *, stretch: float = 2.0, directed: bool = True) -> Weights:
    """Each number drawn just outside the honest ones, on the side away from where honest training goes.

    Where the honest mean lies at or below the parent, from [max, 2 max] if max > 0, else from [max, max / 2]: He et al.
    (Bift), section VI-B.2, with `stretch` = 2. Where the honest mean rises, the mirror image at the minimum: so Fang et
    al. (USENIX Security 2020), whom Bift reproduces. Bift writes down the maximum only: that is `directed=False`.
    """
    honest = known.rows()
    low, high = honest.min(axis=0), honest.max(axis=0)
    rises = directed & (_mean(honest) > flat(known.parent))
    near = np.where(rises, low, high)
    outwards = np.where(rises, near < 0, near > 0)  # whether away from the honest numbers is away from zero
    far = np.where(outwards, near * np.float32(stretch), near / np.float32(stretch))
    return shaped(near + known.rng.random(near.size, np.float32) * (far - near), known.parent)


def inner_product(known: Knowledge, *, epsilon: float = 0.1) -> Weights:
    """The parent less `epsilon` times the mean honest change, so that no aggregate of such updates goes downhill.

    Xie et al., "Fall of Empires: Breaking Byzantine-tolerant SGD by Inner Product Manipulation", UAI 2019. The default
    is that of Karimireddy et al., "Byzantine-Robust Learning on Heterogeneous Datasets via Bucketing", ICLR 2022.
    """
    parent = flat(known.parent)
    change = _mean(known.rows()) - parent
    return shaped(parent - epsilon * change + nudge(parent.size, known.rng), known.parent)


def little_is_enough(known: Knowledge, *, z: float | None = None) -> Weights:
    """The honest mean less `z` standard deviations of each number, by default as many as `deviations(n, f)`.

    Baruch et al., "A Little Is Enough: Circumventing Defenses For Distributed Learning", NeurIPS 2019.
    """
    honest = known.rows()
    spread = honest.std(axis=0, dtype=np.float64)
    z = deviations(known.n, known.f) if z is None else z
    return shaped(_mean(honest) - z * spread + nudge(spread.size, known.rng), known.parent)


def deviations(n: int, f: int) -> float:
    """How many standard deviations off an update may be so that enough honest ones are farther out: Baruch et al.'s z.

    With s = floor(n / 2 + 1) - f honest supporters needed for a majority, the normal quantile of (n - f - s) / (n - f).
    It is at least 0, where attackers are too few to hide, and counts at least one supporter.
    """
    supporters = max(n // 2 + 1 - f, 1)
    nearer = (n - f - supporters) / (n - f)
    return max(NormalDist().inv_cdf(nearer), 0.0) if nearer > 0 else 0.0


def _mean(rows: NDArray[np.float32]) -> NDArray[np.float64]:
    mean: NDArray[np.float64] = rows.mean(axis=0, dtype=np.float64)
    return mean
