"""`events`: what the federation's contracts have logged, one event a line."""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Annotated, Any

import typer
from web3.types import LogReceipt

from folkmoot.chain.events.logs import decode_log
from folkmoot.cli.output import to_json
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Whole


def events(
    session: Session,
    *,
    decode: Annotated[bool, typer.Option("--decode", help="Names and values in place of topics and data.")] = False,
    first: Annotated[
        int | None, typer.Option("--from", min=0, metavar="BLOCK", help="Default: the first.", show_default=False)
    ] = None,
    last: Annotated[
        int | None, typer.Option("--to", min=0, metavar="BLOCK", help="Default: the latest.", show_default=False)
    ] = None,
) -> None:
    """List what the federation, its treasury and its tasks have logged; of one task alone where --task is given."""
    if first is not None and last is not None and last < first:
        raise typer.BadParameter(f"there are no blocks from {first} to {last}")
    contracts = _contracts(session)
    found = [
        _decoded(one, contracts) if decode else _raw(one, contracts)
        for one in session.logs(*contracts, from_block=first, to_block=last)
    ]
    session.output.show(found, *(_line(entry) if decode else Whole(_raw_line(entry)) for entry in found))


def _contracts(session: Session) -> Mapping[str, str]:
    """The names of contracts by their addresses: all, or the task that was asked for."""
    tasks = {proposal.task: f"task {proposal.number}" for proposal in session.proposals}
    if "task" in session.given:
        return {session.task.address: tasks[session.task.address]}
    return {session.record.federation: "federation", session.record.treasury: "treasury", **tasks}


def _raw(one: LogReceipt, contracts: Mapping[str, str]) -> dict[str, Any]:
    topics = [topic.to_0x_hex() for topic in one["topics"]]
    return _place(one, contracts) | {"topics": topics, "data": one["data"].to_0x_hex()}


def _decoded(one: LogReceipt, contracts: Mapping[str, str]) -> dict[str, Any]:
    """A log by the names in the contracts' interfaces; one that is none of theirs, as it is."""
    event = decode_log(one)
    if event is None:
        return _raw(one, contracts)
    values = {f.name.rstrip("_"): to_json(getattr(event, f.name)) for f in fields(event) if f.name != "origin"}
    return _place(one, contracts) | {"event": type(event).__name__, "values": values}


def _place(one: LogReceipt, contracts: Mapping[str, str]) -> dict[str, Any]:
    return {
        "block": one["blockNumber"],
        "index": one["logIndex"],
        "transaction": one["transactionHash"].to_0x_hex(),
        "contract": contracts[one["address"]],
        "address": one["address"],
    }


def _line(entry: Mapping[str, Any]) -> str:
    if "event" not in entry:
        return Whole(_raw_line(entry))
    values = (f"{name}={_short(value)}" for name, value in entry["values"].items())
    return " ".join((f"{entry['block']} {entry['contract']}: {entry['event']}", *values))


def _short(value: object) -> str:
    """A value on one line, whatever a text has in it."""
    is_plain = isinstance(value, str) and value.startswith("0x") and value.isalnum()
    return str(value) if is_plain else json.dumps(value, ensure_ascii=False)


def _raw_line(entry: Mapping[str, Any]) -> str:
    return f"{entry['block']} {entry['contract']}: {','.join(entry['topics']) or '-'} {entry['data']}"
