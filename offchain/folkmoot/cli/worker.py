"""`worker`: taking part in a task, as a process of one's own."""

import logging
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Annotated, Any

import typer

from folkmoot.chain import nodes, read_address
from folkmoot.cli.command import command, group, with_session
from folkmoot.cli.labels import RunningLabels
from folkmoot.cli.output import ZONED, write_new
from folkmoot.cli.session import RECORD, Session
from folkmoot.cli.settings_file import CONFIG
from folkmoot.config import WorkerConfig, template
from folkmoot.errors import ConfigError
from folkmoot.worker import make_reporter, run_worker

app = group("worker", "Take part in a task: train, judge and aggregate until it is over, or until Ctrl-C.", runs=True)

_LINE = "%(asctime)s %(levelname)-7s %(name)s: %(message)s"


@app.callback(invoke_without_command=True)
@with_session
def run(session: Session, context: typer.Context) -> None:
    """Take part in a task: train, judge and aggregate until it is over, or until Ctrl-C."""
    if context.invoked_subcommand is None:
        if session.sought is not None:
            raise ConfigError("a worker does not go by --federation", RECORD)
        level = logging.WARNING if sys.stdout and sys.stdout.isatty() else logging.INFO  # a terminal has a live display
        handler = logging.StreamHandler()
        if len(session.config.rpc) == 1:  # then the worker itself says that no node answers
            handler.addFilter(lambda record: record.name != nodes.__name__ or record.levelno < logging.WARNING)
        logging.basicConfig(level=level, format=_LINE, datefmt=ZONED, force=True, handlers=[handler])
        raise typer.Exit(run_worker(session.config, make_reporter(RunningLabels(session))))


@command(app)
def init(session: Session, file: Annotated[Path, typer.Argument(help="New settings file.")] = Path(CONFIG)) -> None:
    """Write a settings file: every setting, what it is for, and the values of the common options given here."""
    write_new(file, settings_file(file, session.given))
    option = "" if file == Path(CONFIG) else f" --config {quote(str(file))}"
    session.output.show({"file": file}, f"{file} is written; edit it, then: folkmoot doctor{option}")


def settings_file(file: Path, given: Mapping[str, Any]) -> str:
    """The text of a settings file with some values; paths as that file has to name them.

    Raises `ConfigError` for values that no command could use.
    """
    replace(WorkerConfig(), **given)
    if isinstance(task := given.get("task"), str):
        read_address(task)
    return template({name: _from(file, value) for name, value in given.items()})


def _from(file: Path, value: Any) -> Any:
    """A value with its paths as the file has to name them: relative to its own folder."""
    if isinstance(value, tuple):
        return tuple(_from(file, entry) for entry in value)
    is_relative = isinstance(value, Path) and not value.is_absolute()
    return Path(os.path.relpath(value, file.parent)) if is_relative else value
