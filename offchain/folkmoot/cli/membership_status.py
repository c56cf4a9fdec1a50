"""Until when members have paid the fee, and who is past due."""

from folkmoot.chain import Account, Membership
from folkmoot.cli.output import duration, timestamp
from folkmoot.cli.session import Session

RENEW = "folkmoot member renew"
NO_EXPIRY = "no expiry"
_NOTICE = 10  # a member is warned in the last tenth of a period


def is_member(account: Account) -> bool:
    """Whether the account is an admitted member."""
    return account.membership == Membership.ADMITTED


def paid_until(account: Account) -> int | None:
    """Until when a member has paid, in seconds since 1970, 0 if that does not expire; None for who is no member."""
    return account.paid_until if is_member(account) else None


def is_past_due(account: Account, now: int) -> bool:
    """Whether anyone may end the account's membership."""
    return now >= (paid_until(account) or now + 1)


def warning(session: Session) -> str:
    """A sentence that your own membership is past due or nearly so; empty if there is nothing to do."""
    if not session.config.keystore.is_file():  # no account, no membership
        return ""
    now, account = session.client.now(), session.federation.account_of(session.address)
    if is_past_due(account, now):
        return f"the membership is past due since {timestamp(account.paid_until)}, and anyone may end it"
    left = (paid_until(account) or 0) - now
    ends_soon = 0 < left <= session.federation.membership_period() // _NOTICE
    return f"the membership is paid for {duration(left)} more, until {expiry(account.paid_until)}" if ends_soon else ""


def expiry(time: int) -> str:
    """When what is paid ends, in words."""
    return timestamp(time) if time else NO_EXPIRY


def period(seconds: int) -> str:
    """How long one fee pays for, in words."""
    return duration(seconds) if seconds else NO_EXPIRY
