"""`explorer`: a folder from which Otterscan shows the federation."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from folkmoot.chain import list_members
from folkmoot.chain.bytecode import compare_contracts, compare_task
from folkmoot.cli.session import Session
from folkmoot.cli.tables import key_values, table
from folkmoot.errors import ConfigError
from folkmoot.exit_codes import FAILED
from folkmoot.explorers.folder import renew
from folkmoot.explorers.otterscan import (
    Match,
    Places,
    contract_files,
    label_files,
    name_files,
    settings_file,
    task_files,
)
from folkmoot.explorers.verification import submissions

Found = dict[str, Any]
Files = Iterable[tuple[str, str]]

OTTERSCAN = "http://127.0.0.1:5100"
Folder = Annotated[Path, typer.Argument(help="Folder to write into; run again, it gets what is new.")]
Node = Annotated[str | None, typer.Option("--node", help="URL of the node for browsers. Default: the first of --rpc.")]
Served = Annotated[str, typer.Option("--served", help="URL at which browsers find the folder.")]


def explorer(
    session: Session, folder: Folder = Path("explorer"), node: Node = None, served: Served = OTTERSCAN
) -> None:
    """Write a folder from which Otterscan shows the federation. Exit code 1 if any code is not this build's."""
    places = Places(_plain(node or session.config.rpc[0]), served.rstrip("/"))
    with session.output.working("comparing the code on the chain"):
        contracts, tasks = _contracts(session), _tasks(session)
    labels = _labels(session)
    files = [
        *(file for found, own in (*contracts, *tasks) for file in own),
        *name_files(),
        *label_files(labels),
        settings_file(session.record, places),
    ]
    changed = sum([renew(folder / path, text) for path, text in files])
    found = [entry for entry, _ in (*contracts, *tasks)]
    document = {"folder": folder, "contracts": found, "labels": labels, "files": len(files), "changed": changed}
    rows = [(entry["contract"], entry["address"], entry["match"], entry["difference"]) for entry in found]
    session.output.show(
        document,
        key_values({"folder": folder, "files": len(files), "of them new": changed, "labels": len(labels)}),
        table("Contracts", ("contract", "address", "match", "difference"), rows),
    )
    if any(entry["match"] is None for entry in found):
        raise typer.Exit(FAILED)


def _contracts(session: Session) -> list[tuple[Found, Files]]:
    """Every contract of the record, and its files; none for one that is not this build's."""
    wrong = {finding.contract: finding for finding in compare_contracts(session.client, session.record)}
    known = {contract.name: contract.address for contract in submissions(session.client, session.record)}
    made: list[tuple[Found, Files]] = []
    for name, address in (session.record.compiled | known).items():
        finding = wrong.get(name)
        match = Match.FULL if finding is None else Match.PARTIAL if finding.only_metadata else None
        files = contract_files(session.record.chain_id, name, address, match) if match else ()
        made.append((_entry(name, address, match, finding.difference if finding else ""), files))
    return made


def _tasks(session: Session) -> list[tuple[Found, Files]]:
    """Every task, and its files; none for one whose code is not what was told when it was proposed."""
    made: list[tuple[Found, Files]] = []
    for task in session.proposals:
        finding = compare_task(session.client, session.record, task)
        match, files = (None, ()) if finding else (Match.PARTIAL, task_files(session.record, task))
        made.append((_entry(f"task {task.number}", task.task, match, finding.difference if finding else ""), files))
    return made


def _entry(name: str, address: str, match: Match | None, difference: str) -> Found:
    return {"contract": name, "address": address, "match": match and match.value, "difference": difference}


def _labels(session: Session) -> Mapping[str, str]:
    """Names of accounts: those of the address book, and in quotes what members call themselves."""
    accounts = [*list_members(session.federation), *session.book.addresses.values()]
    named = {account: session.label(account).rpartition(" (")[0] for account in accounts}
    return {account: name for account, name in named.items() if name}


def _plain(url: str) -> str:
    """A URL that everybody may read. Raises `ConfigError` for one with a name or a password."""
    if urlsplit(url).username or urlsplit(url).password:
        raise ConfigError("the node's URL has a password in it, which browsers would read", "name another by --node")
    return url
