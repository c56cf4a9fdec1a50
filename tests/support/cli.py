"""The command line, run in this process as a user would from a folder of its own."""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from typer import BadParameter, main, testing
from typer.testing import CliRunner, Result

from folkmoot.cli import app

# Typer makes all commands of their functions for every call, which takes longer than the call.
testing._get_command = cache(main.get_command)
FOLKMOOT: Any = testing._get_command(app)
(USAGE_ERROR,) = BadParameter.__bases__
SETTINGS = ("CONFIG", "RPC", "FEDERATION", "DEPLOYMENTS", "KEYSTORE", "PASSWORD_FILE", "STORE", "TASK")
SETTINGS += ("METRICS", "LOG_FORMAT")  # of a worker


@contextmanager
def own_log() -> Iterator[None]:
    """Log as the command wants while it runs, and as before once its standard error is closed."""
    root = logging.getLogger()
    handlers, level = [*root.handlers], root.level
    try:
        yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


@dataclass(frozen=True, slots=True)
class Cli:
    """Runs commands; the working directory is `folder`, `options` stand behind every command."""

    folder: Path
    options: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def run(self, *words: object, answers: str | None = None) -> Result:
        """A command's exit code and what it printed; `answers` is what a person types."""
        environment = {f"FOLKMOOT_{name}": self.environment.get(name) for name in SETTINGS}
        environment["FOLKMOOT_CACHE"] = self.environment.get("CACHE", os.devnull)
        with own_log():
            result = CliRunner().invoke(app, [*map(str, words), *self.options], input=answers, env=environment)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception  # a defect, and no way to end a command
        return result

    def ok(self, *words: object, answers: str | None = None) -> str:
        """What a command that succeeds prints for people."""
        result = self.run(*words, answers=answers)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *words: object) -> Any:
        """What a command that succeeds prints for machines."""
        return json.loads(self.ok(*words, "--json"))

    def refused(self, *words: object, code: int = 1) -> str:
        """What a command that fails says on standard error, and nothing on standard output."""
        result = self.run(*words)
        assert (result.exit_code, result.stdout) == (code, ""), result.output
        return result.stderr


def findings(cli: Cli, *words: str) -> dict[str, dict[str, Any]]:
    """What the doctor finds, by the names of its checks, where something is wrong."""
    result = cli.run("doctor", "--json", *words)
    assert result.exit_code == 1
    return {found["check"]: found for found in json.loads(result.stdout)}


def parse(command: Any, words: list[str]) -> Any:
    """The context in which the last command of the line would run. Raises `USAGE_ERROR`."""
    context = command.make_context("folkmoot", words)
    rest = [*context._protected_args, *context.args]
    if not (hasattr(command, "commands") and rest):
        return context
    _, inner, arguments = command.resolve_command(context, rest)
    assert inner is not None
    return parse(inner, arguments)
