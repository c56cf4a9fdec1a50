"""Which preset a task starts from where no chain can be asked; on a chain, see the integration tests."""

from pathlib import Path

import pytest

from folkmoot.presets import PRESETS, preset
from folkmoot.task_config import load_task_config
from tests.support.cli import Cli


@pytest.mark.parametrize("name", PRESETS)
def test_whoever_names_a_preset_gets_it(cli: Cli, name: str) -> None:
    assert cli.json("task", "init", "named.toml", "--preset", name) == {"file": "named.toml", "preset": name}
    assert load_task_config("named.toml") == preset(name)
    assert f"preset {name}: by --preset\n" in cli.ok("task", "init", "again.toml", "--preset", name)


def test_an_unknown_preset_is_refused_and_nothing_written(cli: Cli) -> None:
    assert "no preset 'bft'" in cli.refused("task", "init", "--preset", "bft")
    assert not Path("task.toml").exists()


def test_where_members_cannot_be_counted_it_is_the_one_for_crowds(cli: Cli) -> None:
    assert cli.json("task", "init") == {"file": "task.toml", "preset": "bflc"}
    assert "preset bflc: the members cannot be counted, because " in cli.ok("task", "init", "again.toml")
