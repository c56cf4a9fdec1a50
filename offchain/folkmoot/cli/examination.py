"""Checks that build on each other: what each finds, and which are skipped because another failed."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial

from folkmoot.cli.session import Session
from folkmoot.errors import FolkmootError, reason


class State(Enum):
    """What a check found."""

    FINE = "ok"
    DOUBT = "look"
    WRONG = "WRONG"
    SKIPPED = "not checked"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, in a sentence, and how to fix it."""

    state: State
    message: str
    hint: str = ""


fine = partial(Finding, State.FINE)
doubt = partial(Finding, State.DOUBT)

Check = Callable[[Session], Finding]


def examine(session: Session, checks: Mapping[str, tuple[Check, tuple[str, ...]]]) -> Iterator[tuple[str, Finding]]:
    """Every check's name and finding; a check is skipped if one that it needs is wrong or was skipped."""
    usable: set[str] = set()
    for name, (check, needs) in checks.items():
        missing = [need for need in needs if need not in usable]
        found = Finding(State.SKIPPED, f"needs: {', '.join(missing)}") if missing else _found(session, check)
        if found.state in {State.FINE, State.DOUBT}:
            usable.add(name)
        yield name, found


def _found(session: Session, check: Check) -> Finding:
    try:
        return check(session)
    except FolkmootError as error:
        return Finding(State.WRONG, error.message, error.hint)
    except OSError as error:  # of a path that cannot be, such as a name that is too long
        return Finding(State.WRONG, f"cannot use {error.filename}: {reason(error)}", "correct the settings")
