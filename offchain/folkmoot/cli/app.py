"""The command line, put together."""

import logging
from typing import Annotated

import typer

from folkmoot import __version__
from folkmoot.chain import failover
from folkmoot.cli import account, manager, member, model, task, worker
from folkmoot.cli.command import command
from folkmoot.cli.doctor import doctor
from folkmoot.cli.earnings import deposit, earnings, withdraw
from folkmoot.cli.init import init
from folkmoot.cli.status import status

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,  # they would show the values of variables, secrets among them
)

for group in (account, member, manager, task, worker, model):
    app.add_typer(group.app)
for body in (init, status, earnings, withdraw, deposit, doctor):
    command(app)(body)


def main() -> None:
    """Run what the command line says; ends the process."""
    app(prog_name="folkmoot")


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
    handler.addFilter(lambda record: record.name != failover.__name__)  # that no node answers is an error of its own
    logging.basicConfig(level=logging.WARNING, format="%(message)s", handlers=[handler])
