"""What commands print: JSON for machines, words and tables for people. Nothing here knows a secret."""

import json
import sys
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from folkmoot.errors import ConfigError, FolkmootError

WIDE = 200  # columns where nobody looks at a terminal
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


class Output:
    """Where a command's answer goes: standard output, as JSON if `as_json`."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self._console = _console(stderr=False)

    def show(self, document: object, *parts: RenderableType) -> None:
        """Print an answer, once: `document` for machines, or `parts` for people."""
        if self.as_json:
            print(json.dumps(to_json(document), indent=2))
            return
        for index, part in enumerate(parts):
            if index and isinstance(part, Table):
                self._console.print()
            self._console.print(part, soft_wrap=isinstance(part, str))

    def working(self, what: str) -> AbstractContextManager[object]:
        """While something takes its time, say so; only on a terminal."""
        return Console(stderr=True, quiet=self.as_json).status(what)


def print_error(error: FolkmootError, *, as_json: bool) -> None:
    """Print what went wrong, and what to do about it, on standard error."""
    if as_json:
        document = {"error": type(error).__name__, "message": error.message, "hint": error.hint}
        print(json.dumps(document), file=sys.stderr)
        return
    console = _console(stderr=True)
    console.print(Text(f"error: {error.message}", "bold red"), soft_wrap=True)
    if error.hint:
        console.print(Text(f"hint: {error.hint}"), soft_wrap=True)


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Table:
    """Rows under headings; `None` is a dash."""
    made = Table(*columns, title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for row in rows:
        made.add_row(*(Text(_word(cell)) for cell in row))
    return made


def key_values(pairs: Mapping[str, object]) -> Table:
    """Names and values, one a line; `None` is a dash."""
    made = Table.grid(padding=(0, 2))
    for name, value in pairs.items():
        made.add_row(Text(name, "bold"), Text(_word(value)))
    return made


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


def timestamp(seconds: int) -> str:
    """A time on the chain, as the local date and time; in seconds since 1970 where it is beyond all calendars."""
    try:
        return datetime.fromtimestamp(seconds, UTC).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except (OSError, OverflowError, ValueError):
        return f"second {seconds}"


def duration(seconds: int) -> str:
    """A length of time in its two largest units: "1 h 2 min"."""
    parts = []
    rest = max(0, seconds)
    for size, unit in _UNITS:
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def percent(basis_points: int) -> str:
    """Basis points as "93.40 %"."""
    return f"{basis_points / 100:.2f} %"


def _word(value: object) -> str:
    return {None: "–", True: "yes", False: "no"}[value] if isinstance(value, bool | None) else str(value)


def _console(*, stderr: bool) -> Console:
    is_terminal = (sys.stderr if stderr else sys.stdout).isatty()
    return Console(stderr=stderr, highlight=False, markup=False, width=None if is_terminal else WIDE)


def write_new(path: Path, content: str | bytes) -> None:
    """Write a file that is not there yet. Raises `ConfigError`."""
    if path.exists():
        raise ConfigError(f"{path} exists already", "give another name, or move it away")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}", "choose a folder of your own") from error
