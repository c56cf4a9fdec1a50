"""Forge, one at a time in a checkout: builds side by side spoil each other's cache."""

import hashlib
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from filelock import FileLock

from tools.workcopy import ROOT

FORGE = ROOT / "tools" / "bin" / "forge"
SOURCES = ("contracts", "experiments/contracts")
COMPILED = ("foundry.toml", "package-lock.json", *(f"{folder}/**/*.sol" for folder in SOURCES))
TESTED = (*COMPILED, "tests/forge/**/*.sol")


def alone(root: Path = ROOT) -> FileLock:
    """A lock that only one process has in the checkout at `root`, and one of its threads."""
    return FileLock(root / "build" / "forge.lock", is_singleton=True)


def run(*arguments: str, root: Path = ROOT, **options: Any) -> subprocess.CompletedProcess[str]:
    """What `subprocess.run` gives for forge with these arguments, once nobody else runs it here."""
    with alone(root):
        return subprocess.run([str(FORGE), *arguments], cwd=root, text=True, **options)  # noqa: PLW1510 - among the options


def build(root: Path = ROOT) -> None:
    """Compile the contracts, unless nothing changed: then forge is not waited for, which may be busy with its tests.

    Raises:
        CalledProcessError: if forge finds errors, with what it printed.
    """
    done, sources = root / "build" / "forge" / ".sources", _digest(root, COMPILED)
    if not done.exists() or done.read_text() != sources:
        try:
            run("build", *SOURCES, "--silent", root=root, check=True, capture_output=True)
        except subprocess.CalledProcessError as error:
            error.add_note(f"{error.stdout}{error.stderr}")
            raise
        done.write_text(sources)


def run_tests(*only: str, root: Path = ROOT, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the Solidity tests, or those that options of forge name; prints a JUnit report with what the tests logged."""
    return run("test", "--junit", "-vv", *only, root=root, stdout=subprocess.PIPE, check=False, **options)


def report(root: Path = ROOT) -> Path:
    """Where the report of all tests is kept that passed with these very sources, by the configured rules."""
    return root / "build" / "forge-reports" / f"{_digest(root, TESTED)}.xml"


def _digest(root: Path, patterns: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for pattern in patterns:
        for file in sorted(root.glob(pattern)):
            digest.update(file.read_bytes())
    return digest.hexdigest()
