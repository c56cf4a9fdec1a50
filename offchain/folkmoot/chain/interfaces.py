"""The contracts' ABIs, read once and only when they are needed, and decoding by them without a node."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, cast

from eth_abi.abi import decode
from eth_typing import ABIFunction
from eth_utils.abi import collapse_if_tuple, function_abi_to_4byte_selector

Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Function:
    """How a function is called: its selector, and what goes in and comes out."""

    selector: bytes
    inputs: Sequence[Entry]
    outputs: Sequence[Entry]


@cache
def abi(contract: str) -> list[Entry]:
    """The ABI of a contract by its name."""
    entries: list[Entry] = _load(contract)
    return entries


@cache
def function(contract: str, name: str) -> Function:
    """A function of a contract: ours have no two of one name."""
    entry = next(entry for entry in abi(contract) if entry["type"] == "function" and entry["name"] == name)
    return Function(function_abi_to_4byte_selector(cast("ABIFunction", entry)), entry["inputs"], entry["outputs"])


@cache
def abi_errors() -> dict[str, Entry]:
    """Every custom error of every contract: "0x" and the selector -> name and inputs."""
    entries: dict[str, Entry] = _load("errors")
    return entries


def decode_values(inputs: Sequence[Entry], data: bytes) -> tuple[Any, ...]:
    """The values that `data` holds for these ABI inputs. Raises eth_abi's `DecodingError`."""
    return tuple(decode(kinds(inputs), data))


def kinds(inputs: Sequence[Entry]) -> list[str]:
    """The types of ABI inputs, tuples spelt out."""
    return [collapse_if_tuple(entry) for entry in inputs]


def _load(name: str) -> Any:
    return json.loads((files(__package__) / "abi" / f"{name}.json").read_text("utf-8"))
