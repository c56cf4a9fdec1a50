"""The file that a task starts from; tasks themselves are tested on a real chain."""

from pathlib import Path

import pytest

from folkmoot.cli.task import attackers_note
from folkmoot.presets import PRESETS, preset
from folkmoot.task_config import TaskConfig, load_task_config
from tests.support.cli import Cli


def test_a_tasks_file_is_the_default_task(cli: Cli) -> None:
    assert cli.json("task", "init")["file"] == "task.toml"
    assert load_task_config("task.toml") == TaskConfig()
    assert [f for f in TaskConfig.__dataclass_fields__ if f"{f} = " not in Path("task.toml").read_text()] == []


def test_the_way_to_propose_it_can_be_pasted(cli: Cli) -> None:
    assert "then: folkmoot task propose 'my task.toml'" in cli.ok("task", "init", "my task.toml")


def test_no_file_is_replaced(cli: Cli) -> None:
    Path("file.toml").write_text("mine")
    told = cli.refused("task", "init", "file.toml")
    assert told == "error: file.toml exists already\nhint: choose another name, or move it away\n"
    assert Path("file.toml").read_text() == "mine"


def test_a_place_where_nothing_can_be_written(cli: Cli) -> None:
    Path("taken").write_text("")
    assert cli.refused("task", "init", "taken/task.toml").startswith("error: cannot write taken/task.toml")


@pytest.mark.parametrize(
    ("aggregation", "attackers", "note"),
    [
        ("krum/1", 5, "note: among 5 updates krum/1 assumes at most 1 attacker, not 5"),
        ("bulyan/1", 1, "note: among 5 updates bulyan/1 assumes at most 0 attackers, not 1"),
        ("fedavg/1", 2, "note: among 5 updates fedavg/1 assumes at most 0 attackers, not 2"),
        ("krum/1", 1, ""),
        ("trimmed-mean/1", 2, ""),
        ("fedavg/1", 0, ""),
    ],
)
def test_a_rule_that_assumes_fewer_attackers_is_told(aggregation: str, attackers: int, note: str) -> None:
    assert attackers_note(preset("bflc", aggregation=aggregation, attackers=attackers)) == note


@pytest.mark.parametrize("name", PRESETS)
def test_there_is_nothing_to_tell_about_a_preset(name: str) -> None:
    assert attackers_note(preset(name)) == ""
