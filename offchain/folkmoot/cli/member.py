"""`member`: joining a federation, paying for it, leaving it, and your status in it."""

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from folkmoot.chain import Membership, TaskContract, list_members, public_key
from folkmoot.chain.events.federation import MembershipApplied, MembershipRenewed
from folkmoot.chain.peers import announced
from folkmoot.cli.asking import ask
from folkmoot.cli.balances import allow, holdings, in_words, require_balances
from folkmoot.cli.command import Member, OptionalParty, command, group
from folkmoot.cli.membership_status import expiry, is_member, is_past_due, paid_until
from folkmoot.cli.membership_status import period as period_in_words
from folkmoot.cli.names import check_name
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Whole, key_values, table
from folkmoot.errors import ConfigError
from folkmoot.exit_codes import FAILED

app = group("member", "Members of the federation, and your own membership.")


@command(app)
def apply(
    session: Session,
    *,
    name: Annotated[
        str | None, typer.Option(help="Your organisation's name, public and on the chain.", show_default=False)
    ] = None,
) -> None:
    """Apply for membership. The fee is held in escrow until the managers decide."""
    _require_new(session)
    claim = "" if name is None else check_name(name)
    call = session.federation.apply_for_membership(public_key(session.account), claim)
    fee = session.federation.permission_fee()
    membership = session.federation.account_of(session.address).membership
    if membership in {Membership.NONE, Membership.LEFT}:  # else the contract says what is wrong
        require_balances(session, fee)
        allow(session, fee)
    receipt = session.send(call)
    number = next(event.application for event in receipt.events if isinstance(event, MembershipApplied))
    session.output.show(
        {"application": number, "address": session.address, "name": name, "fee": fee, "transaction": receipt.hash},
        f"application {number} is open, with {session.money.text(fee)} in escrow",
        f"The managers admit you by: folkmoot manager admit {number}",
    )


@command(app)
def withdraw(session: Session) -> None:
    """Withdraw your application."""
    if session.federation.account_of(session.address).membership != Membership.APPLIED:
        raise ConfigError(f"{session.address} has no open application", "look at the account: folkmoot member status")
    receipt = session.send(session.federation.withdraw_application())
    owed = session.treasury.owed_to(session.address)
    session.output.show(
        {"owed": owed, "transaction": receipt.hash},
        f"your application is withdrawn; withdraw the {session.money.text(owed)} owed to you by: folkmoot withdraw",
    )


@command(app)
def renew(session: Session) -> None:
    """Pay the fee for one more period, which follows what you have paid already.

    If the managers raise the fee or shorten the period in the meantime, nothing is paid. At most two periods are paid
    ahead.
    """
    fee, period = session.federation.permission_fee(), session.federation.membership_period()
    if paid_until(session.federation.account_of(session.address)):  # else the contract says what is wrong
        session.output.announce(f"fee: {session.money.text(fee)}; it pays for: {period_in_words(period)}")
        require_balances(session, fee)
        allow(session, fee)
    receipt = session.send(session.federation.renew(max_fee=fee, min_period=period))
    renewed = next(event for event in receipt.events if isinstance(event, MembershipRenewed))
    session.output.show(
        {"fee": renewed.fee, "paid_until": renewed.paid_until, "transaction": receipt.hash},
        f"{session.money.text(renewed.fee)} paid; membership paid until: {expiry(renewed.paid_until)}",
    )


@command(app)
def leave(
    session: Session, *, yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False
) -> None:
    """End your membership. The fee is not returned."""
    if not (yes or ask(f"End the membership of {session.address}?")):
        raise typer.Exit(FAILED)
    receipt = session.send(session.federation.leave())
    session.output.show({"transaction": receipt.hash}, f"{session.address} has left the federation")


@command(app, "expire")
def expire_membership(session: Session, account: Member) -> None:
    """End the membership of a member that is past due. Anyone may do it."""
    receipt = session.send(session.federation.expire_membership(account))
    session.output.show({"transaction": receipt.hash}, f"the membership of {account} has expired")


@command(app, "list")
def list_(session: Session) -> None:
    """List the members, until when each has paid, and where the nodes of their blob stores are."""
    now, nodes = session.client.now(), announced(session.history)
    accounts = {address: session.federation.account_of(address) for address in list_members(session.federation)}
    members = [(address, a.paid_until, is_past_due(a, now)) for address, a in accounts.items() if is_member(a)]
    document = [
        {"address": address, "paid_until": time, "past_due": due, "nodes": nodes.get(address, ())}
        for address, time, due in members
    ]
    rows = [(address, expiry(time), due, "\n".join(nodes.get(address, ()))) for address, time, due in members]
    session.output.show(document, table("Members", ("address", "paid until", "past due", "node"), rows))


@command(app)
def status(session: Session, account: OptionalParty = None) -> None:
    """Show an account's membership, balances, and strikes in its tasks."""
    address = account or session.address
    tasks = list(_tasks(session, address))
    application = session.federation.account_of(address).application or None
    nodes = announced(session.history).get(address, ())
    document = {"address": address, "application": application, "nodes": nodes} | holdings(session, address)
    columns = ("task", "stake", "strikes", "suspended until round", "address")
    rows = [(t["number"], t["stake"], t["strikes"], t["suspended_until"], t["task"]) for t in tasks]
    grid = table("Tasks", columns, rows) if rows else "It is not enrolled in any task."
    values = in_words(session, document) | {"address": Whole(address), "nodes": "\n".join(nodes) or None}
    session.output.show(document | {"tasks": tasks}, key_values(values), grid)


def _require_new(session: Session) -> None:
    """Raise `ConfigError` if the account has applied or is a member, and say what it can do instead."""
    account = session.federation.account_of(session.address)
    if account.membership == Membership.APPLIED:
        message = f"{session.address} has applied already, by application {account.application}"
        raise ConfigError(message, "wait for the managers' decision, or take it back: folkmoot member withdraw")
    if is_member(account):
        ends = "pay for one more period: folkmoot member renew"
        never = "its membership does not expire, so there is nothing to renew"
        raise ConfigError(f"{session.address} is a member already", ends if account.paid_until else never)


def _tasks(session: Session, address: str) -> Iterator[dict[str, Any]]:
    for proposal in session.proposals:
        task = TaskContract(session.client, proposal.task)
        member = task.participant(address)
        if member.number:
            until = member.suspended_until
            yield {
                "number": proposal.number,
                "task": proposal.task,
                "stake": member.stake,
                "strikes": member.strikes,
                "suspended_until": until if until > task.round().number else None,
                "retired": member.retired,
            }
