"""`worker`: taking part in a task, as a process of one's own."""

import logging
import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from folkmoot.cli.command import command, group, with_session
from folkmoot.cli.output import write_new
from folkmoot.cli.session import CONFIG, Session
from folkmoot.config import template

app = group("worker", "Take part in a task: train, judge and aggregate until it is over, or until Ctrl-C.", runs=True)

_LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


@app.callback(invoke_without_command=True)
@with_session
def run(session: Session, context: typer.Context) -> None:
    """Take part in a task: train, judge and aggregate until it is over, or until Ctrl-C."""
    if context.invoked_subcommand is None:
        from folkmoot.worker import make_reporter, run_worker  # noqa: PLC0415 - PyTorch takes its time to import

        level = logging.WARNING if sys.stdout.isatty() else logging.INFO  # a terminal has a live display
        logging.basicConfig(level=level, format=_LINE, force=True)
        raise typer.Exit(run_worker(session.config, make_reporter()))


@command(app)
def init(session: Session, file: Annotated[Path, typer.Argument(help="Where to.")] = CONFIG) -> None:
    """Write a TOML file with every setting, what it is for, and what you give here by the common options."""
    given = {name: _from(file, value) if isinstance(value, Path) else value for name, value in session.given.items()}
    write_new(file, template(given))
    option = "" if file == CONFIG else f" --config {file}"
    session.output.show({"file": file}, f"{file} is written; edit it, then: folkmoot doctor{option}")


def _from(file: Path, path: Path) -> Path:
    """A path as the file has to name it: relative to its own folder."""
    return path if path.is_absolute() else Path(os.path.relpath(path, file.parent))
