from dataclasses import replace

import pytest

from folkmoot.config import WorkerConfig
from folkmoot.errors import ConfigError, LearningError
from folkmoot.learning import Dataset, load_digits
from folkmoot.simulation import Shares, SimulationConfig, held_out_data, share_of_data

WORKER = WorkerConfig()
SHARED = SimulationConfig(partition="dirichlet", members=4, test_fraction=0.2, seed=3)


def rows(*datasets: Dataset) -> list[bytes]:
    return [sample.tobytes() for data in datasets for sample in data.x]


def test_by_default_a_member_has_all_digits() -> None:
    assert len(share_of_data(WORKER, SimulationConfig())) == len(load_digits())


def test_members_and_test_data_share_the_data_without_overlap() -> None:
    shares = [share_of_data(WORKER, replace(SHARED, member=member)) for member in range(4)]
    assert sorted(rows(*shares, held_out_data(WORKER, SHARED))) == sorted(rows(load_digits()))


def test_no_test_data_unless_some_is_set_apart() -> None:
    with pytest.raises(LearningError, match="no test data"):
        held_out_data(WORKER, SimulationConfig())


def test_the_first_members_keep_the_whole_test_set() -> None:
    digits = load_digits()
    shares = Shares((digits.take(range(10)), digits.take(range(10, 20))), digits.take(range(20, 30)))
    assert rows(*shares.first(1).members) == rows(digits.take(range(10)))
    assert shares.first(1).test is shares.test
    assert rows(shares.pooled()) == rows(digits.take(range(20)))
    with pytest.raises(ConfigError, match="has 2 members, not 3"):
        shares.first(3)
