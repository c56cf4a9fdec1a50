"""The contracts' ABIs, read once and only when they are needed, and decoding by them without a node."""

import json
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from eth_abi.abi import decode
from eth_utils.abi import collapse_if_tuple

Entry = dict[str, Any]


@cache
def abi(contract: str) -> list[Entry]:
    """The ABI of a contract by its name."""
    entries: list[Entry] = _load(contract)
    return entries


@cache
def abi_errors() -> dict[str, Entry]:
    """Every custom error of every contract: "0x" and the selector -> name and inputs."""
    entries: dict[str, Entry] = _load("errors")
    return entries


def decode_values(inputs: Sequence[Entry], data: bytes) -> tuple[Any, ...]:
    """The values that `data` holds for these ABI inputs. Raises eth_abi's `DecodingError`."""
    return tuple(decode([collapse_if_tuple(entry) for entry in inputs], data))


def _load(name: str) -> Any:
    return json.loads((files(__package__) / "abi" / f"{name}.json").read_text("utf-8"))
