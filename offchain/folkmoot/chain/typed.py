"""Values as ABI decoding gives them, turned into the types of `structs` and of the events."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import Any, get_args, get_origin, get_type_hints

from eth_utils.address import is_address, to_checksum_address


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


@lru_cache(maxsize=4_096)  # a checksum is a hash, and the same members come again and again
def _checksummed(text: str) -> str:
    """An address with its checksum, any other text as it is."""
    return to_checksum_address(text) if is_address(text) else text
