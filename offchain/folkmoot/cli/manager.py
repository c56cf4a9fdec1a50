"""`manager`: what a quorum of managers decides. Each sends the same call, or confirms another's by its name."""

from typing import Annotated

import typer

from folkmoot.chain import Membership
from folkmoot.cli.applications import application_numbers, applications_table, open_applications
from folkmoot.cli.approvals import (
    explain,
    find,
    pending,
    pending_document,
    pending_table,
    propose_or_confirm,
    propose_or_confirm_all,
    require_manager,
)
from folkmoot.cli.asking import ask
from folkmoot.cli.command import Amount, Committee, Manager, Member, Parties, PublicKey, Successor, command, group
from folkmoot.cli.membership_status import period as period_in_words
from folkmoot.cli.output import seconds
from folkmoot.cli.session import Session
from folkmoot.cli.tables import key_values
from folkmoot.errors import ConfigError
from folkmoot.exit_codes import FAILED
from folkmoot.plurals import counted

app = group("manager", "What managers decide together. A quorum of them sends the same command, or confirms it.")

Applications = Annotated[
    list[str],
    typer.Argument(metavar="APPLICATION", help="Numbers, or applicants' addresses or names.", show_default=False),
]
Action = Annotated[
    str, typer.Argument(metavar="ACTION", help="Its name, or the start of it: 0x12ab34cd.", show_default=False)
]


# ------------------------------------------------------------------- looking


@command(app, "list")
def list_(session: Session) -> None:
    """List the managers and what they have set: quorum, fee and its period, blocks of a window; and the pool."""
    federation, money = session.federation, session.money
    managers, fee = federation.managers(), federation.permission_fee()
    period, pool = federation.membership_period(), session.treasury.pool()
    document = {
        "managers": managers,
        "quorum": federation.quorum(),
        "fee": fee,
        "period": period,
        "min_blocks": federation.min_blocks(),
        "pool": pool,
    }
    texts = {"fee": money.text(fee), "period": period_in_words(period), "pool": money.text(pool)}
    session.output.show(document, key_values(document | texts | {"managers": "\n".join(managers)}))


@command(app, "pending")
def show_pending(session: Session) -> None:
    """List open applications, and actions that lack confirmations."""
    applications = [
        {"application": event.application, "member": event.member, "fee": event.fee}
        for event in open_applications(session.history)
    ]
    actions = [pending_document(session, action) for action in pending(session)]
    document = {"applications": applications, "actions": actions}
    session.output.show(document, applications_table(applications, session.money), pending_table(actions))


# ------------------------------------------------------------------ confirming


@command(app)
def confirm(
    session: Session,
    actions: Annotated[
        list[str] | None,
        typer.Argument(metavar="ACTION", help="Names, or the starts of names: 0x12ab34cd.", show_default=False),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="List and confirm all that you have not yet.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before --all confirms.")] = False,
) -> None:
    """Confirm actions of other managers."""
    if everything == bool(actions):
        raise ConfigError("name actions, or all of them by --all", "list them: folkmoot manager pending")
    waiting = pending(session)
    chosen = [find(waiting, name) for name in actions or ()]
    if everything:
        chosen = [action for action in waiting if session.address not in action.confirmers]
        if chosen:
            session.output.announce(pending_table([pending_document(session, action) for action in chosen]))
            if not (yes or ask(f"Confirm {counted(len(chosen), 'action')} as {session.address}?")):
                raise typer.Exit(FAILED)
        else:
            session.output.show([], "Nothing waits for your confirmation.")
    propose_or_confirm_all(session, [action.call for action in chosen])


@command(app)
def revoke(session: Session, action: Action) -> None:
    """Revoke your confirmation of an action."""
    found = find(pending(session), action)
    receipt = session.send(session.federation.revoke(found.action))
    words = explain(session, found.meaning, found.target)
    session.output.show({"action": found.action, "transaction": receipt.hash}, f"your confirmation is revoked: {words}")


# --------------------------------------------------------------------- members


@command(app)
def admit(session: Session, applications: Applications) -> None:
    """Admit applicants."""
    propose_or_confirm_all(session, [session.federation.admit(n) for n in application_numbers(session, applications)])


@command(app)
def reject(session: Session, applications: Applications) -> None:
    """Reject applications and return their fees."""
    propose_or_confirm_all(session, [session.federation.reject(n) for n in application_numbers(session, applications)])


@command(app)
def ban(session: Session, accounts: Parties) -> None:
    """Ban accounts from the federation."""
    chosen, of = dict.fromkeys(accounts), session.federation.account_of
    strangers = [account for account in chosen if of(account).membership == Membership.NONE]
    propose_or_confirm_all(session, [session.federation.ban(account) for account in chosen])
    for account in strangers:
        typer.echo(f"warning: {account} is neither a member nor an applicant", err=True)


@command(app)
def unban(session: Session, accounts: Parties) -> None:
    """Let banned accounts apply again."""
    propose_or_confirm_all(session, [session.federation.unban(account) for account in dict.fromkeys(accounts)])


@command(app)
def replace_member(session: Session, member: Member, successor: Successor, key: PublicKey) -> None:
    """Put another account in the place of a member, whose key is lost or stolen.

    It takes over the membership, what is paid, and what the treasury owes. `folkmoot account public-key` prints a key.
    """
    propose_or_confirm(session, session.federation.replace_member(member, successor, key))


@command(app)
def fee(session: Session, amount: Amount) -> None:
    """Set the fee of later applications and renewals."""
    propose_or_confirm(session, session.federation.set_fee(session.money.units(amount)))


@command(app)
def period(
    session: Session,
    length: Annotated[
        str,
        typer.Argument(metavar="DURATION", help="Such as 30d, 4w or 1y; 0: it does not expire.", show_default=False),
    ],
) -> None:
    """Set the period that the fee of later applications and renewals pays for."""
    period = 0 if length == "0" else seconds(length)
    propose_or_confirm(session, session.federation.set_membership_period(period))


@command(app)
def blocks(
    session: Session,
    least: Annotated[int, typer.Argument(metavar="BLOCKS", min=0, help="Such as 5.", show_default=False)],
) -> None:
    """Set how many blocks a window of later tasks lasts at least, so that a chain that stood still strikes nobody."""
    propose_or_confirm(session, session.federation.set_min_blocks(least))


# -------------------------------------------------------------------- managers


@command(app)
def add(session: Session, manager: Manager) -> None:
    """Add a manager."""
    propose_or_confirm(session, session.federation.add_manager(manager))


@command(app)
def remove(session: Session, manager: Manager) -> None:
    """Remove a manager."""
    require_manager(session, manager)
    propose_or_confirm(session, session.federation.remove_manager(manager))


@command(app)
def replace(session: Session, manager: Manager, successor: Successor) -> None:
    """Replace a manager by another account."""
    require_manager(session, manager)
    propose_or_confirm(session, session.federation.replace_manager(manager, successor))


@command(app)
def quorum(
    session: Session,
    number: Annotated[
        int, typer.Argument(metavar="NUMBER", min=1, help="Confirmations that an action needs.", show_default=False)
    ],
) -> None:
    """Set the approval quorum."""
    if number > (managers := len(session.federation.managers())):
        message = f"{number} confirmations cannot come from {counted(managers, 'manager')}"
        raise ConfigError(message, hint="add managers first: folkmoot manager add")
    propose_or_confirm(session, session.federation.set_quorum(number))


# ------------------------------------------------------------------------ tasks


@command(app)
def fund(session: Session, amount: Amount) -> None:
    """Add to a task's budget from the pool."""
    propose_or_confirm(session, session.task.fund(session.money.units(amount)))


@command(app)
def pause(
    session: Session,
    length: Annotated[str, typer.Argument(metavar="DURATION", help="Such as 30min, 2h or 1d.", show_default=False)],
) -> None:
    """Pause a task, counted from the quorum's last confirmation."""
    duration = seconds(length)
    propose_or_confirm(session, session.task.pause(duration))


@command(app)
def resume(session: Session) -> None:
    """End a task's pause."""
    propose_or_confirm(session, session.task.resume(session.task.round().paused_until))


@command(app, "roll-back")
def roll_back(
    session: Session,
    model: Annotated[int, typer.Argument(metavar="MODEL", min=0, help="Number of that model.", show_default=False)],
    *,
    committee: Committee,
) -> None:
    """Void a task's running round and continue from an earlier model, with this committee."""
    propose_or_confirm(session, session.task.rollback(model, committee))
