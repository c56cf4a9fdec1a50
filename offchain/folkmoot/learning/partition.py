"""Partitioners: which samples of a dataset each member of a federation gets, by name and seed."""

import math

import numpy as np
from numpy.random import PCG64, Generator

from folkmoot.errors import LearningError
from folkmoot.learning.data import Dataset, Indices, check

PARTITIONERS = ("dirichlet", "iid", "shards", "site", "writer")
ATTEMPTS = 200


def partition(
    name: str, dataset: Dataset, members: int, *, seed: int, alpha: float = 0.5, shards: int = 2, minimum: int = 10
) -> list[Indices]:
    """Divide all samples of the dataset among `members`: one ascending index array each, disjoint.

    - "iid": at random, in numbers that differ by at most one.
    - "dirichlet": each class in proportions drawn from Dir(`alpha`); the smaller alpha, the fewer classes a member has
      (Hsu et al., arXiv:1909.06335).
    - "shards": sorted by class, cut into `shards` equal pieces a member and dealt at random (McMahan et al.,
      arXiv:1602.05629).
    - "writer", "site": whole groups, dealt at random in numbers that differ by at most one.

    Drawn again, at most `ATTEMPTS` times, until every member has `minimum` samples. Raises `LearningError` when that
    fails, and for an unknown name or a setting out of range.
    """
    _check_settings(name, dataset, members, alpha, shards, minimum)
    rng = Generator(PCG64(seed))
    for _ in range(ATTEMPTS):
        owner = _draw(name, dataset, members, rng, alpha, shards)
        if np.bincount(owner, minlength=members).min() >= minimum:
            return [np.flatnonzero(owner == member) for member in range(members)]
    raise _too_few(name, len(dataset), members, minimum)


def _draw(name: str, dataset: Dataset, members: int, rng: Generator, alpha: float, shards: int) -> Indices:
    """The owner of each sample."""
    match name:
        case "iid":
            return _deal(len(dataset), members, rng)
        case "dirichlet":
            return _dirichlet(dataset.y, members, rng, alpha)
        case "shards":
            return _shards(dataset.y, members, rng, shards)
        case _:
            return _whole_groups(_groups(name, dataset), members, rng)


def _deal(things: int, members: int, rng: Generator) -> Indices:
    return np.asarray(rng.permutation(things) % members, np.int64)


def _dirichlet(y: Indices, members: int, rng: Generator, alpha: float) -> Indices:
    owner = np.empty_like(y)
    for label in np.unique(y):
        of_class = rng.permutation(np.flatnonzero(y == label))
        bounds = np.cumsum(rng.dirichlet(np.full(members, alpha)))[:-1]
        owner[of_class] = np.searchsorted(bounds, (np.arange(len(of_class)) + 0.5) / len(of_class))
    return owner


def _shards(y: Indices, members: int, rng: Generator, shards: int) -> Indices:
    order = rng.permutation(len(y))
    by_class = order[np.argsort(y[order], kind="stable")]
    shard = np.arange(len(y)) * (members * shards) // len(y)
    owner = np.empty_like(y)
    owner[by_class] = _deal(members * shards, members, rng)[shard]
    return owner


def _whole_groups(groups: Indices, members: int, rng: Generator) -> Indices:
    names, group = np.unique(groups, return_inverse=True)
    return _deal(len(names), members, rng)[group]


def _groups(name: str, dataset: Dataset) -> Indices:
    if name not in dataset.groups:
        known = "".join(f", only which {other}" for other in dataset.groups)
        raise LearningError(
            f"the data does not say which {name} each sample is from{known}",
            hint=f"add a {name!r} array to the .npz file",
        )
    return dataset.groups[name]


def _check_settings(name: str, dataset: Dataset, members: int, alpha: float, shards: int, minimum: int) -> None:
    check(name in PARTITIONERS, f"there is no partitioner {name!r}", f"use one of {', '.join(PARTITIONERS)}")
    counts = min(members, shards, minimum)
    check(counts >= 1 and 0 < alpha < math.inf, "members, shards, minimum and alpha must be positive", "correct them")
    if members * minimum > len(dataset):
        raise _too_few(name, len(dataset), members, minimum)


def _too_few(name: str, samples: int, members: int, minimum: int) -> LearningError:
    return LearningError(
        f"{name!r} cannot give each of {members} members {minimum} of {samples} samples",
        hint="use fewer members, a smaller minimum, a larger alpha, or data with more groups",
    )
