"""The record of a deployed federation's addresses: `<folder>/<chain id>.json`, written once by the deployer."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path

from eth_utils.address import is_address

from folkmoot.chain.client import Client
from folkmoot.chain.federation import FederationContract
from folkmoot.errors import ChainError, ChainGone, ConfigError, ConnectionFailed, NotDeployed, reason

_CONTRACTS = ("federation", "treasury", "token", "task_implementation")
_GET = (
    "a member copies the record of the federation's operator into that folder; the operator deploys: "
    "brownie run scripts/deploy.py main federation.toml --network <id>"
)
_GONE = "a member asks the operator for the new record, or corrects `rpc`; the operator has to deploy again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A federation's addresses, and the block that held all of them first.

    `rules` and `libraries` map a contract's name to its address; `deployed_at` is that block's time in seconds since
    1970; `version` is Folkmoot's.
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


def snapshot(
    client: Client,
    *,
    federation: str,
    token: str,
    task_implementation: str,
    rules: Mapping[str, str],
    libraries: Mapping[str, str],
    version: str,
) -> Deployment:
    """The record of a federation on the client's chain as it is now."""
    head = client.head()
    return Deployment(
        chain_id=client.chain_id,
        block_number=head.number,
        block_hash=head.hash,
        federation=federation,
        treasury=FederationContract(client, federation).treasury(),
        token=token,
        task_implementation=task_implementation,
        rules=rules,
        libraries=libraries,
        deployed_at=head.time,
        version=version,
    )


def next_kept(chain_id: int, folder: str | os.PathLike[str]) -> Path | None:
    """Where `write` keeps the chain's present record; None if there is none."""
    path = Path(folder) / f"{chain_id}.json"
    if not path.exists():
        return None
    return next(free for n in count(1) if not (free := path.with_suffix(f".{n}.json")).exists())


def write(record: Deployment, folder: str | os.PathLike[str]) -> Path:
    """Write the record and return its path. An earlier one of the same chain is kept as `<chain id>.<n>.json`."""
    path = Path(folder) / f"{record.chain_id}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(asdict(record), indent=2) + "\n", "utf-8")
    if kept := next_kept(record.chain_id, folder):
        path.rename(kept)
    return unfinished.replace(path)


def read(folder: str | os.PathLike[str], client: Client) -> Deployment:
    """The record of the client's chain, checked against it.

    Raises `NotDeployed` without a record, `ConfigError` for an unreadable one, `ChainGone` if its block or a contract's
    code is not on the chain (any more), and `ConnectionFailed`.
    """
    record = _load(Path(folder) / f"{client.chain_id}.json")
    if not _is_there(record, client):
        raise ChainGone(f"the chain in the record of chain {record.chain_id} is gone", _GONE)
    return record


def _load(path: Path) -> Deployment:
    try:
        record = Deployment(**json.loads(path.read_text("utf-8")))
        _check(record)
    except FileNotFoundError:
        raise NotDeployed(f"no federation is recorded in {path}", _GET) from None
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {reason(error)}", "check the file's kind, owner and mode") from error
    except (TypeError, ValueError) as error:
        hint = "get an intact copy from the federation's operator"
        raise ConfigError(f"{path} is no deployment record: {error}", hint) from error
    return record


def _check(record: Deployment) -> None:
    """Raise `ValueError` for a value of the wrong type."""
    for name in ("chain_id", "block_number", "deployed_at"):
        if type(number := getattr(record, name)) is not int or number < 0:
            raise ValueError(f"{name} is no number: {number!r}")
    addresses = {name: getattr(record, name) for name in _CONTRACTS}
    for name, address in (addresses | dict(record.rules) | dict(record.libraries)).items():
        if not is_address(address):
            raise ValueError(f"{name} is no address: {address!r}")


def _is_there(record: Deployment, client: Client) -> bool:
    try:
        found = client.block(record.block_number).hash
    except ConnectionFailed:
        raise
    except ChainError:  # the chain has fewer blocks
        return False
    return found == record.block_hash and all(client.has_code(getattr(record, name)) for name in _CONTRACTS)
