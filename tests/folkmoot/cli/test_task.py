"""The file that a task starts from; tasks themselves are tested on a real chain."""

from pathlib import Path

from folkmoot.proposal import TaskConfig, load_task_config
from tests.support.cli import Cli


def test_a_tasks_file_is_the_default_task(cli: Cli) -> None:
    assert cli.json("task", "init") == {"file": "task.toml"}
    assert load_task_config("task.toml") == TaskConfig()
    assert [f for f in TaskConfig.__dataclass_fields__ if f"{f} = " not in Path("task.toml").read_text()] == []


def test_no_file_is_replaced(cli: Cli) -> None:
    Path("file.toml").write_text("mine")
    told = cli.refused("task", "init", "file.toml")
    assert told == "error: file.toml exists already\nhint: choose another name, or move it away\n"
    assert Path("file.toml").read_text() == "mine"


def test_a_place_where_nothing_can_be_written(cli: Cli) -> None:
    Path("taken").write_text("")
    assert cli.refused("task", "init", "taken/task.toml").startswith("error: cannot write taken/task.toml")
