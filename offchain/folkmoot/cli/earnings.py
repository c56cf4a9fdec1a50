"""`earnings`, `withdraw` and `deposit`: what an account has earned, and money in and out of the treasury."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from folkmoot.chain.events.rounds import SeatPaid, UpdateBlockWritten
from folkmoot.chain.events.treasury import Reassigned, Refunded, Withdrawn
from folkmoot.cli import balances
from folkmoot.cli.command import Amount, OptionalParty
from folkmoot.cli.encryption import left_out
from folkmoot.cli.session import Session
from folkmoot.cli.tables import key_values, table
from folkmoot.score_meaning import percent


def earnings(session: Session, account: OptionalParty = None) -> None:
    """Show an account's rewards, for updates and for seats, and what it can withdraw."""
    address = account or session.address
    money, rows = session.money, list(_payments(session, address))
    document = {
        "address": address,
        "earned": sum(row["amount"] for row in rows),
        **_movements(session, address),
        "owed": session.treasury.owed_to(address),
    }
    texts = {
        name.replace("_", " "): money.text(value) if isinstance(value, int) else value
        for name, value in document.items()
    }
    shown = [(row["task"], row["round"], _reason(row), money.text(row["amount"])) for row in rows]
    payments = table("Payments", ("task", "round", "for", "earned"), shown)
    scored = {row["task"] for row in rows if row["for"] == "update"}
    unread = (session.known_descriptor(p.parameters) for p in session.proposals if p.number in scored)
    lacks = dict.fromkeys(line for descriptor in unread for line in left_out(descriptor, "in which metric scores are"))
    session.output.show(document | {"payments": rows}, key_values(texts), payments if rows else "No payments.", *lacks)


def withdraw(session: Session) -> None:
    """Withdraw your rewards and refunds from the treasury."""
    receipt = balances.withdraw(session)
    amount = next(event.amount for event in receipt.events if isinstance(event, Withdrawn))
    text = f"{session.address} received {session.money.text(amount)}"
    session.output.show({"amount": amount, "transaction": receipt.hash}, text)


def deposit(session: Session, amount: Amount) -> None:
    """Deposit into the pool, from which managers fund tasks."""
    units = session.money.units(amount)
    balances.allow(session, units)
    receipt = session.send(session.treasury.deposit(units))
    pool = session.treasury.pool()
    text = f"the pool holds {session.money.text(pool)}"
    session.output.show({"amount": units, "pool": pool, "transaction": receipt.hash}, text)


def _payments(session: Session, address: str) -> Iterator[dict[str, Any]]:
    """What an account was paid for: an accepted update, by its rank and score, or a seat, which has neither."""
    tasks = {proposal.task: proposal for proposal in session.proposals}
    metric = cache(lambda task: session.scores(tasks[task].parameters).of_updates)
    for event in session.events(*tasks):
        origin = event.origin
        if origin and isinstance(event, UpdateBlockWritten) and event.author == address:
            reason = {"for": "update", "rank": event.rank, "score": event.score, "metric": metric(origin.contract)}
        elif origin and isinstance(event, SeatPaid) and event.member == address:
            reason = {"for": "seat", "rank": None, "score": None, "metric": None}
        else:
            continue
        yield {"task": tasks[origin.contract].number, "round": event.round, **reason, "amount": event.amount}


def _reason(payment: Mapping[str, Any]) -> str:
    if payment["for"] == "seat":
        return "a seat"
    return f"the update of rank {payment['rank']}, {percent(payment['score'], payment['metric'])}"


def _movements(session: Session, address: str) -> Mapping[str, int]:
    """Refunds to the account, what it took over from a member that it replaced or passed on, and its withdrawals."""
    events = session.events(session.treasury.address)
    moved = [e for e in events if isinstance(e, Reassigned)]
    return {
        "refunded": sum(e.amount for e in events if isinstance(e, Refunded) and e.member == address),
        "taken_over": sum(e.amount for e in moved if e.to == address),
        "passed_on": sum(e.amount for e in moved if e.from_ == address),
        "withdrawn": sum(e.amount for e in events if isinstance(e, Withdrawn) and e.account == address),
    }
