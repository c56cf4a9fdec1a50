"""The contracts' ABIs, loaded once and only when needed, and the conversion of values between them and Python types."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, cast, get_args, get_origin, get_type_hints

from eth_abi.abi import decode
from eth_typing import ABIFunction
from eth_utils.abi import collapse_if_tuple, function_abi_to_4byte_selector
from eth_utils.address import is_address, to_checksum_address
from web3 import Web3

Entry = dict[str, Any]
CODEC = Web3().codec  # stricter than eth_abi's own: bytes must have their length


@dataclass(frozen=True, slots=True)
class Function:
    """A function's selector (4 bytes) and the ABI entries of its inputs and outputs."""

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
    """A function of a contract by its name; no contract of ours overloads one."""
    entry = next(entry for entry in abi(contract) if entry["type"] == "function" and entry["name"] == name)
    return Function(function_abi_to_4byte_selector(cast("ABIFunction", entry)), entry["inputs"], entry["outputs"])


@cache
def abi_errors() -> dict[str, Entry]:
    """Every custom error of every contract: "0x" and the selector -> name and inputs."""
    entries: dict[str, Entry] = _load("errors")
    return entries


def decode_values(inputs: Sequence[Entry], data: bytes) -> tuple[Any, ...]:
    """The values that `data` holds for these ABI inputs. Raises eth_abi's `DecodingError`.

    A text may come from anyone: what in it is no UTF-8 becomes U+FFFD, and hides no other value.
    """
    types = kinds(inputs)
    values = decode(["bytes" if kind == "string" else kind for kind in types], data)
    return tuple(
        value.decode("utf-8", "replace") if kind == "string" else value
        for kind, value in zip(types, values, strict=True)
    )


def kinds(inputs: Sequence[Entry]) -> list[str]:
    """The types of ABI inputs, tuples expanded."""
    return [collapse_if_tuple(entry) for entry in inputs]


def _load(name: str) -> Any:
    return json.loads((files(__package__) / "abis" / f"{name}.json").read_text("utf-8"))


def typed(kind: Any, value: Any) -> Any:
    """`value` as ABI decoding gives it, turned into `kind`: a struct, an enum, a tuple of these, or itself."""
    if is_dataclass(kind):
        return build(kind, value)
    if get_origin(kind) is tuple:
        return tuple(typed(get_args(kind)[0], part) for part in value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if kind is str:
        return _checksummed(value)
    return bytes(value) if kind is bytes else value


def build(kind: Any, values: Iterable[Any], **others: Any) -> Any:
    """A dataclass from the values of its positional fields, in order, and of `others`."""
    return kind(*(typed(hint, value) for hint, value in zip(_positional(kind), values, strict=True)), **others)


@cache
def _positional(kind: Any) -> tuple[Any, ...]:
    hints = get_type_hints(kind)
    return tuple(hints[field.name] for field in fields(kind) if not field.kw_only)


@lru_cache(maxsize=4_096)  # a checksum is a hash, and the same addresses recur
def _checksummed(text: str) -> str:
    """An address with its checksum, any other text as it is."""
    return to_checksum_address(text) if is_address(text) else text
