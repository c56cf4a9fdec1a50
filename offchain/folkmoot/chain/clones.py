"""The code of a task: a clone that hands every call on to the implementation, and behind it the task's arguments.

It is the minimal proxy of EIP-1167, followed by the arguments as `contracts/libraries/ImmutableArgs.sol` reads them.
"""

from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from typing import Self

from eth_abi.exceptions import DecodingError

from folkmoot.chain.abi import CODEC, function, kinds, typed
from folkmoot.chain.structs import Parameters

_BEFORE = bytes.fromhex("363d3d373d3d3d363d73")
_AFTER = bytes.fromhex("5af43d82803e903d91602b57fd5bf3")
_ARGUMENTS = len(_BEFORE) + 20 + len(_AFTER)


@dataclass(frozen=True, slots=True)
class Clone:
    """What a task's code says: whom it hands calls to, who created it, who proposed it, and what it is to do."""

    implementation: str
    federation: str
    proposer: str
    parameters: Parameters

    @property
    def code(self) -> bytes:
        """The code of such a task."""
        values = [self.federation, self.proposer, astuple(self.parameters)]
        implementation = bytes.fromhex(self.implementation.removeprefix("0x"))
        return _BEFORE + implementation + _AFTER + CODEC.encode(_types(), values)

    @classmethod
    def of(cls, code: bytes) -> Self | None:
        """What some code says; None if it is that of no task."""
        try:
            values = CODEC.decode(_types(), code[_ARGUMENTS:])
        except DecodingError:
            return None
        federation, proposer, parameters = values
        implementation = f"0x{code[len(_BEFORE) : len(_BEFORE) + 20].hex()}"
        found = cls(_text(implementation), _text(federation), _text(proposer), typed(Parameters, parameters))
        return found if found.code == code else None

    def differences(self, other: Self) -> Iterator[str]:
        """The names of what is not the same in another clone, that of each parameter among them."""
        for name in ("implementation", "federation", "proposer"):
            if getattr(self, name) != getattr(other, name):
                yield name
        for field in fields(Parameters):
            if getattr(self.parameters, field.name) != getattr(other.parameters, field.name):
                yield field.name


def _types() -> list[str]:
    return ["address", "address", *kinds(function("Task", "parameters").outputs)]


def _text(address: str) -> str:
    return str(typed(str, address))
