"""`worker`: taking part in a task, as a process of one's own."""

import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Annotated, Any

import typer

from folkmoot.chain import nodes, read_address
from folkmoot.cli.command import command, group, with_session
from folkmoot.cli.labels import RunningLabels
from folkmoot.cli.output import write_new
from folkmoot.cli.session import RECORD, Session
from folkmoot.cli.settings_file import CONFIG
from folkmoot.config import JSON, TEXT, WorkerConfig, template
from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.exit_codes import FAILED
from folkmoot.worker import make_reporter, run_worker
from folkmoot.worker.log_lines import formatter
from folkmoot.worker.metering import make_meter

log = logging.getLogger(__name__)

app = group("worker", "Take part in a task: train, judge and aggregate until it is over, or until Ctrl-C.", runs=True)


@app.callback(invoke_without_command=True)
@with_session
def run(
    session: Session,
    context: typer.Context,
    metrics: Annotated[
        str | None,
        typer.Option(envvar="FOLKMOOT_METRICS", help="HOST:PORT at which Prometheus reads the worker's metrics."),
    ] = None,
    log_format: Annotated[
        str | None, typer.Option(envvar="FOLKMOOT_LOG_FORMAT", help=f'Lines of the log: "{TEXT}" or "{JSON}".')
    ] = None,
) -> None:
    """Take part in a task: train, judge and aggregate until it is over, or until Ctrl-C."""
    if context.invoked_subcommand is not None:
        return
    if session.sought is not None:
        raise ConfigError("a worker does not go by --federation", RECORD)
    config = session.config
    config = replace(config, metrics=metrics or config.metrics, log_format=log_format or config.log_format)
    meter = make_meter(config)
    is_live = config.log_format == TEXT and sys.stdout is not None and sys.stdout.isatty()
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(config.log_format, meter.facts))
    if len(config.rpc) == 1:  # then the worker itself says that no node answers
        handler.addFilter(lambda record: record.name != nodes.__name__ or record.levelno < logging.WARNING)
    logging.basicConfig(level=logging.WARNING if is_live else logging.INFO, force=True, handlers=[handler])
    with telling_json(config.log_format == JSON):
        label = RunningLabels(session)
        raise typer.Exit(run_worker(config, make_reporter(label, is_live=is_live), meter=meter))


@contextmanager
def telling_json(is_json: bool) -> Iterator[None]:
    """Log what ends a process, and what Python warns of, as the other lines are, where these are JSON."""
    logging.captureWarnings(is_json)
    try:
        yield
    except FolkmootError as error:
        if not is_json:
            raise
        log.error(str(error), extra={"facts": {"error": type(error).__name__, "hint": error.hint}})  # noqa: TRY400
        raise typer.Exit(FAILED) from error


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
