"""Forge, one at a time in a checkout: builds side by side spoil each other's cache."""

import subprocess
from pathlib import Path
from typing import Any

from filelock import FileLock

from tools.workcopy import ROOT

FORGE = ROOT / "tools" / "bin" / "forge"


def run(*arguments: str, root: Path = ROOT, **options: Any) -> subprocess.CompletedProcess[str]:
    """What `subprocess.run` gives for forge with these arguments, once nobody else runs it here."""
    with FileLock(root / "build" / "forge.lock"):
        return subprocess.run([str(FORGE), *arguments], cwd=root, text=True, **options)  # noqa: PLW1510 - among the options
