import tomllib
from pathlib import Path
from typing import Any

import pytest

from folkmoot.config import WorkerConfig
from folkmoot.errors import ConfigError
from folkmoot.simulation import ATTACKS, SimulationConfig, load_simulated
from folkmoot.simulation.config import template


def test_the_template_is_a_configuration_of_an_honest_member_with_all_data(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text(template({}))
    worker, simulation = load_simulated(file)
    assert worker.keystore == tmp_path / "keystore.json"
    assert simulation == SimulationConfig()
    assert (simulation.behaviour, simulation.partition) == ("none", None)


def test_each_setting_goes_into_its_table(tmp_path: Path) -> None:
    given = {"task": 3, "behaviour": "colluding-committee", "colluders": ["0xabc"], "members": 2, "member": 1}
    file = tmp_path / "worker.toml"
    file.write_text(template(given))
    worker, simulation = load_simulated(file)
    assert worker.task == 3
    assert simulation == SimulationConfig(behaviour="colluding-committee", colluders=("0xabc",), members=2, member=1)
    written = tomllib.loads(file.read_text())
    assert written["task"] == 3
    assert written["simulation"]["member"] == 1


def test_a_file_without_the_table_is_that_of_an_honest_member(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text("task = 1")
    worker, simulation = load_simulated(file)
    assert (worker.task, simulation) == (1, SimulationConfig())


@pytest.mark.parametrize("behaviour", ["none", *ATTACKS])
def test_every_attack_can_be_asked_for(behaviour: str) -> None:
    assert SimulationConfig(behaviour=behaviour).behaviour == behaviour


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"member": -1}, "member"),
        ({"member": 2, "members": 2}, "member"),
        ({"test_fraction": 1.0}, "test_fraction"),
        ({"seed": -1}, "seed"),
        ({"behaviour": "sleep"}, "no attack 'sleep'"),
    ],
)
def test_a_value_out_of_range_is_named(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        SimulationConfig(**wrong)
    assert caught.value.hint


def test_a_setting_in_the_wrong_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text("members = 3")
    with pytest.raises(ConfigError, match="no setting 'members'"):
        load_simulated(file)
    file.write_text("[simulation]\nthreads = 3")
    with pytest.raises(ConfigError, match="no setting 'threads'"):
        load_simulated(file)
    assert WorkerConfig().threads == 1


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text("simulation = 3\n")
    with pytest.raises(ConfigError, match=r"simulation cannot be 3 in .*worker\.toml") as caught:
        load_simulated(file)
    assert caught.value.hint == "it is a table: [simulation]"
