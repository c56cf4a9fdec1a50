"""Whether the code on the chain is that of this build: the code of all recorded contracts, and of every task.

Two things differ between a contract's code and the compiled one: addresses, of libraries, of a library itself and in
immutable values, each of which is compared with the record; and the metadata at the end, a hash of the sources' text
and the compiler's settings, by which nothing that the contract does can change.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from folkmoot.chain.client import Client
from folkmoot.chain.clones import Clone
from folkmoot.chain.compiled import METADATA_HASH, Bytecode, Contracts, packaged
from folkmoot.chain.deployment import Deployment, Provenance
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.chain.events.logs import fetch_events
from folkmoot.chain.sources import compiler
from folkmoot.errors import ConfigError

_IMMUTABLES = {"Federation": ("treasury", "task_implementation"), "Treasury": ("federation", "token")}
_LENGTH = 2  # bytes at the very end, which tell how long the metadata before them are


@dataclass(frozen=True, slots=True)
class CodeFinding:
    """A contract whose code is not that of this build, and in what it differs.

    `only_metadata`: it does the same, but the text that it was compiled from is another, a comment's perhaps, or the
    compiler's settings.
    """

    contract: str
    address: str
    difference: str
    only_metadata: bool


def compare(client: Client, record: Deployment, contracts: Contracts = packaged) -> list[CodeFinding]:
    """Every contract of a federation whose code is not this build's; none, if all are. The fee token may be anybody's.

    `contracts` is the build. Raises `ConnectionFailed`.
    """
    return [*compare_contracts(client, record, contracts), *compare_tasks(client, record)]


def compare_contracts(client: Client, record: Deployment, contracts: Contracts = packaged) -> Iterator[CodeFinding]:
    """As `compare`, of all but the tasks."""
    for name, address in record.compiled.items():
        expected = _expected(name, contracts)
        found = difference(client.code(address), name, address, record, expected) if expected else _UNKNOWN
        if found:
            yield CodeFinding(name, address, *found)


def compare_tasks(client: Client, record: Deployment) -> Iterator[CodeFinding]:
    """As `compare`, of each task that was ever proposed."""
    events = fetch_events(client, [record.federation], from_block=record.first_block, kinds=(TaskProposed,))
    for event in (event for event in events if isinstance(event, TaskProposed)):
        if found := compare_task(client, record, event):
            yield found


def compare_task(client: Client, record: Deployment, proposed: TaskProposed) -> CodeFinding | None:
    """As `compare`, of one task: it has to be a clone with the very arguments that were told."""
    told = Clone(record.task_implementation, record.federation, proposed.proposer, proposed.parameters)
    code = client.code(proposed.task)
    if code == told.code:
        return None
    found = Clone.of(code)
    wrong = f"another {', another '.join(told.differences(found))}" if found else "it is no clone of a task"
    return CodeFinding(f"task {proposed.number}", proposed.task, wrong, only_metadata=False)


def provenance(
    client: Client, contracts: Mapping[str, str], *, commit: str, deployer: str, transactions: Mapping[str, str]
) -> Provenance:
    """Where contracts at some addresses, by their names, come from. Raises `ConnectionFailed`."""
    codes = {name: client.code(address) for name, address in contracts.items()}
    return Provenance(
        commit=commit,
        compiler=compiler(),
        deployer=deployer,
        transactions=transactions,
        code_hashes={name: f"0x{keccak(code).hex()}" for name, code in codes.items()},
        metadata_hashes={name: metadata_hash(code) for name, code in codes.items()},
    )


def difference(code: bytes, name: str, address: str, record: Deployment, expected: Bytecode) -> tuple[str, bool] | None:
    """What is another in a contract's code than in this build's, and whether that are the metadata only."""
    if not code:
        return "no code stands there", False
    if missing := sorted(set(expected.links) - set(record.libraries)):
        return f"the record does not name its library {', '.join(missing)}", False
    made, found = expected.deployed(address, record.libraries), expected.without_values(code)
    if _body(made) != _body(found):
        return _first_difference(_body(made), _body(found)), False
    if wrong := _wrong_values(code, name, record, expected):
        return wrong, False
    if made != found:
        return f"its metadata hash is {metadata_hash(code) or 'missing'}, not {metadata_hash(made)}", True
    return None


def metadata_hash(code: bytes) -> str:
    """0x and the SHA-256 by which the metadata of a contract's code are found in IPFS; empty if it has none."""
    found = METADATA_HASH.search(code[len(_body(code)) :])
    return f"0x{found[0].hex()}" if found else ""


def _expected(name: str, contracts: Contracts) -> Bytecode | None:
    try:
        return contracts(name)
    except ConfigError:
        return None


_UNKNOWN = ("this build has no such contract", False)


def _body(code: bytes) -> bytes:
    """Code without its metadata."""
    length = int.from_bytes(code[-_LENGTH:]) + _LENGTH
    return code[:-length] if length <= len(code) else code


def _first_difference(made: bytes, found: bytes) -> str:
    if len(made) != len(found):
        return f"another contract: it has {len(found)} bytes without metadata, not {len(made)}"
    place = next(place for place, pair in enumerate(zip(made, found, strict=True)) if pair[0] != pair[1])
    return f"another contract: from byte {place} on it is not the same"


def _wrong_values(code: bytes, name: str, record: Deployment, expected: Bytecode) -> str:
    """What is wrong with immutable values, each of which is the address of a contract in the record."""
    right = {int(str(getattr(record, of)), 16).to_bytes(32) for of in _IMMUTABLES.get(name, ())}
    found = expected.values(code)
    if strange := sorted({value for values in found for value in values} - right):
        return f"it names {_address(strange[0])}, which is not in the record"
    if any(len(values) > 1 for values in found) or {min(values) for values in found} != right:
        return "it does not name each contract of the record in its place"
    return ""


def _address(word: bytes) -> str:
    return to_checksum_address(word[12:]) if not any(word[:12]) else f"0x{word.hex()}"
