"""Tables for people, in which nothing is cut, however narrow the terminal is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rich.table import Column, Table
from rich.text import Text

from folkmoot.worker.reporting import Label

WIDE = 200  # columns where the output is no terminal
_ADDRESS, _NARROW = 42, 6  # characters of an address, and of a column that makes room for one
_GAP = 2  # characters between columns
_SPLITS = (str.splitlines, str.split)


class Whole(str):
    """A text that is shown as it is, its addresses without names."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """Rows under headings, or a name and a value in each row where there are no headings. `None` is a dash."""

    rows: tuple[tuple[object, ...], ...]
    columns: tuple[str, ...] = ()
    title: str = ""

    def rendered(self, label: Label, width: int = WIDE) -> Table:
        """The table as rich prints it on a terminal of this width: nothing is cut, and addresses are broken last."""
        rows = [[word(cell, label) for cell in row] for row in self.rows]
        if self.columns:
            widths = zip(self.columns, _kept_widths([list(self.columns), *rows], width), strict=True)
            columns = (Column(name, overflow="fold", width=kept) for name, kept in widths)
            made = Table(*columns, title=self.title, title_justify="left", title_style="bold", box=None, pad_edge=False)
        else:
            made = Table.grid(padding=(0, 2))
        for row in rows:
            styles = ("" if self.columns or n else "bold" for n in range(len(row)))
            made.add_row(*(Text(*cell, overflow="fold") for cell in zip(row, styles, strict=True)))
        return made


def table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> Grid:
    """Rows under headings."""
    return Grid(tuple(map(tuple, rows)), tuple(columns), title)


def key_values(pairs: Mapping[str, object]) -> Grid:
    """Names and values, one pair a line."""
    return Grid(tuple(pairs.items()))


def word(value: object, label: Label) -> str:
    """A value as people read it, with the names of accounts in place of their addresses."""
    if isinstance(value, bool | None):
        return {None: "–", True: "yes", False: "no"}[value]
    return visible(value if isinstance(value, Whole) else label(str(value)))


def visible(text: str) -> str:
    """A text with the characters that a terminal would obey, such as those of others' names and errors, escaped."""
    return "".join(c if c.isprintable() or c == "\n" else ascii(c)[1:-1] for c in text)


def _kept_widths(rows: list[list[str]], width: int) -> list[int | None]:
    """Widths that columns with addresses, CIDs or hashes keep where the table is too wide, as far as they fit."""
    columns = ["\n".join(column) for column in zip(*rows, strict=True)]
    lines, words = ([max(map(len, split(column)), default=0) for column in columns] for split in _SPLITS)
    width -= _GAP * (len(columns) - 1)
    room = width - sum(min(longest, _NARROW) for longest in words) if sum(lines) > width else 0
    kept: list[int | None] = []
    for longest in words:
        fits = _ADDRESS <= longest <= room + _NARROW
        kept.append(longest if fits else None)
        room -= longest - _NARROW if fits else 0
    return kept
