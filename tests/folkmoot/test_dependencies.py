"""What the package says it needs is what it imports, and what the development environment lists is used."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "offchain" / "folkmoot"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

# The parts of the package that may import an extra.
NEEDS = {
    "torch": ("learning/models.py", "learning/sgd.py", "learning/sources.py", "learning/training.py", "simulation/"),
    "ipfs": ("store/kubo.py",),
    "s3": ("store/objects.py",),
    "sftp": ("store/ssh.py", "testing/sftp_server.py"),
    "metrics": ("worker/gauges.py", "worker/metrics.py", "worker/metrics_server.py"),
    "dev": ("testing/memory.py", "testing/networks/"),
}

# Listed without being imported: commands, plug-ins of pytest, stubs, what others load where it is installed, and the
# libraries that any development environment of the project has.
NOT_IMPORTED = {
    *("mypy", "ruff", "pytest-timeout", "pytest-xdist", "types-requests", "setuptools"),
    "py-solc-x",
}

# Imported where a tool has an environment of its own.
ELSEWHERE = {"bitwuzla"}

OWN = {"demonstration", "experiments", "folkmoot", "scripts", "tests", "tools"}
DISTRIBUTIONS = packages_distributions()


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: Iterable[str]) -> set[str]:
    """The distributions' names in requirement specifiers, without our own extras."""
    names = {canonical(re.split(r"[\[<>=~!; ]", line)[0]) for line in requirements}
    return names - {"folkmoot"}


CORE = declared(PROJECT["dependencies"])
EXTRAS = {name: declared(lines) for name, lines in PROJECT["optional-dependencies"].items()}


def imported(files: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """The third-party packages that files import when they run, whether at once or within a function."""
    for file in files:
        for name in _names(ast.parse(file.read_text("utf-8"))):
            package = name.partition(".")[0]
            if package not in sys.stdlib_module_names and package not in OWN | ELSEWHERE:
                yield file, package


def _names(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=str(source), level=0):
            yield source
    for child in ast.iter_child_nodes(node):
        yield from _names(child)


def providers(packages: Iterable[str]) -> set[str]:
    """Every distribution that provides one of these packages."""
    return {canonical(name) for package in packages for name in DISTRIBUTIONS[package]}


def lock() -> tuple[list[str], list[str]]:
    """The distributions in requirements.txt: what is used directly, and what these bring with them."""
    direct, indirect = (ROOT / "requirements.txt").read_text().split("# What these bring with them")
    return _pinned(direct), _pinned(indirect)


def _pinned(text: str) -> list[str]:
    return re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)


@cache
def used_packages() -> frozenset[str]:
    """What any file of the repository imports."""
    return frozenset(package for _, package in imported(every_file()))


def every_file() -> list[Path]:
    return [
        file for top in ("offchain", "experiments", "scripts", "tests", "tools") for file in (ROOT / top).rglob("*.py")
    ]


def test_whatever_the_package_imports_is_declared() -> None:
    undeclared = set()
    for file, package in imported(PACKAGE.rglob("*.py")):
        path = file.relative_to(PACKAGE).as_posix()
        allowed = CORE.union(*(EXTRAS[extra] for extra, parts in NEEDS.items() if path.startswith(parts)))
        if not providers([package]) & allowed:
            undeclared.add((path, package))
    assert undeclared == set()


def test_the_package_imports_whatever_it_declares() -> None:
    used = providers(package for _, package in imported(PACKAGE.rglob("*.py")))
    assert CORE - used == set()
    for extra in NEEDS.keys() - {"dev"}:
        assert EXTRAS[extra] - used == set()


@pytest.mark.parametrize("extra", ["ipfs", "plot", "dev"])
def test_an_extra_lists_only_what_is_used(extra: str) -> None:
    used = providers(used_packages())
    assert EXTRAS[extra] - used - NOT_IMPORTED == set()


def test_the_lock_lists_as_direct_what_is_imported() -> None:
    direct, indirect = lock()
    names = {canonical(name) for name in direct}
    packages = used_packages()
    assert {package for package in packages if not providers([package]) & names} == set()
    assert names - providers(packages) == NOT_IMPORTED
    assert len(direct) == len(names)
    assert not names & {canonical(name) for name in indirect}


def test_the_lock_has_all_that_is_declared() -> None:
    direct, _ = lock()
    assert CORE.union(*EXTRAS.values()) <= {canonical(name) for name in direct}


def test_the_version_has_one_source() -> None:
    assert PROJECT["dynamic"] == ["version"]
    written = [file for file in every_file() if "__version__ = " in file.read_text("utf-8")]
    assert [file for file in written if file != Path(__file__)] == [PACKAGE / "__init__.py"]
