"""The task descriptor: everything about a task's learning that all members must agree on, as canonical JSON.

The canonical form is ASCII JSON with sorted keys and without white space. It has no JSON floats, whose text differs
between languages: a fraction is a string in plain decimal notation, without exponent or needless zeros ("0.05", "3").
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NoReturn, Self

from folkmoot.errors import CodecError, DescriptorError
from folkmoot.learning.codec import TensorSpec, max_blob_size
from folkmoot.learning.descriptor_fields import FRACTION, HINTS, MAX_BLOB, VALID, is_shape, plain_decimal

VERSION = 1
MAX_DESCRIPTOR = 1 << 20

Scalar = bool | int | str
Argument = Scalar | tuple[Scalar, ...]

_SHORT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """What a task asks of every member. Raises `DescriptorError` when a value is of the wrong type or out of range.

    Fractions are `Decimal`s, so that text, value and comparison agree. `max_blob_size(spec) <= blob_limit <= MAX_BLOB`.
    """

    task: str  # its name for people: 1 to 64 printable ASCII characters
    model: str  # a registered name "folkmoot/mlp", or "package.module:factory", which every operator has to allow
    arguments: Mapping[str, Argument]  # keyword arguments of the factory: booleans, integers, texts and tuples of them
    input_shape: tuple[int, ...]  # of one sample
    classes: int
    epochs: int  # local passes over a trainer's data in one round
    batch: int  # samples in a step of training; a last one that is left alone joins the step before
    learning_rate: Decimal
    optimizer: str  # one of OPTIMIZERS
    momentum: Decimal = Decimal(0)  # of "sgd", below 1
    aggregation: str  # versioned name of the aggregation rule, such as "fedavg/1"
    f: int  # attackers among the accepted updates that the aggregation rule assumes
    metric: str = "accuracy"  # in which judges score, one of METRICS
    norm_multiple: Decimal = Decimal(3)  # times a judge's own distance from the model, beyond which an update scores 0
    direction_guard: bool = False  # whether an update that points against a judge's own scores 0
    encrypted: bool = False  # whether only members that take part can read models and updates
    updates_for: str = "participants"  # who can read updates, one of UPDATES_FOR
    observers: tuple[str, ...] = ()  # public keys of others who can read all blobs, 64 bytes each, in hex
    spec: TensorSpec
    blob_limit: int  # bytes that a blob has at most before it is encrypted

    def __post_init__(self) -> None:
        for name, valid in VALID.items():
            if not valid(getattr(self, name)):
                raise DescriptorError(f"{name} cannot be {_short(getattr(self, name))}", HINTS[name])
        if self.optimizer != "sgd" and self.momentum:
            raise DescriptorError(f"{self.optimizer} takes no momentum", hint="leave it out, or use sgd")
        if self.blob_limit < (least := max_blob_size(self.spec)):
            hint = f"at least {least}, which the model's blobs can have; at most {MAX_BLOB}"
            raise DescriptorError(f"blob_limit cannot be {self.blob_limit}", hint)
        object.__setattr__(self, "arguments", MappingProxyType(dict(self.arguments)))

    def to_bytes(self) -> bytes:
        """The canonical JSON."""
        document = {field.name: _plain(getattr(self, field.name)) for field in fields(self)}
        return json.dumps({**document, "version": VERSION}, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Read canonical JSON. Raises `DescriptorError`, and nothing else, whatever the bytes."""
        document = _parse(data)
        version = document.pop("version", None)
        if type(version) is not int or version != VERSION:  # JSON's true equals 1
            raise DescriptorError(f"not a descriptor of version {VERSION}", hint="another release of Folkmoot made it")
        names = {field.name for field in fields(cls)}
        for name in sorted(document.keys() ^ names):
            raise DescriptorError(f"{name[:_SHORT]!r} is {'missing' if name in names else 'not a known field'}")
        descriptor = cls(**{name: _READ.get(name, _as_it_is)(value) for name, value in document.items()})
        if descriptor.to_bytes() != data:
            raise DescriptorError("not in canonical form: sorted keys, no white space, each key once, ASCII")
        return descriptor


def _parse(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_DESCRIPTOR:
        raise DescriptorError(f"{len(data)} bytes, allowed are {MAX_DESCRIPTOR}")
    try:
        document = json.loads(data.decode("ascii"), parse_float=_refuse, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise DescriptorError(f"not plain JSON: {error}") from error
    if not isinstance(document, dict):
        raise DescriptorError("not a JSON object")
    return document


def _refuse(number: str) -> NoReturn:
    raise ValueError(f"fractions are written as strings, not {number[:40]}")


def _short(value: object) -> str:
    text = repr(_plain(value))
    return text if len(text) <= _SHORT else f"{text[:_SHORT]}…"


# From JSON values. What has another type than expected is passed on, for the checks below to refuse.


def _as_it_is(value: Any) -> Any:
    return value


def _fraction(value: Any) -> Any:
    return Decimal(value) if isinstance(value, str) and FRACTION.fullmatch(value) else value


def _shape(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _arguments(value: Any) -> Any:
    return {name: _shape(entry) for name, entry in value.items()} if isinstance(value, dict) else value


def _spec(value: Any) -> Any:
    shapes = _arguments(value)
    if not isinstance(shapes, dict) or not all(map(is_shape, shapes.values())):
        return value
    try:
        return TensorSpec(shapes)
    except CodecError as error:
        raise DescriptorError(f"spec: {error.message}", error.hint) from error


_READ: Mapping[str, Callable[[Any], Any]] = {
    "arguments": _arguments,
    "input_shape": _shape,
    "learning_rate": _fraction,
    "momentum": _fraction,
    "norm_multiple": _fraction,
    "observers": _shape,
    "spec": _spec,
}


def _plain(value: object) -> object:
    """The JSON value of a field."""
    if isinstance(value, TensorSpec):
        value = value.shapes
    if isinstance(value, Decimal):
        return plain_decimal(value)
    return dict(value) if isinstance(value, Mapping) else value
