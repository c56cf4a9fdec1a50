"""One data set shared out among the members of a simulation, and a test set that none of them trains on."""

from dataclasses import dataclass

import numpy as np

from folkmoot.config import WorkerConfig
from folkmoot.errors import ConfigError, LearningError
from folkmoot.learning import Dataset, holdout, partition
from folkmoot.simulation.config import SimulationConfig
from folkmoot.worker import member_data


@dataclass(frozen=True, slots=True, eq=False)
class Shares:
    """What each member has, and the test set that none of them has."""

    members: tuple[Dataset, ...]
    test: Dataset

    @property
    def majority(self) -> float:
        """Accuracy of naming the test set's most frequent class, 0 to 1."""
        return float(np.bincount(self.test.y).max() / len(self.test))

    def first(self, count: int) -> "Shares":
        """The first `count` members, and the whole test set. Raises `ConfigError` if there are not as many."""
        if count > len(self.members):
            raise ConfigError(f"the data has {len(self.members)} members, not {count}", "ask for fewer")
        return Shares(self.members[:count], self.test)

    def pooled(self) -> Dataset:
        """Everything that the members have, in one place."""
        return Dataset(np.concatenate([own.x for own in self.members]), np.concatenate([own.y for own in self.members]))


def share_of_data(config: WorkerConfig, simulation: SimulationConfig) -> Dataset:
    """The part of the data set that belongs to this member. Raises `LearningError`."""
    data = member_data(config)
    if simulation.test_fraction:
        data, _ = holdout(data, simulation.test_fraction, simulation.seed)
    if simulation.partition is None:
        return data
    shares = partition(
        simulation.partition,
        data,
        simulation.members,
        seed=simulation.seed,
        alpha=simulation.alpha,
        shards=simulation.shards,
    )
    return data.take(shares[simulation.member])


def held_out_data(config: WorkerConfig, simulation: SimulationConfig) -> Dataset:
    """The part of the data set that no member has. Raises `LearningError` if there is none."""
    if not simulation.test_fraction:
        raise LearningError("no test data is set apart", hint="set test_fraction, the same for all members")
    return holdout(member_data(config), simulation.test_fraction, simulation.seed)[1]
