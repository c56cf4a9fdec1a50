"""What each field of a descriptor may hold, exact in types: True is no integer here."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from folkmoot.learning.codec import TensorSpec
from folkmoot.learning.metrics import METRICS

OPTIMIZERS = ("adam", "sgd")
UPDATES_FOR = ("participants", "seats")
MAX_OBSERVERS = 100
MAX_BLOB = 1 << 30
MAX_INTEGER = 2**53 - 1

_TASK = re.compile("[!-~]([ -~]{0,62}[!-~])?")
_MODEL = re.compile(r"[a-z][a-z0-9-]*/[a-z][a-z0-9-]*|[A-Za-z_]\w*(\.[A-Za-z_]\w*)*:[A-Za-z_]\w*", re.ASCII)
_RULE = re.compile("[a-z][a-z0-9-]{0,40}/[1-9][0-9]{0,5}")
_ARGUMENT = re.compile("[ -~]{0,200}")
_FIELD = 2**256 - 2**32 - 977  # of secp256k1: SEC 2, section 2.4.1
_PUBLIC_KEY = re.compile("[0-9a-f]{128}")
FRACTION = re.compile(r"(0|[1-9][0-9]{0,8})(\.[0-9]{0,17}[1-9])?")
_MOST_DIGITS = 100


def plain_decimal(value: Decimal) -> str:
    """A fraction without exponent and needless zeros."""
    if abs(value.adjusted()) > _MOST_DIGITS:
        return str(value)  # no valid fraction, and its digits could fill the memory
    digits = format(value, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _matches(form: re.Pattern[str]) -> Callable[[Any], bool]:
    return lambda value: type(value) is str and form.fullmatch(value) is not None


def _integer(low: int, high: int = MAX_INTEGER) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def _within(valid: Callable[[Decimal], bool]) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, Decimal) and FRACTION.fullmatch(plain_decimal(value)) is not None and valid(value)
    )


def is_shape(value: Any) -> bool:
    """Whether a value is a tuple of integers above 0."""
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


def _valid_observers(value: Any) -> bool:
    return (
        type(value) is tuple
        and all(map(_matches(_PUBLIC_KEY), value))
        and len(value) == len(set(value)) <= MAX_OBSERVERS
        and all(map(_is_point, map(bytes.fromhex, value)))
    )


def _is_point(key: bytes) -> bool:
    """Whether a public key is a point of the curve secp256k1: y^2 = x^3 + 7."""
    x, y = int.from_bytes(key[:32]), int.from_bytes(key[32:])
    return max(x, y) < _FIELD and (y * y - x**3 - 7) % _FIELD == 0


VALID: Mapping[str, Callable[[Any], bool]] = {
    "task": _matches(_TASK),
    "model": _matches(_MODEL),
    "arguments": _valid_arguments,
    "input_shape": lambda value: is_shape(value) and len(value) > 0,
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
    "encrypted": lambda value: type(value) is bool,
    "updates_for": lambda value: value in UPDATES_FOR,
    "observers": _valid_observers,
    "spec": lambda value: isinstance(value, TensorSpec),
    "blob_limit": _integer(1, MAX_BLOB),
}

HINTS = {
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
    "encrypted": "true or false",
    "updates_for": f"one of {', '.join(UPDATES_FOR)}",
    "observers": f"at most {MAX_OBSERVERS} public keys, each once, as `folkmoot account public-key` shows them",
    "spec": "the names of the model's tensors, each with its shape, a list of integers above 0",
    "blob_limit": f"bytes, at most {MAX_BLOB}",
}
