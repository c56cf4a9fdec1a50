"""What an account has, what it lacks, and letting the treasury take from it."""

from folkmoot.chain import Bidding, Receipt
from folkmoot.cli.membership_status import expiry, paid_until
from folkmoot.cli.output import COINS
from folkmoot.cli.session import Session
from folkmoot.errors import ChainError, InsufficientFunds

FAUCET = "for tokens that anyone may mint, or coins on a local network: folkmoot account faucet; else ask your operator"
UNCOVERED = "its token changed balances by itself; the operator has to see that the treasury is sent the difference"
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
    """Holdings as people read them: whole tokens and a date, and names as words."""
    texts = {"coins": COINS.text, "tokens": session.money.text, "owed": session.money.text, "paid_until": expiry}
    return {
        name.replace("_", " "): texts[name](value) if name in texts and isinstance(value, int) else value
        for name, value in found.items()
    }


def require_balances(session: Session, fee: int) -> None:
    """Raise `InsufficientFunds`, saying all that the account lacks to pay the fee: fee tokens, and coins for gas."""
    needed = {
        "": (fee, session.token.balance_of(session.address), session.money.text),
        " for gas": (APPLYING * gas_price(session), session.client.balance(session.address), COINS.text),
    }
    lacks = [f"{text(need - has)}{what}" for what, (need, has, text) in needed.items() if has < need]
    if lacks:
        message = f"{session.address} lacks {' and '.join(lacks)}; the fee is {session.money.text(fee)}"
        raise InsufficientFunds(message, FAUCET)


def require_covered(session: Session) -> None:
    """Raise `ChainError` if the treasury holds less than it owes in all, escrow, pool and budgets included."""
    treasury, block = session.treasury, session.client.head().number
    parts = (treasury.escrowed, treasury.pool, treasury.budgets, treasury.owed)
    _require(session, sum(read(at=block) for read in parts), session.token.balance_of(treasury.address, at=block))


def withdraw(session: Session) -> Receipt:
    """Withdraw what the account is owed. Raises `ChainError`, also for a treasury that holds less than that."""
    treasury = session.treasury
    try:
        return session.send(treasury.withdraw())
    except ChainError:
        _require(session, treasury.owed_to(session.address), session.token.balance_of(treasury.address))
        raise


def _require(session: Session, owed: int, held: int) -> None:
    if held < owed:
        shown, needed = map(session.money.text, (held, owed))
        raise ChainError(f"the treasury holds less than it owes: {shown} of {needed}", UNCOVERED)


def gas_price(session: Session) -> int:
    """Wei that the account offers for a unit of gas now; 0 where gas is free, or may be."""
    return Bidding(session.client, session.address).price(session.client.head())


def allow(session: Session, amount: int) -> None:
    """Let the treasury take so much of the account's tokens."""
    allowed = session.token.allowance(session.address, session.treasury.address)
    if allowed >= amount:
        return
    for step in (0, amount) if allowed else (amount,):  # some tokens change an allowance only from or to zero
        session.send(session.token.approve(session.treasury.address, step))
