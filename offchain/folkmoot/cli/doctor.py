"""`doctor`: what a worker needs, checked one after the other."""

from typing import Annotated

import typer

from folkmoot.cli.checks import CHECKS, SENDING
from folkmoot.cli.examination import State, examine
from folkmoot.cli.session import Session
from folkmoot.cli.tables import table
from folkmoot.exit_codes import FAILED


def doctor(
    session: Session,
    metrics: Annotated[
        str | None, typer.Option(envvar="FOLKMOOT_METRICS", help="HOST:PORT of metrics, as the worker has it.")
    ] = None,
    send: Annotated[bool, typer.Option("--send", help="Also send a call without effect: it may cost gas.")] = False,
) -> None:
    """Check what a worker needs, and show how to fix what is missing. Exit code 1 if anything is wrong."""
    session.given = {**session.given, **({"metrics": metrics} if metrics else {})}
    with session.output.working("checking everything"):
        found = list(examine(session, {**CHECKS, **SENDING} if send else CHECKS))
    document = [{"check": name, "state": f.state, "message": f.message, "hint": f.hint} for name, f in found]
    rows = [(f.state.value, name, f.message, f.hint) for name, f in found]
    session.output.show(document, table("Doctor", ("", "check", "found", "to fix it"), rows))
    if any(f.state == State.WRONG for _, f in found):
        raise typer.Exit(FAILED)
