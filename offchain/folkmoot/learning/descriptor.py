"""The task descriptor: everything about a task's learning that all members must agree on, as canonical JSON.

The canonical form is ASCII JSON with sorted keys and without white space. It has no JSON floats, whose text differs
between languages: a fraction is a string in plain decimal notation, without exponent or needless zeros ("0.05", "3").
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NoReturn, Self

from folkmoot.errors import CodecError, DescriptorError
from folkmoot.learning.codec import TensorSpec, max_blob_size
from folkmoot.learning.metrics import METRICS

VERSION = 1
OPTIMIZERS = ("adam", "sgd")
MAX_BLOB = 1 << 30
MAX_DESCRIPTOR = 1 << 20
MAX_INTEGER = 2**53 - 1

Scalar = bool | int | str
Argument = Scalar | tuple[Scalar, ...]

_SHORT = 100

_TASK = re.compile("[!-~]([ -~]{0,62}[!-~])?")
_MODEL = re.compile(r"[a-z][a-z0-9-]*/[a-z][a-z0-9-]*|[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)
_RULE = re.compile("[a-z][a-z0-9-]{0,40}/[1-9][0-9]{0,5}")
_ARGUMENT = re.compile("[ -~]{0,200}")
_FRACTION = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{0,17}[1-9])?")


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
    batch: int
    learning_rate: Decimal
    optimizer: str  # one of OPTIMIZERS
    momentum: Decimal = Decimal(0)  # of "sgd", below 1
    aggregation: str  # versioned name of the aggregation rule, such as "fedavg/1"
    f: int  # attackers among the accepted updates that the aggregation rule assumes
    metric: str = "accuracy"  # in which judges score, one of METRICS
    norm_multiple: Decimal = Decimal(3)  # times a judge's own distance from the model, beyond which an update scores 0
    direction_guard: bool = False  # whether an update that points against a judge's own scores 0
    spec: TensorSpec
    blob_limit: int  # bytes

    def __post_init__(self) -> None:
        for name, valid in _VALID.items():
            if not valid(getattr(self, name)):
                raise DescriptorError(f"{name} cannot be {_short(getattr(self, name))}", _HINTS[name])
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
    return Decimal(value) if isinstance(value, str) and _FRACTION.fullmatch(value) else value


def _shape(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _arguments(value: Any) -> Any:
    return {name: _shape(entry) for name, entry in value.items()} if isinstance(value, dict) else value


def _spec(value: Any) -> Any:
    shapes = _arguments(value)
    if not isinstance(shapes, dict) or not all(map(_valid_shape, shapes.values())):
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
    "spec": _spec,
}


def _plain(value: object) -> object:
    """The JSON value of a field."""
    if isinstance(value, TensorSpec):
        value = value.shapes
    if isinstance(value, Decimal):
        return _text(value)
    return dict(value) if isinstance(value, Mapping) else value


def _text(value: Decimal) -> str:
    if abs(value.adjusted()) > _SHORT:
        return str(value)  # no valid fraction, and its digits could fill the memory
    digits = format(value, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


# Checks, exact in types: True is no integer here.


def _matches(form: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: type(value) is str and form.fullmatch(value) is not None


def _integer(low: int, high: int = MAX_INTEGER) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def _within(valid: Callable[[Decimal], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, Decimal) and _FRACTION.fullmatch(_text(value)) is not None and valid(value)


def _valid_shape(value: Any) -> bool:
    return type(value) is tuple and all(map(_integer(1), value))


def _valid_argument(value: Any) -> bool:
    if type(value) is tuple:
        return all(type(entry) is not tuple and _valid_argument(entry) for entry in value)
    return type(value) is bool or _integer(-MAX_INTEGER)(value) or _matches(_ARGUMENT)(value)


def _valid_arguments(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        type(name) is str and name.isascii() and name.isidentifier() and _valid_argument(entry)
        for name, entry in value.items()
    )


_VALID: Mapping[str, Callable[[Any], bool]] = {
    "task": _matches(_TASK),
    "model": _matches(_MODEL),
    "arguments": _valid_arguments,
    "input_shape": lambda value: _valid_shape(value) and len(value) > 0,
    "classes": _integer(2),
    "epochs": _integer(1),
    "batch": _integer(1),
    "learning_rate": _within(lambda value: value > 0),
    "optimizer": lambda value: value in OPTIMIZERS,
    "momentum": _within(lambda value: value < 1),
    "aggregation": _matches(_RULE),
    "f": _integer(0),
    "metric": lambda value: type(value) is str and value in METRICS,
    "norm_multiple": _within(lambda value: value == 0 or value >= 1),
    "direction_guard": lambda value: type(value) is bool,
    "spec": lambda value: isinstance(value, TensorSpec),
    "blob_limit": _integer(1, MAX_BLOB),
}

_HINTS = {
    "task": "a name has 1 to 64 printable ASCII characters, no space at either end",
    "model": 'a registered name such as "folkmoot/mlp", or an import name "package.module:factory"',
    "arguments": "booleans, integers, texts of at most 200 ASCII characters, flat lists of them; no fractions",
    "input_shape": "a list of whole numbers, at least one, each at least 1",
    "classes": "a whole number, at least 2",
    "epochs": "a whole number, at least 1",
    "batch": "a whole number, at least 1",
    "learning_rate": 'a decimal above 0, as the text "0.05"',
    "optimizer": f"one of {', '.join(OPTIMIZERS)}",
    "momentum": 'a decimal from 0 to below 1, as the text "0.9"',
    "aggregation": 'a versioned name such as "fedavg/1"',
    "f": "a whole number, at least 0",
    "metric": f"one of {', '.join(METRICS)}",
    "norm_multiple": 'a decimal of at least 1, as the text "3"; 0 is no bound',
    "direction_guard": "true or false",
    "spec": "the names of the model's tensors, each with its shape, a list of integers above 0",
    "blob_limit": f"bytes, at most {MAX_BLOB}",
}
