"""Logs as a node would give them, made up from the contracts' ABIs."""

import re
from dataclasses import fields
from keyword import iskeyword
from types import ModuleType
from typing import Any, cast

from eth_abi.abi import encode
from eth_typing import ABIEvent
from eth_utils.abi import collapse_if_tuple, event_abi_to_log_topic
from hexbytes import HexBytes

from folkmoot.chain import Event
from folkmoot.chain.abi import abi
from folkmoot.chain.events.logs import CONTRACTS

ENTRIES = {entry["name"]: entry for name in CONTRACTS for entry in abi(name) if entry["type"] == "event"}
SOMEBODY = "0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB"
SAMPLES: dict[str, Any] = {
    "address": SOMEBODY, "address[]": [SOMEBODY], "bool": True, "bool[]": [True], "bytes": b"\1\2",
    "string": "General Hospital",
    "bytes32": b"\7" * 32,
    "uint256": 3, "uint256[]": [5, 6], "uint8": 2, "uint8[]": [4],
}  # fmt: skip


def snake(name: str) -> str:
    word = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    return word + "_" if iskeyword(word) else word


def sample(entry: dict[str, Any]) -> Any:
    """A value for an ABI input."""
    if entry["type"] == "tuple":
        return [sample(component) for component in entry["components"]]
    return SAMPLES.get(entry["type"], 3)


def topic_of(name: str) -> bytes:
    return event_abi_to_log_topic(cast("ABIEvent", ENTRIES[name]))


def log_of(name: str, **changes: Any) -> Any:
    """A log of an event with sample values."""
    entry = ENTRIES[name]
    indexed = [value for value in entry["inputs"] if value["indexed"]]
    plain = [value for value in entry["inputs"] if not value["indexed"]]
    topics = [topic_of(name), *(encode([value["type"]], [sample(value)]) for value in indexed)]
    log = {
        "address": "0x" + "22" * 20,
        "topics": [HexBytes(topic) for topic in topics],
        "data": HexBytes(encode([collapse_if_tuple(value) for value in plain], [sample(value) for value in plain])),
        "blockNumber": 12,
        "logIndex": 3,
        "transactionHash": HexBytes(b"\5" * 32),
    }
    return log | changes


def events_of(module: ModuleType) -> dict[str, type[Event]]:
    """The events that a module declares, by their names."""
    kinds = (kind for kind in vars(module).values() if isinstance(kind, type))
    return {kind.__name__: kind for kind in kinds if kind.__module__ == module.__name__}


def values_of(kind: type[Event]) -> list[str]:
    """The names of an event's values, in their order."""
    return [field.name for field in fields(kind) if field.name != "origin"]


def log_from(event: Event, block: int, index: int = 0, address: str = "0x" + "22" * 20) -> Any:
    """The log of an event."""
    entry = ENTRIES[type(event).__name__]
    names = [value["name"] for value in entry["inputs"]]
    values = {name: getattr(event, own) for name, own in zip(names, values_of(type(event)), strict=True)}
    indexed = [value for value in entry["inputs"] if value["indexed"]]
    plain = [value for value in entry["inputs"] if not value["indexed"]]
    topics = [topic_of(type(event).__name__), *(encode([v["type"]], [values[v["name"]]]) for v in indexed)]
    data = encode([collapse_if_tuple(value) for value in plain], [values[value["name"]] for value in plain])
    return {
        "address": address,
        "topics": [HexBytes(topic) for topic in topics],
        "data": HexBytes(data),
        "blockNumber": block,
        "logIndex": index,
        "transactionHash": HexBytes(b"\5" * 32),
    }


def in_json(log: Any) -> Any:
    """A log as a node tells it."""
    numbers = {name: hex(log[name]) for name in ("blockNumber", "logIndex")}
    texts = {name: f"0x{log[name].hex()}" for name in ("data", "transactionHash")}
    return log | numbers | texts | {"topics": [f"0x{topic.hex()}" for topic in log["topics"]]}
