"""The preset that a new task starts from: the named one, or the one that suits as many members as there are."""

from itertools import islice
from typing import NamedTuple

from folkmoot.chain.events.federation import MemberAdmitted
from folkmoot.cli.membership_status import is_member
from folkmoot.cli.session import Session
from folkmoot.errors import FolkmootError
from folkmoot.presets import PEERS, settings_of

CROWD = "bflc"


class Choice(NamedTuple):
    """A preset's name, and why it was chosen."""

    name: str
    reason: str

    def __str__(self) -> str:
        return f"preset {self.name}: {self.reason}"


def choose_preset(session: Session, named: str | None) -> Choice:
    """The preset that was named; else `peers` where all members can judge, `bflc` for a crowd.

    `bflc` too where the members cannot be counted. Raises `ConfigError` for an unknown name.
    """
    if named is not None:
        settings_of(named)
        return Choice(named, "by --preset")
    try:
        count = _count_members(session, PEERS + 1)
    except FolkmootError as error:
        return Choice(CROWD, f"the members cannot be counted, because {error.message}")
    if count > PEERS:
        return Choice(CROWD, f"for more than {PEERS} members")
    return Choice("peers", f"for at most {PEERS} members, here {count}, who all train and judge")


def _count_members(session: Session, most: int) -> int:
    """How many members there are, at most `most`. Raises `FolkmootError` without a chain or a record of it."""
    admitted = dict.fromkeys(event.member for event in session.history if isinstance(event, MemberAdmitted))
    members = (account for account in admitted if is_member(session.federation.account_of(account)))
    return len(list(islice(members, most)))
