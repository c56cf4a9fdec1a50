"""Programs that store blobs: where they are looked for, and what is said of one that does not start."""

import os
import sys
from pathlib import Path

import pytest

from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.testing import free_port
from folkmoot.testing.servers import NODES, answers, launch, program, require, wait_for


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The one that FOLKMOOT_NODES names, and the one on the PATH."""
    nodes, path = tmp_path / "nodes", tmp_path / "path"
    for folder in (nodes, path):
        folder.mkdir()
    monkeypatch.setenv(NODES, str(nodes))
    monkeypatch.setenv("PATH", str(path))
    return nodes, path


def test_a_program_comes_from_the_named_folder_or_else_from_the_path(folders: tuple[Path, Path]) -> None:
    with pytest.raises(ConfigError, match="there is no Kubo") as caught:
        require("ipfs", "Kubo")
    assert caught.value.hint == f"put `ipfs` on the PATH, or name the folder that has it in {NODES}"
    for folder in reversed(folders):
        file = folder / "ipfs"
        file.touch(mode=0o755)
        assert program("ipfs") == str(file)
    require("ipfs", "Kubo")


def test_a_program_that_ends_instead_of_taking_calls_is_quoted(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()
    process = launch([sys.executable, "-c", "print('no disk'); raise SystemExit(3)"], os.environ, log)
    with pytest.raises(FolkmootError, match="ended with 3: no disk"):
        wait_for(process, port, log)
    assert not answers(port)
