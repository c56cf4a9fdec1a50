"""Records that say something else than what happened: every value of every event, one at a time."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
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
    match value:
        case IntEnum():
            kinds = [*type(value)]
            other: Any = kinds[(kinds.index(value) + 1) % len(kinds)]
        case bool():
            other = not value
        case int():
            other = value + 1
        case bytes():
            other = bytes([value[0] ^ 1]) + value[1:] if value else b"\1"
        case str():
            other = f"0x{'77' * 20}" if value.startswith("0x") else f"{value}!"
        case tuple():
            other = (another(value[0]), *value[1:]) if value else value
        case _:
            first = fields(value)[0].name
            other = replace(value, **{first: another(getattr(value, first))})
    return other


def with_events(chronicle: Chronicle, events: Sequence[Event]) -> Chronicle:
    """The record with other events."""
    return replace(chronicle, events=events)
