"""The files that commands write to start from."""

from pathlib import Path

import pytest

from folkmoot.config import WorkerConfig, load_config
from folkmoot.proposal import TaskConfig, load_task_config
from tests.support.cli import Cli


def test_a_workers_file_has_every_setting_and_is_read_by_all_commands(cli: Cli) -> None:
    said = cli.ok("worker", "init", "--keystore", "keys/alice.json", "--rpc", "http://a", "--task", "3")
    assert "folkmoot doctor\n" in said
    written = load_config("folkmoot.toml")
    assert (written.rpc, written.task) == (("http://a",), 3)
    assert written.keystore == cli.folder / "keys" / "alice.json"
    assert [f for f in WorkerConfig.__dataclass_fields__ if f"{f} = " not in Path("folkmoot.toml").read_text()] == []
    assert cli.refused("account", "show").startswith(f"error: there is no keystore file {written.keystore}")


def test_paths_are_written_as_the_files_folder_needs_them(cli: Cli) -> None:
    said = cli.ok("worker", "init", "workers/alice.toml", "--keystore", "keys/alice.json", "--store", "/blobs")
    assert "folkmoot doctor --config workers/alice.toml\n" in said
    written = load_config("workers/alice.toml")
    assert (written.keystore.resolve(), written.store) == (cli.folder / "keys" / "alice.json", Path("/blobs"))


def test_a_tasks_file_is_the_default_task(cli: Cli) -> None:
    assert cli.json("task", "init") == {"file": "task.toml"}
    assert load_task_config("task.toml") == TaskConfig()
    assert [f for f in TaskConfig.__dataclass_fields__ if f"{f} = " not in Path("task.toml").read_text()] == []


@pytest.mark.parametrize("words", [("worker", "init", "file.toml"), ("task", "init", "file.toml")])
def test_no_file_is_replaced(cli: Cli, words: tuple[str, ...]) -> None:
    Path("file.toml").write_text("mine")
    assert cli.refused(*words) == "error: file.toml exists already\nhint: give another name, or move it away\n"
    assert Path("file.toml").read_text() == "mine"


def test_a_place_where_nothing_can_be_written(cli: Cli) -> None:
    Path("taken").write_text("")
    assert cli.refused("task", "init", "taken/task.toml").startswith("error: cannot write taken/task.toml")
