"""Attacks on the attacker's own training data; the training itself stays honest."""

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator

from folkmoot.errors import ConfigError
from folkmoot.learning import Dataset

GREEN_TO_RED = {2: 0}
"""Bift's label flip for traffic lights of the classes red, yellow, green: "label all green lights as Red Circle"."""


def data_noise(data: Dataset, _: int, rng: Generator, *, variance: float = 1.0) -> Dataset:
    """Gaussian noise of this variance on each input value, which is not cut off afterwards.

    Yu et al. (PoS-BFL), section 5.1: a device is malicious if noise is added to its data set. They give a variance for
    models only, 1, which is the default here too.
    """
    drawn = rng.standard_normal(data.x.shape, np.float32)
    return Dataset(data.x + np.float32(np.sqrt(variance)) * drawn, data.y, data.groups)


def label_flip(data: Dataset, classes: int, _: Generator, *, flips: Mapping[int, int] | None = None) -> Dataset:
    """Each label y becomes `flips[y]`, or stays where there is none; without `flips` it becomes classes - 1 - y.

    The reversal is that of Fang et al. (USENIX Security 2020), l to L - 1 - l; for `flips` see `GREEN_TO_RED`. Raises
    `ConfigError` for labels that the task does not have.
    """
    table = np.arange(classes)[::-1].copy() if flips is None else np.arange(classes)
    known = range(classes)
    for old, new in (flips or {}).items():
        if old not in known or new not in known:
            raise ConfigError(f"cannot flip label {old} to {new}", f"the task has the labels 0 to {classes - 1}")
        table[old] = new
    if data.classes > classes:
        raise ConfigError(f"the data has {data.classes} classes, the task {classes}", "give the task's own number")
    return Dataset(data.x, table[data.y].astype(np.int64), data.groups)
