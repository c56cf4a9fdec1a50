"""The sources of this build's contracts, for compilers and explorers: texts, settings, and the compiler's metadata.

The package ships them. A contract's metadata name the sources that it was compiled from and the settings, and hold its
ABI and documentation. Their hash is the last but one entry of its code. Source: Solidity's documentation, "Contract
Metadata" and "Compiler Input and Output JSON Description".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from folkmoot.errors import ConfigError

_OUTPUT = ["abi", "metadata", "evm.bytecode", "evm.deployedBytecode", "evm.methodIdentifiers"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiler:
    """Which compiler made the code of contracts, by which settings. `optimizer_runs` is 0 where it did not optimise."""

    version: str
    evm_version: str
    optimizer_runs: int
    via_ir: bool


@cache
def compiler() -> Compiler:
    """What made this build's code, one for all contracts."""
    settings = described("Task")["settings"]
    optimizer = settings["optimizer"]
    return Compiler(
        version=described("Task")["compiler"]["version"],
        evm_version=settings["evmVersion"],
        optimizer_runs=optimizer["runs"] if optimizer["enabled"] else 0,
        via_ir=settings.get("viaIR", False),
    )


def metadata(name: str) -> str:
    """A contract's metadata, byte for byte as the compiler wrote them. Raises `ConfigError` for an unknown name."""
    if name not in _packaged()["metadata"]:
        known = ", ".join(_packaged()["metadata"])
        raise ConfigError(f"the package has no source of {name!r}", f"one of {known}")
    return str(_packaged()["metadata"][name])


def described(name: str) -> dict[str, Any]:
    """What a contract's metadata say. Raises `ConfigError` for an unknown name."""
    found: dict[str, Any] = json.loads(metadata(name))
    return found


def texts(name: str) -> Mapping[str, str]:
    """The sources that a contract was compiled from, by their names. Raises `ConfigError` for an unknown name."""
    return {source: _packaged()["sources"][source] for source in described(name)["sources"]}


def identifier(name: str) -> str:
    """A contract's name behind its source's: "contracts/Task.sol:Task". Raises `ConfigError` for an unknown name."""
    ((source, contract),) = described(name)["settings"]["compilationTarget"].items()
    return f"{source}:{contract}"


def standard_input(name: str) -> dict[str, Any]:
    """What the compiler makes a contract of. Raises `ConfigError` for an unknown name.

    Libraries are not linked in it: the metadata, and with them the code, would be others.
    """
    settings = {key: value for key, value in described(name)["settings"].items() if key != "compilationTarget"}
    return {
        "language": "Solidity",
        "sources": {source: {"content": text} for source, text in texts(name).items()},
        "settings": settings | {"outputSelection": {"*": {"*": _OUTPUT}}},
    }


@cache
def _packaged() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files(__package__).joinpath("sources.json").read_text("utf-8"))
    return found
