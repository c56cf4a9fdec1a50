"""`verify`: what explorers need to show that the contracts are what their sources say, written and sent."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from folkmoot.chain.bytecode import CodeFinding, compare_contracts
from folkmoot.cli.session import Session
from folkmoot.cli.tables import table
from folkmoot.errors import ConfigError
from folkmoot.exit_codes import FAILED
from folkmoot.explorers.folder import renew
from folkmoot.explorers.verification import Submission, submissions
from folkmoot.explorers.verifiers import KINDS, Match, Verdict, Verifier

Folder = Annotated[Path, typer.Argument(help="Folder to write into, one folder for each contract.", show_default=False)]
Api = Annotated[
    str | None,
    typer.Option("--api", help="URL of an explorer's API to send them to, too: https://sourcify.dev/server."),
]
Kind = Annotated[str, typer.Option("--kind", help=f"What answers there: {' or '.join(KINDS)}.")]


def verify(session: Session, folder: Folder = Path("verification"), api: Api = None, kind: Kind = "sourcify") -> None:
    """Write each contract's sources and settings for explorers that verify. Exit code 1 if any is not verified."""
    verifier = _verifier(session, api, kind)
    with session.output.working("comparing the code on the chain"):
        wrong = {found.contract: found for found in compare_contracts(session.client, session.record)}
        contracts = [*submissions(session.client, session.record)]
    found = [
        _done(contract, folder, wrong.pop(contract.name, None), verifier)
        for contract in session.output.each("contract", contracts)
    ]
    found += [_unsent(finding) for finding in wrong.values()]
    columns = ("contract", "address", "in", "found")
    rows = [(entry["contract"], entry["address"], entry["folder"], _said(entry)) for entry in found]
    session.output.show(found, table("Contracts", columns, rows))
    if any(entry["difference"] or entry["match"] is Match.NONE for entry in found):
        raise typer.Exit(FAILED)


def _verifier(session: Session, api: str | None, kind: str) -> Verifier | None:
    if kind not in KINDS:
        raise ConfigError(f"there is no kind {kind!r} of explorer", f"one of {', '.join(KINDS)}")
    return KINDS[kind](api, session.client.chain_id) if api else None


def _done(contract: Submission, folder: Path, wrong: CodeFinding | None, verifier: Verifier | None) -> dict[str, Any]:
    """What was written of a contract, and how an explorer judges it; one that is none of ours is not sent."""
    own = folder / contract.name
    renew(own / "input.json", contract.input_text)
    renew(own / "contract.json", json.dumps(contract.described, indent=2) + "\n")
    if wrong:
        return _unsent(wrong) | {"folder": own}
    verdict = verifier.verify(contract) if verifier else Verdict(None)
    told = {"contract": contract.name, "address": contract.address, "folder": own, "difference": ""}
    return told | {"match": verdict.match, "reason": verdict.reason}


def _unsent(wrong: CodeFinding) -> dict[str, Any]:
    told = {"contract": wrong.contract, "address": wrong.address, "folder": None, "difference": wrong.difference}
    return told | {"match": None, "reason": ""}


def _said(entry: Mapping[str, Any]) -> str:
    if entry["difference"]:
        return f"not this build's: {entry['difference']}"
    if entry["match"] is None:
        return "this build's code"
    return f"{entry['match'].value}: {entry['reason']}" if entry["reason"] else str(entry["match"].value)
