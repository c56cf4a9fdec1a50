"""The preset that a new task starts from: the named one, or the one that suits as many members as there are."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from folkmoot.chain import list_members
from folkmoot.chain.phases import MIN_COMMITTEE
from folkmoot.cli.session import Session
from folkmoot.errors import FolkmootError
from folkmoot.presets import PEERS, settings_of

CROWD = "bflc"


class Choice(NamedTuple):
    """A preset's name, why it was chosen, and its settings, as they suit the members that were counted."""

    name: str
    reason: str
    settings: Mapping[str, Any]

    def __str__(self) -> str:
        return f"preset {self.name}: {self.reason}"


def choose_preset(session: Session, named: str | None) -> Choice:
    """The preset that was named; else `peers` where all members can judge, `bflc` for a crowd.

    `bflc` too where the members cannot be counted. Raises `ConfigError` for an unknown name.
    """
    if named is not None:
        return Choice(named, "by --preset", settings_of(named))
    try:
        count = len(list_members(session.federation))
    except FolkmootError as error:
        return Choice(CROWD, f"the members cannot be counted, because {error.message}", settings_of(CROWD))
    if count > PEERS:
        return Choice(CROWD, f"for more than {PEERS} members", settings_of(CROWD))
    reason = f"for at most {PEERS} members, here {count}, who all train and judge"
    together = {"min_enrolled": count}
    if count < MIN_COMMITTEE:
        together, reason = {}, f"{reason}; admit the others before you propose, or set min_enrolled"
    return Choice("peers", reason, {**settings_of("peers"), **together})
