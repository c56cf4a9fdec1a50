"""The contracts' custom errors as exceptions of the same names, each with its sentence and hint filled in.

`error_sentences` has the sentences. Source of the errors: `contracts/interfaces/IErrors.sol`, and OpenZeppelin.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from string import Formatter
from typing import Any

from eth_abi.exceptions import DecodingError
from eth_utils.address import to_checksum_address

from folkmoot.chain.abi import abi_errors, decode_values
from folkmoot.chain.enums import Membership, Phase
from folkmoot.chain.error_sentences import SENTENCES
from folkmoot.errors import ContractError

_LAST_SECOND = 253_402_300_799  # of the year 9999, the last that `datetime` knows
_MEMBERSHIPS = {
    Membership.NONE: "is not a member of the federation",
    Membership.APPLIED: "has an open application",
    Membership.ADMITTED: "is a member already",
    Membership.BANNED: "is banned from the federation",
    Membership.LEFT: "has left the federation",
}
_SMALLEST = "smallest units of the token"


def _class_of(name: str) -> type[ContractError]:
    return type(name, (ContractError,), {"__module__": __name__, "__doc__": SENTENCES[name].sentence, "__slots__": ()})


CONTRACT_ERRORS: dict[str, type[ContractError]] = {name: _class_of(name) for name in SENTENCES}


def __getattr__(name: str) -> type[ContractError]:
    """Each error's class under its own name, as in `except contract_errors.WrongPhase`."""
    try:
        return CONTRACT_ERRORS[name]
    except KeyError:
        raise AttributeError(name) from None


def contract_error(name: str, values: dict[str, Any], amount: Callable[[int], str] | None = None) -> ContractError:
    """The exception for one of the contracts' errors with its offending values.

    `amount` writes an amount of the fee token; without it, it is shown in the token's smallest unit.
    """
    sentence, hint = SENTENCES[name]
    return CONTRACT_ERRORS[name](_Sentence(amount or _units).vformat(sentence, (), values), hint, values=values)


def decode_error(data: bytes) -> ContractError | None:
    """The exception for what a reverting contract returned; None if it is no error of ours."""
    entry = abi_errors().get("0x" + data[:4].hex())
    if entry is None or entry["name"] not in SENTENCES:
        return None
    try:
        values = decode_values(entry["inputs"], data[4:])
    except DecodingError:
        return None
    pairs = zip(entry["inputs"], values, strict=True)
    return contract_error(
        entry["name"], {i["name"]: to_checksum_address(v) if i["type"] == "address" else v for i, v in pairs}
    )


def _units(amount: int) -> str:
    return f"{amount} {_SMALLEST}"


def in_tokens(text: str, amount: Callable[[int], str]) -> str:
    """A sentence made without `amount`, with what `amount` writes in the place of smallest units."""
    return re.sub(f"([0-9]+) {_SMALLEST}", lambda found: amount(int(found[1])), text) if _SMALLEST in text else text


def _time(seconds: int) -> str:
    return datetime.fromtimestamp(min(seconds, _LAST_SECOND), UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _parameter(name: str) -> str:
    """As Python and a task's TOML file have it: "minUpdates" is `min_updates`."""
    return re.sub("([A-Z])", r"_\1", name).lower()


_WRITERS: dict[str, Callable[[Any], str]] = {
    "l": lambda period: f"{period} seconds" if period else "a membership that does not expire",
    "m": lambda membership: _MEMBERSHIPS[Membership(membership)],
    "n": _parameter,
    "p": lambda phase: Phase(phase).name.capitalize(),
    "t": _time,
    "u": lambda end: f"until {_time(end)}" if end else "without end",
}


class _Sentence(Formatter):
    def __init__(self, amount: Callable[[int], str]) -> None:
        self._writers = {**_WRITERS, "a": amount}

    def convert_field(self, value: Any, conversion: Any) -> Any:
        if conversion in self._writers:
            return self._writers[conversion](value)
        return "0x" + value.hex() if isinstance(value, bytes) else value
