"""The experiments by name."""

from collections.abc import Mapping

from experiments import (
    bflc_figure3,
    bflc_figure4,
    bflc_table1,
    bift,
    cost,
    matrix,
    pos_bfl,
    small,
    storage,
    store_sizes,
)
from experiments.experiment import Experiment
from folkmoot.errors import ConfigError

EXPERIMENTS: Mapping[str, Experiment] = {
    module.EXPERIMENT.name: module.EXPERIMENT
    for module in (bflc_table1, bflc_figure3, bflc_figure4, pos_bfl, bift, matrix, cost, small, storage, store_sizes)
}


def find(name: str) -> Experiment:
    """An experiment by its name. Raises `ConfigError` if there is none."""
    if name not in EXPERIMENTS:
        raise ConfigError(f"no experiment {name!r}", f"one of {', '.join(EXPERIMENTS)}")
    return EXPERIMENTS[name]
