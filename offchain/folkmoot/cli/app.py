"""The command line, put together."""

import logging
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from folkmoot import __version__
from folkmoot.chain import nodes
from folkmoot.cli import account, manager, member, model, swarm, task, update, worker
from folkmoot.cli.audit import audit
from folkmoot.cli.command import command
from folkmoot.cli.doctor import doctor
from folkmoot.cli.earnings import deposit, earnings, withdraw
from folkmoot.cli.events import events
from folkmoot.cli.explorer import explorer
from folkmoot.cli.history import history
from folkmoot.cli.init import init
from folkmoot.cli.output import Heedless, print_error, writing
from folkmoot.cli.page import page
from folkmoot.cli.payees import payees
from folkmoot.cli.status import status
from folkmoot.cli.verify import verify
from folkmoot.errors import ConfigError
from folkmoot.exit_codes import COULD_NOT_CHECK, FAILED

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,  # they would show the values of variables, secrets among them
)

for group in (account, member, manager, task, worker, model, update, swarm):
    app.add_typer(group.app)
for body in (init, status, page, history, events, earnings, payees, withdraw, deposit, doctor):
    command(app)(body)
for body in (audit, verify, explorer):  # 1 says that something does not hold
    command(app, failed=COULD_NOT_CHECK)(body)


def main() -> None:
    """Run what the command line says; ends the process."""
    shown = "backslashreplace"  # a terminal of ASCII shows what it can
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors=shown)
    if isinstance(sys.stderr, TextIOWrapper):
        file = open(sys.stderr.fileno(), "wb", closefd=False)  # noqa: SIM115 - stays open to the end
        sys.stderr = Heedless(file, sys.stderr.encoding, shown, line_buffering=True)
    try:
        with writing(sys.stdout):
            app(prog_name="folkmoot")
    except ConfigError as error:
        print_error(error, as_json=False)
        sys.exit(FAILED)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def start(
    *,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show Folkmoot's version and exit.")
    ] = False,
) -> None:
    """Folkmoot trains one model across organisations that do not trust each other.

    Contracts keep the permissions, the record and the money. Members, managers and proposers use them by these
    commands. Settings come from options, FOLKMOOT_… variables and folkmoot.toml, which `folkmoot init` writes.
    """
    handler = logging.StreamHandler()
    handler.addFilter(lambda record: record.name != nodes.__name__)  # that no node answers is an error of its own
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[handler])
