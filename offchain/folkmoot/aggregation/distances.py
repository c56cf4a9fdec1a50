"""Distances between updates, exact whatever the processor, the number of threads or the BLAS.

Products of float64 matrices differ between machines in their last bits, and a last bit can decide which update Krum
chooses. So the coordinates are rounded to integers of one common scale, so small that every sum of products stays below
2^53: such float64 products are exact in any order.
"""

from collections.abc import Sequence

import numpy as np

from folkmoot.aggregation.coordinates import changed_blocks
from folkmoot.aggregation.registry import Contribution, Tensors

HEADROOM = 2
"""A coordinate is cut off at about 2^HEADROOM times the largest one of an ordinary update.
Without that limit one absurd update would make the scale so coarse that all others looked alike."""


def squared_distances(contributions: Sequence[Contribution], parent: Tensors) -> list[list[int]]:
    """Squared Euclidean distances `[i][j]` between the updates' changes to the parent, in an arbitrary unit.

    The ordinary update, which sets the scale, is the one whose largest change is the lower median of the updates'
    largest changes above 0.
    """
    size = sum(tensor.size for tensor in parent.values())
    bits = (53 - max(size - 1, 0).bit_length()) // 2
    exponent = _exponent(contributions, parent)
    gram = np.zeros((len(contributions), len(contributions)), dtype=np.int64)
    for _, _, changes in changed_blocks(contributions, parent):
        with np.errstate(over="ignore", under="ignore"):  # what is too large is cut off, what is too small is 0
            np.ldexp(changes, bits - exponent, out=changes)
        np.clip(np.rint(changes, out=changes), -(2.0**bits), 2.0**bits, out=changes)
        gram += (changes @ changes.T).astype(np.int64)
    own = gram.diagonal()
    squares: list[list[int]] = (own[:, None] + own[None, :] - 2 * gram).tolist()
    return squares


def _exponent(contributions: Sequence[Contribution], parent: Tensors) -> int:
    """The exponent of the power of two beyond which coordinates are cut off."""
    largest = np.zeros(len(contributions))
    for _, _, changes in changed_blocks(contributions, parent):
        np.maximum(largest, np.abs(changes).max(axis=1), out=largest)
    moved = np.sort(largest[largest > 0])
    return int(np.frexp(moved[(len(moved) - 1) // 2])[1]) + HEADROOM if len(moved) else 0
