"""What the README and the command line's own hints tell people to type is understood."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer.main

from folkmoot.cli import app

ROOT = Path(__file__).resolve().parents[3]
COMMAND = re.compile(r"folkmoot ([^`\n]*)")
DOCUMENTS = (
    "README.md",
    "SPECIFICATION.md",
    *(f"docs/{name}.md" for name in ("member", "operator", "auditor", "papers")),
)
(USAGE_ERROR,) = typer.BadParameter.__bases__
ADDRESS = f"0x{'1' * 40}"


def documented() -> list[str]:
    texts = "".join((ROOT / name).read_text() for name in DOCUMENTS)
    return [match[1].replace("0x…", ADDRESS) for match in COMMAND.finditer(texts) if match[1].strip()]


def parse(command: Any, words: list[str]) -> Any:
    """The context in which the last command of the line would run. Raises `USAGE_ERROR`."""
    context = command.make_context("folkmoot", words)
    rest = [*context._protected_args, *context.args]
    if not (hasattr(command, "commands") and rest):
        return context
    _, inner, arguments = command.resolve_command(context, rest)
    assert inner is not None
    return parse(inner, arguments)


def test_there_are_some() -> None:
    assert len(documented()) >= 10


@pytest.mark.parametrize("line", documented())
def test_a_documented_command_is_understood(line: str) -> None:
    parse(typer.main.get_command(app), shlex.split(line, comments=True))


@pytest.mark.parametrize("line", ["model get 6 model.safetensors", "task approve 0", "model fetch"])
def test_a_wrong_one_is_not(line: str) -> None:
    with pytest.raises(USAGE_ERROR):
        parse(typer.main.get_command(app), shlex.split(line))
