"""The set-up script where it has to stop, in a copy that has nothing to set up."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def test_a_python_that_was_named_and_is_none_is_named_again(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    script = shutil.copy(ROOT / "tools" / "setup.sh", tmp_path / "tools")
    named = os.environ | {"PYTHON": "/nonexistent"}
    done = subprocess.run(["bash", script], env=named, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "(/nonexistent is older or absent)" in done.stderr
    assert "name another by PYTHON, or: " in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["tools"]


def test_an_environment_that_another_checkout_has_is_left_to_it(tmp_path: Path) -> None:
    """Else what is made anew here would be emptied there."""
    (tmp_path / "here" / "tools").mkdir(parents=True)
    others = tmp_path / "other" / "venv"
    others.mkdir(parents=True)
    (others / "package.py").write_text("kept")
    (tmp_path / "here" / ".venv").symlink_to(others)
    script = shutil.copy(ROOT / "tools" / "setup.sh", tmp_path / "here" / "tools")
    done = subprocess.run(["bash", script], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode  # there are no requirements here
    assert [path.name for path in others.iterdir()] == ["package.py"]
    assert not (tmp_path / "here" / ".venv").is_symlink()
