"""Names for what transactions and logs have in numbers: selectors of functions, and the topics of events.

A text such as "submitUpdate(uint256 round,bytes32 pointer,uint256 samples)", as explorers read them, one for each.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from eth_typing import ABIEvent, ABIFunction
from eth_utils.abi import collapse_if_tuple, event_abi_to_log_topic, function_abi_to_4byte_selector
from eth_utils.crypto import keccak

from folkmoot.chain.compiled import packaged, packaged_names
from folkmoot.chain.sources import described

_STORAGE = "State storage"  # where a library's function finds its data: a slot, in the encoding of its call


def selectors() -> dict[str, str]:
    """The functions of all contracts and libraries, by their selectors: eight hex digits."""
    found: dict[str, str] = {}
    for entry in _entries("function"):
        selector = function_abi_to_4byte_selector(cast("ABIFunction", entry)).hex()
        found.setdefault(selector, f"{entry['name']}({_parameters(entry['inputs'])})")
    for signature in _of_libraries():
        found.setdefault(keccak(text=signature)[:4].hex(), signature.replace(_STORAGE, "uint256 state"))
    return found


def topics() -> dict[str, str]:
    """The events of all contracts, by their first topics: 64 hex digits."""
    found: dict[str, str] = {}
    for entry in _entries("event"):
        topic = event_abi_to_log_topic(cast("ABIEvent", entry)).hex()
        found.setdefault(topic, f"{entry['name']}({_parameters(entry['inputs'])})")
    return found


def _entries(kind: str) -> Iterator[dict[str, Any]]:
    for name in packaged_names():
        yield from (entry for entry in described(name)["output"]["abi"] if entry["type"] == kind)


def _of_libraries() -> Iterator[str]:
    """The signatures of functions that take storage: no ABI has them, but their documentation does."""
    for name in (name for name in packaged_names() if packaged(name).is_library):
        yield from described(name)["output"]["userdoc"]["methods"]


def _parameters(inputs: list[Mapping[str, Any]]) -> str:
    """Types and names; the fields of a struct have no names, as not every explorer could read them."""
    words = (
        (collapse_if_tuple(dict(entry)), "indexed" * entry.get("indexed", False), entry["name"].strip("_"))
        for entry in inputs
    )
    return ",".join(" ".join(filter(None, parts)) for parts in words)
