from pathlib import Path

import pytest

from folkmoot.errors import ConfigError
from folkmoot.explorers.folder import renew


def test_a_file_is_written_once_for_each_text(tmp_path: Path) -> None:
    file = tmp_path / "a" / "b"
    assert renew(file, "ä\n")
    before = file.stat()
    assert not renew(file, "ä\n")
    assert file.stat() == before
    assert renew(file, "other")
    assert file.read_text("utf-8") == "other"
    assert [*file.parent.iterdir()] == [file]


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(ConfigError, match="cannot write"):
        renew(tmp_path / "taken" / "b", "")
    with pytest.raises(ConfigError, match="cannot write"):
        renew(tmp_path, "")
