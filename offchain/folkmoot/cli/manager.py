"""`manager`: what a quorum of managers decides. Each sends the same call, or confirms another's by its name."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer
from rich.table import Table

from folkmoot.chain import Membership
from folkmoot.cli.amounts import Money, seconds
from folkmoot.cli.approvals import (
    Pending,
    explain,
    find,
    history,
    open_applications,
    pending,
    propose_or_confirm,
    short_name,
)
from folkmoot.cli.command import Address, address, addresses, command, group
from folkmoot.cli.membership_status import lasting
from folkmoot.cli.output import key_values, table, timestamp
from folkmoot.cli.session import Session
from folkmoot.errors import ConfigError

app = group("manager", "What the managers decide together: as many as the quorum says, each by the same command.")

Application = Annotated[
    str, typer.Argument(metavar="APPLICATION", help="Its number, or the applicant's address.", show_default=False)
]
Action = Annotated[
    str, typer.Argument(metavar="ACTION", help="Its name, or the start of it: 0x12ab34cd.", show_default=False)
]
Amount = Annotated[str, typer.Argument(metavar="AMOUNT", help='In whole tokens, such as "12.5".', show_default=False)]
Committee = Annotated[
    list[str],
    typer.Option(callback=addresses, metavar="ADDRESS,...", help="Who sits, by commas.", show_default=False),
]


# ------------------------------------------------------------------- looking


@command(app, "list")
def show(session: Session) -> None:
    """List the managers, their quorum, the fee, how long it pays for, and the pool."""
    federation, money = session.federation, session.money
    managers, fee, pool = federation.managers(), federation.permission_fee(), session.treasury.pool()
    period = federation.membership_period()
    document = {"managers": managers, "quorum": federation.quorum(), "fee": fee, "period": period, "pool": pool}
    texts = {"managers": "\n".join(managers), "fee": f"{money.text(fee)} {lasting(period)}", "pool": money.text(pool)}
    session.output.show(document, key_values({n: v for n, v in (document | texts).items() if n != "period"}))


@command(app, "pending")
def show_pending(session: Session) -> None:
    """List what waits for managers: open applications, and actions that lack confirmations."""
    events, money = history(session), session.money
    applications = [
        {"application": event.application, "member": event.member, "fee": event.fee}
        for event in open_applications(events)
    ]
    actions = [
        _document(action, explain(session, action.meaning, action.target)) for action in pending(session, events)
    ]
    document = {"applications": applications, "actions": actions}
    session.output.show(document, _applications(applications, money), _actions(actions))


# ------------------------------------------------------------------ confirming


@command(app)
def confirm(session: Session, action: Action) -> None:
    """Confirm an action of another manager's."""
    propose_or_confirm(session, find(session, action).call)


@command(app)
def revoke(session: Session, action: Action) -> None:
    """Take your confirmation of an action back."""
    found = find(session, action)
    receipt = session.send(session.federation.revoke(found.action))
    words = explain(session, found.meaning, found.target)
    session.output.show(
        {"action": found.action, "transaction": receipt.hash}, f"not confirmed by you any more: {words}"
    )


# --------------------------------------------------------------------- members


@command(app)
def admit(session: Session, application: Application) -> None:
    """Admit an applicant."""
    propose_or_confirm(session, session.federation.admit(_number(session, application)))


@command(app)
def reject(session: Session, application: Application) -> None:
    """Reject an application; its fee goes back."""
    propose_or_confirm(session, session.federation.reject(_number(session, application)))


@command(app)
def ban(session: Session, account: Address) -> None:
    """Exclude an account."""
    propose_or_confirm(session, session.federation.ban(account))


@command(app)
def unban(session: Session, account: Address) -> None:
    """Let a banned account apply again."""
    propose_or_confirm(session, session.federation.unban(account))


@command(app)
def fee(session: Session, amount: Amount) -> None:
    """Set the fee of later applications and renewals."""
    propose_or_confirm(session, session.federation.set_fee(session.money.units(amount)))


@command(app)
def period(
    session: Session,
    length: Annotated[str, typer.Argument(metavar="LENGTH", help="Such as 30d; 0 is for ever.", show_default=False)],
) -> None:
    """Set how long the fee of later applications and renewals pays for."""
    propose_or_confirm(session, session.federation.set_membership_period(0 if length == "0" else seconds(length)))


# -------------------------------------------------------------------- managers


@command(app)
def add(session: Session, manager: Address) -> None:
    """Make an account a manager."""
    propose_or_confirm(session, session.federation.add_manager(manager))


@command(app)
def remove(session: Session, manager: Address) -> None:
    """Let an account be a manager no more."""
    propose_or_confirm(session, session.federation.remove_manager(manager))


@command(app)
def replace(session: Session, manager: Address, successor: Address) -> None:
    """Put another account in the place of a manager."""
    propose_or_confirm(session, session.federation.replace_manager(manager, successor))


@command(app)
def quorum(
    session: Session, number: Annotated[int, typer.Argument(metavar="NUMBER", min=1, show_default=False)]
) -> None:
    """Set how many managers it takes."""
    propose_or_confirm(session, session.federation.set_quorum(number))


# ------------------------------------------------------------------------ tasks


@command(app)
def fund(session: Session, amount: Amount) -> None:
    """Add to a task's budget from the pool."""
    propose_or_confirm(session, session.task.fund(session.money.units(amount)))


@command(app)
def pause(
    session: Session,
    length: Annotated[str, typer.Argument(metavar="LENGTH", help="Such as 30min, 2h or 1d.", show_default=False)],
) -> None:
    """Stop a task's running round for a while, counted from now. Others must confirm this very end."""
    until = session.client.now() + seconds(length)
    propose_or_confirm(session, session.task.pause(session.task.round().number, until))


@command(app)
def resume(session: Session) -> None:
    """End a task's pause."""
    propose_or_confirm(session, session.task.resume(session.task.round().number))


@command(app, "roll-back")
def roll_back(
    session: Session,
    model: Annotated[int, typer.Argument(metavar="MODEL", min=0, help="Its number.", show_default=False)],
    *,
    committee: Committee,
) -> None:
    """Void a task's running round: go on from an earlier model, with this committee."""
    propose_or_confirm(session, session.task.rollback(session.task.round().number, model, committee))


# ----------------------------------------------------------------------- inside


def _number(session: Session, application: str) -> int:
    """An application's number, also from the address of who sent it."""
    if application.isdecimal():
        return int(application)
    account = session.federation.account_of(address(application))
    if account.membership != Membership.APPLIED:
        raise ConfigError(f"{application} has no open application", "`manager pending` lists the open ones")
    return account.application


def _document(action: Pending, words: str) -> dict[str, Any]:
    return {
        "action": action.action,
        "target": action.target,
        "call": action.meaning.name,
        "arguments": action.meaning.arguments,
        "words": words,
        "confirmers": action.confirmers,
        "quorum": action.quorum,
        "expires": action.expires,
    }


def _applications(found: Sequence[dict[str, Any]], money: Money) -> Table | str:
    rows = [(a["application"], a["member"], money.text(a["fee"])) for a in found]
    return table("Open applications", ("number", "applicant", "fee"), rows) if rows else "No application is open."


def _actions(found: Sequence[dict[str, Any]]) -> Table | str:
    rows = [(short_name(a["action"]), a["words"], _standing(a), timestamp(a["expires"])) for a in found]
    title = "Actions that lack confirmations"
    return table(title, ("name", "what", "confirmed by", "until"), rows) if rows else "No action is pending."


def _standing(action: dict[str, Any]) -> str:
    by = action["confirmers"]
    return "\n".join((*by, f"({len(by)} of {action['quorum']})"))
