"""A transaction's input: which function it calls, with which values."""

from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple, cast

from eth_abi.exceptions import DecodingError
from eth_typing import ABIFunction
from eth_utils.abi import function_abi_to_4byte_selector

from folkmoot.chain.abi import CODEC, Entry, abi, decode_values, function, kinds


class CallData(NamedTuple):
    """A function's name, and its arguments by the contract's names; none if it is not one of the contract's."""

    name: str
    arguments: Mapping[str, Any]


def encode_call(contract: str, name: str, *values: Any) -> bytes:
    """What calls a function of a contract with these values."""
    called = function(contract, name)
    return called.selector + bytes(CODEC.encode(kinds(called.inputs), values))


def decode_call(contract: str, data: bytes) -> CallData:
    """What some data call on a contract."""
    entry = _functions(contract).get(data[:4])
    if entry is None:
        return CallData("", {})
    try:
        values = decode_values(entry["inputs"], data[4:])
    except (DecodingError, ValueError):
        return CallData("", {})
    names = (one["name"].rstrip("_") for one in entry["inputs"])
    return CallData(entry["name"], dict(zip(names, values, strict=True)))


@cache
def _functions(contract: str) -> dict[bytes, Entry]:
    entries = (entry for entry in abi(contract) if entry["type"] == "function")
    return {function_abi_to_4byte_selector(cast("ABIFunction", entry)): entry for entry in entries}
