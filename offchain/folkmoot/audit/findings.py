"""What an audit finds: where the chain says something else than what follows from its own record."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum, IntEnum
from typing import Any

from folkmoot.chain import Event, Origin


class Kind(Enum):
    """What a finding is about: the chain's own record, contracts' code or stored values, a blob store, or a node."""

    RECORD = "record"
    CODE = "code"
    STATE = "state"
    STORE = "store"
    NODE = "node"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A sentence, and where it belongs: a task's address ("" for the federation) and a round.

    `origin` is the event that says so, `account` who sent its transaction, if that is known.
    """

    text: str
    kind: Kind = Kind.RECORD
    task: str = ""
    round: int | None = None
    origin: Origin | None = None
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """What could not be checked, and why."""

    text: str
    task: str = ""
    round: int | None = None


def differences(told: Event, follows: Event) -> Iterator[str]:
    """One sentence for each value of an event that differs from those that follow from the record."""
    name = type(told).__name__
    for field in fields(told):
        if field.name == "origin":
            continue
        said, due = getattr(told, field.name), getattr(follows, field.name)
        if said != due:
            yield f"{name}: {where_differs(field.name, said, due)}"


def where_differs(name: str, said: Any, due: Any) -> str:
    """In one value, or in the first one of a list that differs."""
    if isinstance(said, tuple) and isinstance(due, tuple):
        if len(said) != len(due):
            return f"{name} has {len(said)} entries on the chain; by the record {len(due)}"
        place, said, due = next((i, a, b) for i, (a, b) in enumerate(zip(said, due, strict=True)) if a != b)
        name = f"{name}[{place}]"
    return f"{name} is {shown(said)} on the chain; by the record {shown(due)}"


def missing(follows: Event) -> str:
    """For an event that has to be there."""
    return f"{described(follows)} follows from the record, but is not on the chain"


def surplus(told: Event) -> str:
    """For an event that has no cause."""
    return f"{described(told)} is on the chain, but does not follow from the record"


def described(event: Event) -> str:
    """An event's name and what tells it apart from others of its kind."""
    marks = ("round", "member", "author", "model", "seat")
    said = ", ".join(f"{mark} {shown(getattr(event, mark))}" for mark in marks if hasattr(event, mark))
    return type(event).__name__ + (f" ({said})" if said else "")


def shown(value: Any) -> str:
    """A value in words: bytes in hex, names of enums in lower case."""
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, IntEnum):
        return value.name.lower()
    return str(value)
