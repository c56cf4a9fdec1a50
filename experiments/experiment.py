"""What an experiment is: cells, how one cell is measured, its results file, and how the measurements are shown.

A results file has one measurement a line, appended cell by cell, in the columns `COLUMNS`. Settings are
`key=value;key=value`, accuracies 0 to 1. `paper` is empty where the paper gives no number. `commit` is the one that the
cell was run at, with a `+` if files that git knows had changed since. A cell's lines are written at once, so that a
cell is there or not: the file says what is still to do.
"""

import csv
import io
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from folkmoot.errors import ConfigError
from tools.workcopy import ROOT

Value = str | int | float

Tick = Callable[[int, int], None]
"""Called with the rounds done and all rounds of the running cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One run: a system in some settings with a seed. `work` is about how long it takes, in any unit."""

    system: str
    settings: tuple[tuple[str, Value], ...] = ()
    seed: int = 0
    work: float = 1.0

    @property
    def setting(self) -> str:
        """The settings as they stand in the results: `key=value;key=value`."""
        return ";".join(f"{key}={value}" for key, value in self.settings)

    def __getitem__(self, key: str) -> Value:
        return dict(self.settings)[key]

    def __str__(self) -> str:
        return " ".join(filter(None, (self.system, self.setting, f"seed {self.seed}")))


@dataclass(frozen=True, slots=True)
class Measured:
    """A number that came of a cell, and what the paper has for it. Accuracies are 0 to 1."""

    metric: str
    value: float
    paper: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a results file."""

    experiment: str
    system: str
    setting: str
    seed: int
    metric: str
    value: float
    paper: float | None
    commit: str

    @property
    def settings(self) -> dict[str, str]:
        """The settings by their keys."""
        return dict(pair.split("=", 1) for pair in self.setting.split(";") if pair)


Rows = Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Experiment:
    """A table or figure. `measure` gets the folder of `--data`; without one the cell is a quick one, on the digits.

    `cells(quick)` lists the cells, `measure(cell, data, tick)` runs one, `report(rows, stem)` draws `stem`.png and
    returns Markdown.
    """

    name: str
    title: str
    cells: Callable[[bool], Sequence[Cell]]
    measure: Callable[[Cell, Path | None, Tick], Sequence[Measured]]
    report: Callable[[Rows, Path], str]
    files: tuple[str, ...] = ()
    data: str = ""  # what the files hold, in the heading
    alone: bool = False  # whether no other cell may run beside one, because it measures time


COLUMNS = tuple(field.name for field in fields(Row))


class Results:
    """One file; made with its first cell."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self) -> list[Row]:
        """Everything measured so far. Raises `ConfigError` for a file that holds anything else."""
        if not self.path.exists():
            return []
        try:
            with self.path.open(newline="", encoding="utf-8") as file:
                return [_row(entry) for entry in csv.DictReader(file)]
        except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
            raise ConfigError(f"{self.path} holds no results: {error!r}", "move it away, or choose a folder") from error

    def missing(self, cells: Sequence[Cell]) -> list[Cell]:
        """The cells that are not there yet."""
        there = {(row.system, row.setting, row.seed) for row in self.rows()}
        return [cell for cell in cells if (cell.system, cell.setting, cell.seed) not in there]

    def append(self, experiment: str, cell: Cell, found: Sequence[Measured], commit: str) -> None:
        """Write a finished cell."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
        if not self.path.exists():
            writer.writeheader()
        for one in found:
            row = Row(
                experiment=experiment, system=cell.system, setting=cell.setting, seed=cell.seed,
                metric=one.metric, value=one.value, paper=one.paper, commit=commit,
            )  # fmt: skip
            writer.writerow(asdict(row) | {"value": f"{one.value:.12g}"})
        with self.path.open("a", encoding="utf-8") as file:
            file.write(text.getvalue())


def commit() -> str:
    """What is checked out, "unknown" outside git."""
    try:
        head = _git("rev-parse", "--short=12", "HEAD")
        return f"{head}+" if _git("status", "--porcelain", "--untracked-files=no") else head
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _row(entry: dict[str, str]) -> Row:
    paper = float(entry["paper"]) if entry["paper"] else None
    numbers = {"seed": int(entry["seed"]), "value": float(entry["value"]), "paper": paper}
    return Row(**(entry | numbers))  # type: ignore[arg-type]
