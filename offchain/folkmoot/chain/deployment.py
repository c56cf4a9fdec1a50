"""What the record of a deployed federation says, and how it is written in JSON."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from folkmoot.chain.addresses import read_address
from folkmoot.chain.events.logs import REPLACED
from folkmoot.chain.sources import Compiler
from folkmoot.errors import ConfigError

CONTRACTS = ("federation", "treasury", "token", "task_implementation")
_HASH = re.compile("0x[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a federation's contracts come from: how they were compiled, and by which transactions they were created.

    `commit` is of the sources, empty where that is not known. The contracts' names are those of their sources:
    "Federation", "Task", "Settling". `code_hashes` are the Keccak-256 of the code on the chain, `metadata_hashes` the
    SHA-256 at its end.
    """

    commit: str
    compiler: Compiler
    deployer: str
    transactions: Mapping[str, str]
    code_hashes: Mapping[str, str]
    metadata_hashes: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A federation's addresses, and the block that held all of them first.

    `rules` and `libraries` map a contract's name to its address; `deployed_at` is that block's time in seconds since
    1970; `version` is Folkmoot's. Records of earlier versions have no `provenance`.
    """

    chain_id: int
    block_number: int
    block_hash: str
    federation: str
    treasury: str
    token: str
    task_implementation: str
    rules: Mapping[str, str]
    libraries: Mapping[str, str]
    deployed_at: int
    version: str
    provenance: Provenance | None = None

    @property
    def first_block(self) -> int:
        """Where to begin to look for the federation's events: a re-organisation may have moved it to earlier blocks."""
        return max(0, self.block_number - REPLACED)

    @property
    def compiled(self) -> dict[str, str]:
        """The addresses of its contracts by their sources' names; not that of the token, which may be anybody's."""
        own = {"Federation": self.federation, "Treasury": self.treasury, "Task": self.task_implementation}
        return own | dict(self.rules) | dict(self.libraries)


def to_text(record: Deployment) -> str:
    """A record in JSON."""
    document = asdict(record)
    if record.provenance is None:
        del document["provenance"]
    return json.dumps(document, indent=2) + "\n"


def from_text(text: str) -> Deployment:
    """The record in a JSON text, its addresses with their checksums. Raises `ValueError` or `TypeError` for another."""
    document = json.loads(text)
    record = Deployment(**document)
    for name in ("chain_id", "block_number", "deployed_at"):
        _natural(name, getattr(record, name))
    for name in ("block_hash", "version"):
        _text(name, getattr(record, name))
    found: dict[str, Any] = {name: _address(name, getattr(record, name)) for name in CONTRACTS}
    for kind in ("rules", "libraries"):
        found[kind] = {name: _address(name, address) for name, address in _named(kind, getattr(record, kind)).items()}
    if record.provenance is not None:
        found["provenance"] = _provenance(document["provenance"])
    return replace(record, **found)


def _provenance(document: Any) -> Provenance:
    found = Provenance(**document)
    compiler = Compiler(**document["compiler"])
    for name in ("version", "evm_version"):
        _text(name, getattr(compiler, name))
    _natural("optimizer_runs", compiler.optimizer_runs)
    if type(compiler.via_ir) is not bool:
        raise ValueError(f"via_ir is neither true nor false: {compiler.via_ir!r}")
    _text("commit", found.commit)
    for kind in ("transactions", "code_hashes", "metadata_hashes"):
        for name, value in _named(kind, getattr(found, kind), "hashes").items():
            if not (isinstance(value, str) and _HASH.fullmatch(value)):
                raise ValueError(f"{kind} has no hash of {name}: {value!r}")
    return replace(found, compiler=compiler, deployer=_address("deployer", found.deployer))


def _natural(name: str, number: object) -> None:
    if type(number) is not int or number < 0:
        raise ValueError(f"{name} is no number: {number!r}")


def _text(name: str, text: object) -> None:
    if not isinstance(text, str) or not text.isprintable():
        raise ValueError(f"{name} is no text: {text!r}")


def _named(kind: str, named: object, what: str = "addresses") -> dict[str, Any]:
    if not isinstance(named, dict) or not all(map(str.isprintable, named)):
        raise ValueError(f"{kind} are no names and {what}: {named!r}")
    return named


def _address(name: str, value: object) -> str:
    try:
        return read_address(str(value))
    except ConfigError as error:
        raise ValueError(f"{name} is no address: {error.message}") from None
