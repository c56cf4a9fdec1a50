"""The record of a deployed federation's addresses: `<folder>/<chain id>.json`, written once by the deployer."""

import os
import time
from collections.abc import Callable, Iterable, Mapping
from itertools import count
from pathlib import Path
from tempfile import TemporaryFile

from folkmoot.chain import questions
from folkmoot.chain.answers import Block
from folkmoot.chain.client import Client
from folkmoot.chain.contracts import TreasuryContract
from folkmoot.chain.deployment import CONTRACTS, Deployment, from_text, to_text
from folkmoot.chain.events.logs import REPLACED
from folkmoot.chain.federation import FederationContract
from folkmoot.errors import ChainError, ChainGone, ConfigError, ConnectionFailed, NotDeployed, reason
from folkmoot.files import read_text

_GET = (
    "a member copies the record of the federation's operator into that folder; who only looks names the federation: "
    "--federation ADDRESS; the operator deploys: brownie run scripts/deploy.py main federation.toml --network <id>"
)
_COPY = "get an intact copy from the federation's operator"
_WAIT = "wait until it has all of the chain, or name another node; on a local chain that was started anew, deploy again"
_GONE = "a member asks the operator for the new record, or corrects `rpc`; the operator has to deploy again"
_REORGANISED_S = 30  # between two blocks of one number
_LOOK_S = 0.5
_IDLE_S = 60.0  # without a block


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


def settled(
    take: Callable[[], Deployment], client: Client, blocks: int, sleep: Callable[[float], None] = time.sleep
) -> Deployment:
    """A record, as `take` gives it, of a block that is still the same when so many `blocks` have followed it.

    Raises `ChainGone` if the federation is not there again within 64 blocks after it was dropped from the chain.
    """
    last = client.head().number + REPLACED
    while True:
        try:
            record = take()
            _await(client, record.block_number + blocks, sleep)
            found = client.find_block(record.block_number)
            if found and found.hash == record.block_hash:
                return record
        except ChainGone:
            if client.head().number >= last:
                raise
            sleep(_LOOK_S)


def _await(client: Client, number: int, sleep: Callable[[float], None]) -> None:
    """Until there is a block of this number, or none has come for long: some come with transactions alone."""
    before, looks = -1, 0
    while (head := client.head().number) < number and looks * _LOOK_S < _IDLE_S:
        before, looks = head, looks + 1 if head == before else 0
        sleep(_LOOK_S)


def next_kept(chain_id: int, folder: str | os.PathLike[str]) -> Path | None:
    """Where `write` keeps the chain's present record; None if there is none."""
    path = Path(folder) / f"{chain_id}.json"
    if not path.exists():
        return None
    return next(free for n in count(1) if not (free := path.with_suffix(f".{n}.json")).exists())


def require_writable(folder: str | os.PathLike[str]) -> None:
    """Raise `ConfigError` unless records can be written into a folder, which need not be there yet."""
    path = Path(folder).absolute()
    try:
        nearest = next(p for p in (path, *path.parents) if p.exists() or p.is_symlink())
        with TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        raise _unwritable(path, error) from error


def write(record: Deployment, folder: str | os.PathLike[str]) -> Path:
    """Write the record and return its path. An earlier one of the same chain is kept as `<chain id>.<n>.json`.

    Raises `ConfigError` where it cannot be written.
    """
    path = Path(folder) / f"{record.chain_id}.json"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.write_text(to_text(record), "utf-8")
        if kept := next_kept(record.chain_id, folder):
            path.rename(kept)
        return unfinished.replace(path)
    except OSError as error:
        raise _unwritable(Path(folder), error) from error


def read(folder: str | os.PathLike[str], client: Client) -> Deployment:
    """The record of the client's chain, checked against it.

    Raises `NotDeployed` without a record, `ConfigError` for an unreadable one and for one that names other contracts
    than its federation does, `ChainGone` if every node that has all of the chain lacks its block or a contract's code,
    and `ConnectionFailed`, also while no node has all of the chain yet.
    """
    path = Path(folder) / f"{client.chain_id}.json"
    record = _load(path)
    if record.chain_id != client.chain_id:
        raise ConfigError(f"{path} is the record of chain {record.chain_id}", _COPY)
    if not _is_there(record, client):
        raise ChainGone(f"the chain in the record of chain {record.chain_id} is gone", _GONE)
    _check_contracts(path, record, client)
    return record


def recorded(folder: str | os.PathLike[str]) -> Deployment:
    """The only record in a folder, unchecked: for while no node answers.

    Raises `NotDeployed` where there is none, or several chains have one, and `ConfigError` for an unreadable one.
    """
    found = [path for path in Path(folder).glob("*.json") if path.stem.isdecimal()]
    if len(found) != 1:
        raise NotDeployed(f"{folder} has the records of {len(found)} chains", _GET)
    return _load(found[0])


def _unwritable(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"cannot write a deployment record into {folder}: {reason(error)}", "name a folder of your own as `deployments`"
    )


def _load(path: Path) -> Deployment:
    try:
        return from_text(read_text(path))
    except FileNotFoundError:
        raise NotDeployed(f"no federation is recorded in {path}", _GET) from None
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {reason(error)}", "check the file's kind, owner and mode") from error
    except (RecursionError, TypeError, ValueError) as error:
        raise ConfigError(f"{path} is no deployment record: {error}", _COPY) from error


def _check_contracts(path: Path, record: Deployment, client: Client) -> None:
    """Raise `ConfigError` unless the record's treasury, token and code of tasks are its federation's."""
    federation, treasury = FederationContract(client, record.federation), TreasuryContract(client, record.treasury)
    try:
        named = (federation.treasury(), federation.task_implementation(), treasury.token())
    except ConnectionFailed:
        raise
    except ChainError as error:
        raise ConfigError(f"{path} names a federation or a treasury that is none: {error.message}", _COPY) from error
    for name, stands in zip(("treasury", "task_implementation", "token"), named, strict=True):
        if getattr(record, name) != stands:
            raise ConfigError(f"{path} names another {name} than its federation, which has {stands}", _COPY)


def _is_there(record: Deployment, client: Client) -> bool:
    """Raises `ConnectionFailed` where no node has all of the chain that has its block."""
    contracts = [getattr(record, name) for name in CONTRACTS]
    if _stands(record, client.find_block(record.block_number), map(client.has_code, contracts)):
        return True
    asked = [questions.block(record.block_number), *map(questions.has_code, contracts)]
    behind: list[str] = []
    is_gone = False
    for url, (block, *codes, is_syncing, head) in client.ask_each(*asked, questions.SYNCING, questions.HEAD):
        if _stands(record, block, codes):
            return True
        if is_syncing or head < record.block_number:
            behind.append(f"{url} {'still fetches the chain' if is_syncing else f'ends with block {head}'}")
        else:
            is_gone = True
    if is_gone:
        return False
    raise ConnectionFailed(f"the federation is as of block {record.block_number}, but {'; '.join(behind)}", _WAIT)


def _stands(record: Deployment, block: Block | None, codes: Iterable[bool]) -> bool:
    """A block of about the same time in place of the record's is of the same chain, which has re-organised."""
    is_same = block is not None and (
        block.hash == record.block_hash or abs(block.time - record.deployed_at) <= _REORGANISED_S
    )
    return is_same and all(codes)
