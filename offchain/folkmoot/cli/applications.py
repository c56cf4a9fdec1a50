"""Open applications for membership: which there are, and how a manager names them."""

from collections.abc import Iterable, Sequence
from typing import Any

from folkmoot.chain import Event, Membership
from folkmoot.chain.events.federation import (
    ApplicationRejected,
    ApplicationWithdrawn,
    MemberAdmitted,
    MembershipApplied,
)
from folkmoot.cli.command import party
from folkmoot.cli.output import MAX_DIGITS, Money
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Grid, table
from folkmoot.errors import ConfigError


def open_applications(events: Iterable[Event]) -> list[MembershipApplied]:
    """Applications that are neither decided nor withdrawn, oldest first."""
    found: dict[int, MembershipApplied] = {}
    for event in events:
        if isinstance(event, MembershipApplied):
            found[event.application] = event
        elif isinstance(event, ApplicationWithdrawn | MemberAdmitted | ApplicationRejected):
            found.pop(event.application, None)
    return list(found.values())


def applications_table(found: Sequence[dict[str, Any]], money: Money) -> Grid | str:
    """Open applications for people."""
    rows = [(a["application"], a["member"], money.text(a["fee"])) for a in found]
    return table("Open applications", ("number", "applicant", "fee"), rows) if rows else "No open applications."


def application_numbers(session: Session, applications: Sequence[str]) -> list[int]:
    """Applications' numbers, also from the addresses or names of who sent them; each once.

    Raises `ConfigError` for who has no open application.
    """
    return list(dict.fromkeys(_number(session, application) for application in applications))


def _number(session: Session, application: str) -> int:
    if application.isdecimal() and len(application) <= MAX_DIGITS:
        return int(application)
    account = session.federation.account_of(session.book.resolve(party(application)))
    if account.membership != Membership.APPLIED:
        raise ConfigError(
            f"{application} has no open application", "list the open applications: folkmoot manager pending"
        )
    return account.application
