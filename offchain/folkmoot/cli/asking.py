"""Questions to a person at a terminal."""

import sys
from getpass import GetPassWarning
from warnings import catch_warnings, simplefilter

import typer

from folkmoot.errors import ConfigError


def ask(question: str) -> bool:
    """Whether a person says yes. Raises `ConfigError` where nobody answers and there is no terminal."""
    try:
        return typer.confirm(question, err=True)
    except typer.Abort:
        if sys.stdin.isatty():
            raise
        typer.echo(err=True)  # ends the question's line
        raise ConfigError("nobody answers: there is no terminal", "--yes goes on without the question") from None


def ask_secret(question: str, alone: str, hint: str, *, twice: bool = False) -> str:
    """What a person types unseen. Raises `ConfigError` with `alone` and `hint` where there is no terminal."""
    with catch_warnings():
        simplefilter("error", GetPassWarning)  # the answer would be seen
        try:
            answer: str = typer.prompt(question, hide_input=True, confirmation_prompt=twice, err=True)
        except GetPassWarning:
            typer.echo(err=True)  # ends the question's line
            raise ConfigError(alone, hint) from None
    return answer
