"""Where the settings are found."""

from pathlib import Path

import pytest

from folkmoot.cli.settings_file import CONFIG, found_above
from folkmoot.config import load_config
from folkmoot.errors import ConfigError


def test_a_file_in_a_folder_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / CONFIG).write_text('task = 1\nkeystore = "keys/account.json"\n')
    below = tmp_path / "runs" / "today"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    file = found_above()
    assert file == Path("../../folkmoot.toml"), "told as seen from here"
    config = load_config(file)
    assert (config.task, config.keystore) == (1, tmp_path / "keys" / "account.json")
    (below.parent / CONFIG).write_text("task = 2\n")
    assert found_above() == Path("../folkmoot.toml")
    (below / CONFIG).write_text("")
    assert found_above() == Path(CONFIG)


def test_no_file_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert found_above() is None


def test_a_working_directory_that_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    with pytest.raises(ConfigError, match="the working directory is gone"):
        found_above()
