"""Records that say something else than what happened: every value of every event, one at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from enum import IntEnum
from typing import Any

from folkmoot.audit import Chronicle
from folkmoot.chain import Event


def altered_values(event: Event) -> Iterator[tuple[str, Event]]:
    """By each of its fields: the event with another value in it."""
    for field in fields(event):
        if field.name != "origin":
            yield field.name, replace(event, **{field.name: another(getattr(event, field.name))})


def another(value: Any) -> Any:
    """A value of the same kind that is not this one."""
    if isinstance(value, IntEnum):
        kinds = [*type(value)]
        return kinds[(kinds.index(value) + 1) % len(kinds)]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, bytes):
        return bytes([value[0] ^ 1]) + value[1:] if value else b"\1"
    if isinstance(value, str):
        return f"0x{'77' * 20}" if value.startswith("0x") else f"{value}!"
    if isinstance(value, tuple):
        return (another(value[0]), *value[1:]) if value else value
    if is_dataclass(value):
        first = fields(value)[0].name
        return replace(value, **{first: another(getattr(value, first))})  # type: ignore[type-var]
    raise TypeError(value)


def with_events(chronicle: Chronicle, events: Sequence[Event]) -> Chronicle:
    """The record with other events."""
    return replace(chronicle, events=events)
