"""A working copy of the sources, beside the set-up of this checkout, in which something may be changed."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SET_UP = (".venv", "node_modules", ".solcx")
LEFT_OUT = {"build", "deployments", "interfaces", "node_modules", "reports", "runs"}  # and hidden files
CONFIGURED = ("brownie-config.yaml", "foundry.toml")
EVM_VERSION = re.compile(r'(evm_version\s*[:=]\s*"?)(\w+)')


def configured_evm(root: Path = ROOT) -> str:
    """The EVM version that the configuration names, for instance ``london``."""
    match = EVM_VERSION.search((root / "foundry.toml").read_text())
    if match is None:
        raise ValueError(f"{root / 'foundry.toml'} names no evm_version")
    return match[2]


def make(destination: Path) -> Path:
    """Copy the sources to `destination`, renewing an earlier copy but for its ``build``, the compilers' cache."""
    destination.mkdir(parents=True, exist_ok=True)
    for entry in destination.iterdir():
        if entry.name != "build":
            _remove(entry)
    for entry in ROOT.iterdir():
        if entry.name not in LEFT_OUT and not entry.name.startswith("."):
            _copy(entry, destination / entry.name)
    for name in SET_UP:
        (destination / name).symlink_to(ROOT / name)
    return destination


def make_for_evm(evm: str) -> Path:
    """A copy under ``build/evm`` that compiles for `evm` and runs its chain by the rules of `evm`."""
    copy = make(ROOT / "build" / "evm" / evm)
    for name in CONFIGURED:
        path = copy / name
        path.write_text(EVM_VERSION.sub(rf"\g<1>{evm}", path.read_text()))
    return copy


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy2(source, target)
