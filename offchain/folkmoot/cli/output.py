"""What commands print and how people write it: JSON for machines, words, amounts, times and tables for people."""

import json
import os
import re
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Any, TextIO, TypeVar, cast

import typer
from rich.console import Console
from rich.status import Status
from rich.text import Text

from folkmoot.cli.tables import WIDE, Grid, visible, word
from folkmoot.errors import ConfigError, FolkmootError, reason
from folkmoot.worker.reporting import CLOCK, Label

T = TypeVar("T")

ZONED = f"%Y-%m-%d {CLOCK}"
MAX_DIGITS = 78  # of the largest number on the chain
_AMOUNT = re.compile(rf"([0-9]{{1,{MAX_DIGITS}}})(?:\.([0-9]+))?")
_DURATION = re.compile(rf"([0-9]{{1,{MAX_DIGITS}}})(s|min|h|d|w|y)")
_SECONDS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}
_LONG = {"w": 7 * 86_400, "y": 365 * 86_400}


class Output:
    """Where a command's answer goes: the standard output that it started with, as JSON if `as_json`."""

    def __init__(self, *, as_json: bool, label: Label = str) -> None:
        self.as_json = as_json
        self._label = label
        self._stdout = sys.stdout

    def show(self, document: object, *parts: str | Grid) -> None:
        """Print an answer, once: `document` for machines, or `parts` for people. Raises `ConfigError`."""
        with writing(self._stdout, "the command itself was carried out"):
            if self.as_json:
                typer.echo(json.dumps(to_json(document), indent=2), self._stdout or StringIO())
            else:
                self._print(_console(self._stdout), parts)

    def announce(self, *parts: str | Grid) -> None:
        """Print on standard error what is going to be done, before the user is asked."""
        self._print(_console(sys.stderr), parts)

    def working(self, what: str) -> Status:
        """Show that something takes time, on a terminal only."""
        return Console(stderr=True, quiet=self.as_json).status(what)

    def each(self, what: str, items: Collection[T]) -> Iterator[T]:
        """Give the items in turn, and show how many were, on a terminal only: each may take its time."""
        with self.working(what) as status:
            for number, item in enumerate(items, 1):
                status.update(f"{what} {number} of {len(items)}")
                yield item

    def _print(self, console: Console, parts: Iterable[str | Grid]) -> None:
        for index, part in enumerate(parts):
            if isinstance(part, Grid):
                console.print(*([""] if index else []), part.rendered(self._label, console.width), sep="\n")
            else:
                console.print(word(part, self._label), soft_wrap=True)


def print_error(error: FolkmootError, *, as_json: bool, label: Label = str) -> None:
    """Print what went wrong, and what to do about it, on standard error."""
    if as_json:
        document = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
        typer.echo(json.dumps(document), err=True)
        return
    console = _console(sys.stderr)
    console.print(Text(f"error: {_line(label(error.message))}", "bold red"), soft_wrap=True)
    if error.hint:
        console.print(Text(f"hint: {_line(label(error.hint))}"), soft_wrap=True)


def to_json(value: object) -> Any:
    """A value as JSON has it: enums by their names in lower case, bytes as "0x…", dataclasses by their fields."""
    if isinstance(value, Enum):
        return value.name.lower()
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, Mapping):
        return {str(name): to_json(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(entry) for entry in value]
    if is_dataclass(value):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    return str(value) if isinstance(value, Path | Decimal) else value


# --------------------------------------------------- numbers, amounts and times


@dataclass(frozen=True, slots=True)
class Money:
    """A token: its short name, and how many decimals it has."""

    symbol: str
    decimals: int

    def text(self, units: int) -> str:
        """An amount of smallest units in whole tokens: "1,250.5 FED"."""
        whole, point, fraction = self.number(units).partition(".")
        return f"{int(whole):,}{point}{fraction} {self.symbol}"

    def number(self, units: int) -> str:
        """The same as programs read it: "1250.5"."""
        whole, rest = divmod(units, 10**self.decimals)
        fraction = f".{rest:0{self.decimals}}".rstrip("0") if rest else ""
        return f"{whole}{fraction}"

    def units(self, text: str) -> int:
        """Smallest units in an amount of whole tokens, such as "12.5". Raises `ConfigError`."""
        found = _AMOUNT.fullmatch(text)
        fraction = (found[2] or "") if found else ""
        if found is None or len(fraction) > self.decimals:
            hint = f'write a number such as "12" or "12.5", with at most {self.decimals} decimals'
            raise ConfigError(f"{text!r} is not an amount of {self.symbol}", hint)
        return int(found[1] + fraction.ljust(self.decimals, "0"))


COINS = Money("ETH", 18)
"""The chain's own coin, whatever its name there."""


def seconds(text: str) -> int:
    """Seconds in a duration: "90s", "30min", "2h", "1d", "2w", or "1y" of 365 days. Raises `ConfigError`."""
    found = _DURATION.fullmatch(text)
    if found is None or not int(found[1]):
        raise ConfigError(f"{text!r} is not a duration", 'write "90s", "30min", "2h", "1d", "2w" or "1y"')
    return int(found[1]) * (_SECONDS | _LONG)[found[2]]


def duration(seconds: int) -> str:
    """A duration in its two largest units: "1 h 2 min"."""
    parts = []
    rest = max(0, seconds)
    for unit, size in _SECONDS.items():
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def timestamp(seconds: int) -> str:
    """A time on the chain, as local date, time and zone; in seconds since 1970 where it is beyond all calendars."""
    try:
        return datetime.fromtimestamp(seconds, UTC).astimezone().strftime(ZONED)
    except (OSError, OverflowError, ValueError):
        return f"second {seconds}"


# ------------------------------------------------------------------------ files


def write_new(path: Path, content: str | bytes) -> None:
    """Write a file that is not there yet, whole or not at all. Raises `ConfigError`."""
    data = content.encode() if isinstance(content, str) else content
    try:
        if path.exists():
            raise ConfigError(f"{path} exists already", "choose another name, or move it away")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file, ExitStack() as undo:
            undo.callback(path.unlink)
            file.write(data)
            file.flush()
            undo.pop_all()
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {reason(error)}", "choose a folder of your own") from error


def _line(text: str) -> str:
    return visible(text.replace("\n", " "))


@contextmanager
def writing(stream: TextIO | None, hint: str = "") -> Iterator[None]:
    """Raise `ConfigError`, with this hint, where what is written to a stream cannot be."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever reads has seen enough
    except OSError as error:
        if error.filename is not None or error.errno is None:
            raise  # of another file, or of a connection
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), cast("TextIO", stream).fileno())  # else the end of the process fails, too
        raise ConfigError(f"the answer cannot be written: {reason(error)}", hint) from error


class Heedless(TextIOWrapper):
    """Standard error: that nobody can read there what went wrong is no further error."""

    def write(self, text: str) -> int:
        """As `TextIOWrapper.write`."""
        with suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        """As `TextIOWrapper.flush`."""
        with suppress(OSError):
            super().flush()


def _console(stream: TextIO | None) -> Console:
    is_terminal = stream is not None and stream.isatty()
    return Console(file=stream or StringIO(), highlight=False, markup=False, width=None if is_terminal else WIDE)
