"""Questions to a person at a terminal."""

import sys
from functools import partial
from getpass import GetPassWarning
from warnings import catch_warnings, simplefilter

import typer

from folkmoot.chain.passwords import NO_TEXT, typed_text
from folkmoot.errors import ConfigError

YES = "--yes goes on without the question"


def ask(question: str) -> bool:
    """Whether a person says yes. Raises `ConfigError` where nobody answers and there is no terminal."""
    try:
        return typer.confirm(question, err=True)
    except (typer.Abort, RuntimeError):  # where standard input is closed, there is nothing to read from
        if sys.stdin and sys.stdin.isatty():
            raise
        typer.echo(err=True)  # ends the question's line
        raise ConfigError("nobody answers: there is no terminal", YES) from None
    except UnicodeDecodeError:
        raise ConfigError(NO_TEXT, YES) from None


def ask_secret(question: str, alone: str, hint: str, *, twice: bool = False) -> str:
    """What a person types unseen. Raises `ConfigError`: with `alone` where there is no terminal, and for no answer."""
    ask = partial(typer.prompt, default="", show_default=False, hide_input=True, confirmation_prompt=twice, err=True)
    with catch_warnings():
        simplefilter("error", GetPassWarning)  # the answer would be seen
        try:
            return typed_text(partial(ask, question), hint)
        except GetPassWarning:
            typer.echo(err=True)  # ends the question's line
            raise ConfigError(alone, hint) from None
