"""The contracts as this build compiled them: what creates them, and which code then stands on the chain.

The package ships the bytecode of everything that a federation needs. Contracts of one's own, or changed ones, come from
a folder of forge's artifacts: `built("out")`.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from eth_utils.abi import collapse_if_tuple

from folkmoot.errors import ConfigError

NO_LIBRARY = "0" * 40
"""Stands in the bytecode where a library's address belongs."""

METADATA_HASH = re.compile(rb"(?<=\xa2\x64ipfs\x58\x22\x12\x20).{32}", re.DOTALL)
"""In code: the SHA-256 of its metadata, behind CBOR's beginning of them. A contract that creates others has several."""

_ADDRESS = 20  # bytes
_WORD = 32  # bytes, of an immutable value
_LIBRARY = b"\x73" + bytes(_ADDRESS) + b"\x30\x14"  # PUSH20 of its own address, ADDRESS, EQ


@dataclass(frozen=True, slots=True)
class Bytecode:
    """What creates a contract, and what it is then.

    `code` is hexadecimal. `links` gives the positions of each library's address in it, in bytes. `constructor` lists
    the types of the constructor's arguments. The contract's own code are the `size` bytes from `start` on; in these
    `immutables` lists the positions of each value that the constructor sets.
    """

    code: str
    links: Mapping[str, Sequence[int]]
    constructor: Sequence[str]
    start: int = 0
    size: int = 0
    immutables: Sequence[Sequence[int]] = ()

    @property
    def is_library(self) -> bool:
        """Whether its code begins with its own address, which the chain sets."""
        return bytes.fromhex(self.code)[self.start :].startswith(_LIBRARY)

    def linked(self, addresses: Mapping[str, str]) -> bytes:
        """What creates it, with its libraries' addresses."""
        code = bytearray.fromhex(self.code)
        for library, places in self.links.items():
            for place in places:
                code[place : place + _ADDRESS] = bytes.fromhex(addresses[library].removeprefix("0x"))
        return bytes(code)

    def deployed(self, address: str, libraries: Mapping[str, str]) -> bytes:
        """Its code at an address; where `immutables` are, it has zeros."""
        code = bytearray(self.linked(libraries)[self.start : self.start + self.size])
        if self.is_library:
            code[1 : 1 + _ADDRESS] = bytes.fromhex(address.removeprefix("0x"))
        return bytes(code)

    def is_same_but_metadata(self, code: str) -> bool:
        """Whether other code, in hexadecimal and without libraries, creates what does the same."""
        mine, other = (METADATA_HASH.sub(bytes(32), bytes.fromhex(one)) for one in (self.code, code))
        return mine == other

    def values(self, code: bytes) -> list[set[bytes]]:
        """What stands in the place of each immutable in a contract's code: one word each, if that is whole."""
        return [{code[place : place + _WORD] for place in places} for places in self.immutables]

    def without_values(self, code: bytes) -> bytes:
        """A contract's code with zeros in the place of its immutables."""
        found = bytearray(code)
        for place in (place for places in self.immutables for place in places):
            found[place : place + _WORD] = bytes(len(found[place : place + _WORD]))
        return bytes(found)


Contracts = Callable[[str], Bytecode]
"""From a contract's name to its bytecode. Raises `ConfigError` for an unknown name."""


def packaged(name: str) -> Bytecode:
    """The bytecode that comes with the package."""
    if name not in _packaged():
        raise ConfigError(f"the package has no bytecode of {name!r}", f"one of {', '.join(_packaged())}")
    return Bytecode(**_packaged()[name])


def packaged_names() -> tuple[str, ...]:
    """Of every contract of which the package has the bytecode."""
    return tuple(_packaged())


def built(folder: str | Path) -> Contracts:
    """The bytecode in forge's output folder."""

    def read(name: str) -> Bytecode:
        file = Path(folder) / f"{name}.sol" / f"{name}.json"
        try:
            return from_artifact(json.loads(file.read_text("utf-8")))
        except OSError as error:
            raise ConfigError(f"cannot read {file}: {error.strerror}", "run forge build") from error

    return read


def from_artifact(artifact: Mapping[str, Any]) -> Bytecode:
    """What an artifact of forge's says of a contract."""
    code, links = _unlinked(artifact["bytecode"])
    deployed, _ = _unlinked(artifact["deployedBytecode"])
    inputs: Sequence[Any] = next((entry["inputs"] for entry in artifact["abi"] if entry["type"] == "constructor"), [])
    immutables = artifact["deployedBytecode"].get("immutableReferences", {})
    return Bytecode(
        code,
        links,
        [*map(collapse_if_tuple, inputs)],
        start=code.index(deployed) // 2,
        size=len(deployed) // 2,
        immutables=[[place["start"] for place in immutables[key]] for key in sorted(immutables, key=int)],
    )


def _unlinked(bytecode: Mapping[str, Any]) -> tuple[str, dict[str, list[int]]]:
    """Code in which `NO_LIBRARY` stands for every library, and where."""
    code: str = bytecode["object"].removeprefix("0x")
    links = {
        name: [place["start"] for place in places]
        for libraries in bytecode["linkReferences"].values()
        for name, places in libraries.items()
    }
    for start in (start for places in links.values() for start in places):
        code = code[: 2 * start] + NO_LIBRARY + code[2 * start + len(NO_LIBRARY) :]
    return code, links


@cache
def _packaged() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files(__package__).joinpath("bytecode.json").read_text("utf-8"))
    return found
