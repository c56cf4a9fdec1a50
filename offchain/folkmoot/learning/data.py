"""Datasets as arrays, and the splits that keep test data and scoring data apart from training data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from folkmoot.errors import LearningError

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Samples with their labels.

    `x` is float32 and finite, (n, channels, height, width) with images scaled to 0..1, or (n, features). `y` (n,) is
    int64 and counts classes from 0. `groups`, each (n,) and int64, say which "writer" or "site" a sample comes from,
    where that is known. Raises `LearningError` for anything else.
    """

    x: NDArray[np.float32]
    y: NDArray[np.int64]
    groups: Mapping[str, NDArray[np.int64]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        parts: list[NDArray[Any]] = [self.x, self.y, *self.groups.values()]
        types = [str(part.dtype) for part in parts]
        shapes = [part.shape for part in parts[1:]]
        check(types == ["float32"] + ["int64"] * len(shapes), f"the types are {types}", "use float32 x, int64 y")
        check(self.x.ndim in (2, 4), f"x has shape {self.x.shape}", "use (n, features) or (n, channels, height, width)")
        check(all(len(shape) == 1 for shape in shapes), f"y and groups have shapes {shapes}", "use (n,) for each")
        lengths = [len(part) for part in parts]
        check(len(set(lengths)) == 1, f"x, y and groups have lengths {lengths}", "give one entry for each sample")
        check(self.x.size > 0, "the dataset is empty", "give at least one sample with at least one value")
        check(bool((self.y >= 0).all()), f"there is a negative label, {self.y.min()}", "number the classes from 0")
        check(bool(np.isfinite(self.x).all()), "x contains NaN or infinity", "fill in or drop the missing values")

    def __len__(self) -> int:
        return len(self.y)

    @property
    def classes(self) -> int:
        """The highest label + 1."""
        return int(self.y.max()) + 1

    def take(self, indices: Indices) -> "Dataset":
        """The samples at `indices`, in that order."""
        groups = {name: numbers[indices] for name, numbers in self.groups.items()}
        return Dataset(self.x[indices], self.y[indices], groups)


def holdout(dataset: Dataset, fraction: float, seed: int) -> tuple[Dataset, Dataset]:
    """Set apart a test set that no member trains on: (the rest, `fraction` of each class)."""
    return _split(dataset, fraction, seed)


def split_member(dataset: Dataset, score_fraction: float, seed: int) -> tuple[Dataset, Dataset]:
    """Split a member's data into what it trains on and what it scores others with: (train, score), disjoint.

    Each class is split in that proportion, as far as whole samples allow. Both parts have at least one sample.
    """
    return _split(dataset, score_fraction, seed)


def thin(dataset: Dataset, limit: int) -> Dataset:
    """At most `limit` samples, evenly spaced over the dataset, so that data sorted by class keeps every class."""
    check(limit >= 1, f"a limit of {limit} samples leaves no data", "allow at least 1 sample")
    return dataset.take(_evenly(len(dataset), min(limit, len(dataset))))


def check(condition: bool, message: str, hint: str) -> None:
    """Raise `LearningError(message, hint=hint)` unless the condition holds."""
    if not condition:
        raise LearningError(message, hint=hint)


def _split(dataset: Dataset, fraction: float, seed: int) -> tuple[Dataset, Dataset]:
    """Take evenly spaced samples of the dataset when it is ordered by class, at random within a class."""
    total = len(dataset)
    check(0 < fraction < 1, f"cannot split off a fraction of {fraction}", "use a fraction between 0 and 1")
    check(total > 1, "a single sample cannot be split in two", "give every member at least two samples")
    order = np.random.Generator(np.random.PCG64(seed)).permutation(total)
    by_class = order[np.argsort(dataset.y[order], kind="stable")]
    taken = np.zeros(total, np.bool_)
    taken[by_class[_evenly(total, min(max(round(fraction * total), 1), total - 1))]] = True
    return dataset.take(np.flatnonzero(~taken)), dataset.take(np.flatnonzero(taken))


def _evenly(total: int, count: int) -> Indices:
    """`count` distinct, evenly spaced and centred positions below `total`, ascending."""
    return (2 * np.arange(count) + 1) * total // (2 * count)
