"""Passwords of keystore files: from a file, or typed at a terminal."""

import os
import sys
from collections.abc import Callable
from getpass import getpass
from pathlib import Path

from folkmoot.errors import ConfigError, reason
from folkmoot.files import read_text

NO_TERMINAL = "no password: there is no terminal to type it at"
NO_TEXT = "what was typed is not text in this terminal's encoding"
PASSWORD_FILE = "give --password-file FILE, or set `password_file` in the settings"  # noqa: S105 - a hint


def read_password(keystore: str | os.PathLike[str], file: Path | None) -> str:
    """A keystore's password: from a file, or typed at a terminal. Raises `ConfigError` if there is none to be had."""
    if file is None:
        return _typed(keystore)
    hint = "name the file with the password alone"
    try:
        password = read_text(file, pipes=True).rstrip("\r\n")
    except OSError as error:
        raise ConfigError(f"cannot read the password in {file}: {reason(error)}", hint) from error
    if not password:
        raise ConfigError(f"there is no password in {file}", hint)
    return password


def typed_text(ask: Callable[[], str], hint: str) -> str:
    """What a person answers to `ask`. Raises `ConfigError`, with this hint, for nothing and for what is no text."""
    try:
        answer = ask()
        answer.encode()
    except EOFError:
        answer = ""
    except UnicodeError:
        raise ConfigError(NO_TEXT, hint) from None
    if not answer:
        raise ConfigError("nothing was typed", hint)
    return answer


def _typed(keystore: str | os.PathLike[str]) -> str:
    if sys.stdin is None or not sys.stdin.isatty():
        raise ConfigError(NO_TERMINAL, PASSWORD_FILE)
    return typed_text(lambda: getpass(f"Password of {keystore}: "), "try again, or give --password-file FILE")
