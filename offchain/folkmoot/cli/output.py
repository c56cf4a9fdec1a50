"""What commands print and how people write it: JSON for machines, words, amounts, times and tables for people."""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from io import StringIO
from pathlib import Path
from typing import Any, TextIO, cast

import typer
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from folkmoot.errors import ConfigError, FolkmootError, reason
from folkmoot.worker.reporting import Label

WIDE = 200  # columns where the output is no terminal
MAX_DIGITS = 78  # of the largest number on the chain
_AMOUNT = re.compile(rf"([0-9]{{1,{MAX_DIGITS}}})(?:\.([0-9]+))?")
_DURATION = re.compile(rf"([0-9]{{1,{MAX_DIGITS}}})(s|min|h|d)?")
_SECONDS = {"d": 86_400, "h": 3_600, "min": 60, "s": 1}


class Whole(str):
    """A text that is shown as it is, its addresses without names."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows under headings, or a name and a value in each row where there are no headings. `None` is a dash."""

    rows: tuple[tuple[object, ...], ...]
    columns: tuple[str, ...] = ()
    title: str = ""

    def rendered(self, label: Label) -> Table:
        """The table as rich prints it."""
        if self.columns:
            columns = (Column(name, overflow="fold") for name in self.columns)
            made = Table(*columns, title=self.title, title_justify="left", title_style="bold", box=None, pad_edge=False)
        else:
            made = Table.grid(padding=(0, 2))
        for row in self.rows:
            styles = ("" if self.columns or n else "bold" for n in range(len(row)))
            words = (_word(cell, label) for cell in row)
            made.add_row(*(Text(*cell, overflow="fold") for cell in zip(words, styles, strict=True)))
        return made


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

    def working(self, what: str) -> AbstractContextManager[object]:
        """Show that something takes time, on a terminal only."""
        return Console(stderr=True, quiet=self.as_json).status(what)

    def _print(self, console: Console, parts: Iterable[str | Grid]) -> None:
        for index, part in enumerate(parts):
            if isinstance(part, Grid):
                console.print(*([""] if index else []), part.rendered(self._label), sep="\n")
            else:
                console.print(_word(part, self._label), soft_wrap=True)


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


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Grid:
    """Rows under headings."""
    return Grid(tuple(map(tuple, rows)), tuple(columns), title)


def key_values(pairs: Mapping[str, object]) -> Grid:
    """Names and values, one pair a line."""
    return Grid(tuple(pairs.items()))


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


# ------------------------------------------------------------ amounts and times


@dataclass(frozen=True, slots=True)
class Money:
    """A token: its short name, and how many decimals it has."""

    symbol: str
    decimals: int

    def text(self, units: int) -> str:
        """An amount of smallest units in whole tokens: "12.5 FED"."""
        whole, rest = divmod(units, 10**self.decimals)
        fraction = f".{rest:0{self.decimals}}".rstrip("0") if rest else ""
        return f"{whole:,}{fraction} {self.symbol}"

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
    """Seconds in a duration: "90", "90s", "30min", "2h" or "1d". Raises `ConfigError`."""
    found = _DURATION.fullmatch(text)
    if found is None or not int(found[1]):
        raise ConfigError(f"{text!r} is not a duration", 'write "90s", "30min", "2h" or "1d"')
    return int(found[1]) * _SECONDS[found[2] or "s"]


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
    """A time on the chain, as the local date and time; in seconds since 1970 where it is beyond all calendars."""
    try:
        return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
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


def _word(value: object, label: Label) -> str:
    if isinstance(value, bool | None):
        return {None: "–", True: "yes", False: "no"}[value]
    return _visible(value if isinstance(value, Whole) else label(str(value)))


def _line(text: str) -> str:
    return _visible(text.replace("\n", " "))


def _visible(text: str) -> str:
    """A text with the characters that a terminal would obey, such as those of others' names and errors, escaped."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


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


def _console(stream: TextIO | None) -> Console:
    is_terminal = stream is not None and stream.isatty()
    return Console(file=stream or StringIO(), highlight=False, markup=False, width=None if is_terminal else WIDE)
