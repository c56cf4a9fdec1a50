"""`payees`: everybody whom tasks have paid, as a table for accounts' books."""

import csv
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from io import StringIO
from typing import Any

from folkmoot.chain import Event
from folkmoot.chain.events.rounds import SeatPaid, UpdateBlockWritten
from folkmoot.chain.events.treasury import Reassigned, Withdrawn
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Whole


@dataclass(slots=True)
class Payee:
    """What one account got of one task: for so many updates and seats, in the fee token's smallest unit.

    `earned` and what it has `taken_over` from a member that it replaced are together what it has `withdrawn`, what it
    is `owed` and what was `passed_on` to its own successor.
    """

    account: str
    task: int
    updates: int = 0
    seats: int = 0
    earned: int = 0
    taken_over: int = 0
    withdrawn: int = 0
    owed: int = 0
    passed_on: int = 0


_Rows = dict[str, dict[int, Payee]]  # by account and task


def payees(session: Session) -> None:
    """List everybody whom tasks, or one, have paid, and what of it was withdrawn, as CSV."""
    tasks = {proposal.task: proposal.number for proposal in session.proposals}
    chosen = {tasks[session.task.address]} if "task" in session.given else {*tasks.values()}
    rows = [row for row in paid(session.events(session.treasury.address, *tasks), tasks) if row.task in chosen]
    document = [asdict(row) for row in rows]
    names = {row.account: _name(session, row.account) for row in rows}
    amount = session.money.number
    shown = ({**entry, "name": names[entry["account"]]} for entry in document)
    session.output.show(document, Whole(_csv(_in_tokens(entry, amount) for entry in shown)))


def paid(events: Iterable[Event], tasks: Mapping[str, int]) -> list[Payee]:
    """Who got what of which task, by the events of tasks, whose numbers these are, and of the treasury, in their order.

    A withdrawal takes all that its account is owed, so that what it takes of each task is known.
    """
    found: _Rows = {}
    for event in events:
        match event:
            case UpdateBlockWritten(author=account) | SeatPaid(member=account) if event.origin and event.amount:
                _earn(_of(found, account, tasks[event.origin.contract]), event)
            case Withdrawn():
                _withdraw(found.get(event.account, {}).values())
            case Reassigned():
                _pass_on(found, event.from_, event.to)
    return sorted((row for rows in found.values() for row in rows.values()), key=_place)


def _of(found: _Rows, account: str, task: int) -> Payee:
    return found.setdefault(account, {}).setdefault(task, Payee(account, task))


def _earn(row: Payee, event: UpdateBlockWritten | SeatPaid) -> None:
    is_update = isinstance(event, UpdateBlockWritten)
    row.updates, row.seats = row.updates + is_update, row.seats + (not is_update)
    row.earned, row.owed = row.earned + event.amount, row.owed + event.amount


def _withdraw(rows: Iterable[Payee]) -> None:
    for row in rows:
        row.withdrawn, row.owed = row.withdrawn + row.owed, 0


def _pass_on(found: _Rows, account: str, successor: str) -> None:
    for row in [row for row in found.get(account, {}).values() if row.owed]:
        to = _of(found, successor, row.task)
        to.taken_over, to.owed = to.taken_over + row.owed, to.owed + row.owed
        row.passed_on, row.owed = row.passed_on + row.owed, 0


def _place(row: Payee) -> tuple[int, int, str]:
    """By task, and of those the best paid first."""
    return row.task, -row.earned, row.account


_AMOUNTS = ("earned", "taken_over", "withdrawn", "owed", "passed_on")
_COLUMNS = ("account", "name", *(field.name for field in fields(Payee)[1:]))


def _name(session: Session, account: str) -> str:
    """What the user calls an account, or in quotation marks what it calls itself; empty if neither is known.

    The quotation marks also keep a spreadsheet from taking another's name for a formula.
    """
    return session.label(account).rpartition(" (")[0]


def _in_tokens(entry: Mapping[str, Any], amount: Callable[[int], str]) -> Mapping[str, Any]:
    return {**entry, **{name: amount(entry[name]) for name in _AMOUNTS}}


def _csv(rows: Iterable[Mapping[str, Any]]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, _COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().removesuffix("\n")
