"""`doctor`: says what is missing or misconfigured, and how to mend it."""

import typer

from folkmoot.cli.checks import CHECKS, State, examine
from folkmoot.cli.command import FAILED
from folkmoot.cli.output import table
from folkmoot.cli.session import Session


def doctor(session: Session) -> None:
    """Say what is missing or misconfigured for a worker, and how to mend it. Exit code 1 if anything is wrong."""
    with session.output.working("looking at everything"):
        found = list(examine(session, CHECKS))
    document = [{"check": name, "state": f.state, "message": f.message, "hint": f.hint} for name, f in found]
    rows = [(f.state.value, name, f.message, f.hint) for name, f in found]
    session.output.show(document, table("Doctor", ("", "check", "found", "to mend it"), rows))
    if any(f.state == State.WRONG for _, f in found):
        raise typer.Exit(FAILED)
