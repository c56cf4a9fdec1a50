"""What an account has, what it lacks, and letting the treasury take from it."""

from folkmoot.cli.amounts import COINS
from folkmoot.cli.membership_status import paid_until, until
from folkmoot.cli.session import Session
from folkmoot.errors import InsufficientFunds

APPLYING = 600_000  # gas that an approval and an application or renewal need at most, together


def holdings(session: Session, address: str) -> dict[str, object]:
    """What an account is and has. Amounts are in smallest units."""
    account = session.federation.account_of(address)
    return {
        "membership": account.membership.name.lower(),
        "paid_until": paid_until(account),
        "manager": session.federation.is_manager(address),
        "coins": session.client.balance(address),
        "tokens": session.token.balance_of(address),
        "owed": session.treasury.owed_to(address),
    }


def in_words(session: Session, found: dict[str, object]) -> dict[str, object]:
    """Holdings with their amounts as people read them."""
    money = {"coins": COINS.text, "tokens": session.money.text, "owed": session.money.text}
    texts = money | {"paid_until": lambda time: until(time).removeprefix("until ")}
    return {n: texts[n](v) if n in texts and isinstance(v, int) else v for n, v in found.items()}


def check_means(session: Session, fee: int) -> None:
    """Raise `InsufficientFunds`, saying all that the account lacks to pay the fee: fee tokens, and coins for gas."""
    needed = {
        "": (fee, session.token.balance_of(session.address), session.money.text),
        " for gas": (APPLYING * gas_price(session), session.client.balance(session.address), COINS.text),
    }
    lacks = [f"{text(need - has)}{what}" for what, (need, has, text) in needed.items() if has < need]
    if lacks:
        raise InsufficientFunds(
            f"{session.address} lacks {' and '.join(lacks)}; the fee is {session.money.text(fee)}",
            "get it from the federation; on a local network: folkmoot account fund",
        )


def gas_price(session: Session) -> int:
    """Wei that a unit of gas may cost now; 0 where gas is free."""
    fees = session.client.fees(session.client.head())
    return int(fees.get("maxFeePerGas") or fees.get("gasPrice") or 0)


def allow(session: Session, amount: int) -> None:
    """Let the treasury take so much of the account's tokens."""
    allowed = session.token.allowance(session.address, session.treasury.address)
    if allowed >= amount:
        return
    for step in (0, amount) if allowed else (amount,):  # some tokens change an allowance only from or to zero
        session.send(session.token.approve(session.treasury.address, step))
