"""`earnings`, `withdraw` and `deposit`: what an account has earned, and money in and out of the treasury."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from folkmoot.chain import Event, fetch_events
from folkmoot.chain.events.federation import Reassigned, Refunded, Withdrawn
from folkmoot.chain.events.rounds import UpdateBlockWritten
from folkmoot.cli.balances import allow
from folkmoot.cli.command import Amount, OptionalParty
from folkmoot.cli.output import key_values, table
from folkmoot.cli.session import Session
from folkmoot.score_meaning import percent


def earnings(session: Session, account: OptionalParty = None) -> None:
    """Show an account's rewards, block by block, and what it can withdraw."""
    address = account or session.address
    money, rows = session.money, list(_earned(session, address))
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
    shown = [
        (r["task"], r["round"], r["block"], percent(r["score"], r["metric"]), money.text(r["amount"])) for r in rows
    ]
    blocks = table("Update blocks", ("task", "round", "block", "score", "earned"), shown)
    session.output.show(document | {"blocks": rows}, key_values(texts), blocks if rows else "No update blocks.")


def withdraw(session: Session) -> None:
    """Withdraw your rewards and refunds from the treasury."""
    receipt = session.send(session.treasury.withdraw())
    amount = next(event.amount for event in receipt.events if isinstance(event, Withdrawn))
    text = f"{session.address} received {session.money.text(amount)}"
    session.output.show({"amount": amount, "transaction": receipt.hash}, text)


def deposit(session: Session, amount: Amount) -> None:
    """Deposit into the pool, from which managers fund tasks."""
    units = session.money.units(amount)
    allow(session, units)
    receipt = session.send(session.treasury.deposit(units))
    pool = session.treasury.pool()
    text = f"the pool holds {session.money.text(pool)}"
    session.output.show({"amount": units, "pool": pool, "transaction": receipt.hash}, text)


def _earned(session: Session, address: str) -> Iterator[dict[str, Any]]:
    """Every update block of an account, with its pay."""
    tasks = {proposal.task: proposal for proposal in session.proposals}
    metrics: dict[str, str] = {}
    for event in _events(session, tasks):
        if isinstance(event, UpdateBlockWritten) and event.author == address and event.origin:
            proposal = tasks[event.origin.contract]
            if proposal.task not in metrics:
                metrics[proposal.task] = session.scores(proposal.parameters).of_updates
            yield {
                "task": proposal.number,
                "round": event.round,
                "block": event.round * (proposal.parameters.updates_per_round + 1) + event.rank,
                "score": event.score,
                "metric": metrics[proposal.task],
                "amount": event.amount,
            }


def _movements(session: Session, address: str) -> Mapping[str, int]:
    """Refunds to the account, what it took over from a member that it replaced or passed on, and its withdrawals."""
    events = list(_events(session, [session.treasury.address]))
    moved = [e for e in events if isinstance(e, Reassigned)]
    return {
        "refunded": sum(e.amount for e in events if isinstance(e, Refunded) and e.member == address),
        "taken_over": sum(e.amount for e in moved if e.to == address),
        "passed_on": sum(e.amount for e in moved if e.from_ == address),
        "withdrawn": sum(e.amount for e in events if isinstance(e, Withdrawn) and e.account == address),
    }


def _events(session: Session, contracts: Iterable[str]) -> Iterator[Event]:
    found = list(contracts)
    if found:  # a node takes no address for any
        yield from fetch_events(session.client, found, from_block=session.record.block_number)
