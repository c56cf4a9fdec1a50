from dataclasses import fields
from pathlib import Path

import pytest

from folkmoot.errors import ConfigError
from folkmoot.task_config import TaskConfig, leaves_out, load_task_config, task_template


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "task.toml"


def test_the_template_is_a_task(file: Path) -> None:
    file.write_text(task_template())
    assert load_task_config(file) == TaskConfig()


def test_the_template_has_every_setting_and_what_is_given(file: Path) -> None:
    file.write_text(task_template({"epochs": 7}))
    assert load_task_config(file) == TaskConfig(epochs=7)
    assert [f.name for f in fields(TaskConfig) if f.name not in file.read_text()] == []
    assert not leaves_out(file)


def test_what_a_file_leaves_out_is_as_in_the_preset_or_the_default(file: Path) -> None:
    file.write_text('name = "scans"\n')
    assert load_task_config(file) == TaskConfig(name="scans")
    assert load_task_config(file, {"name": "digits", "epochs": 7}) == TaskConfig(name="scans", epochs=7)
    assert leaves_out(file)


def test_a_file_that_is_not_there_is_told(file: Path) -> None:
    with pytest.raises(ConfigError, match=r"task\.toml"):
        load_task_config(file)
    with pytest.raises(ConfigError, match=r"task\.toml"):
        leaves_out(file)
