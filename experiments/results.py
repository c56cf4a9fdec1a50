"""The results file of an experiment: one measurement a line, appended cell by cell.

`experiment,system,setting,seed,metric,value,paper,commit`: settings are `key=value;key=value`, accuracies 0 to 1,
`paper` is empty where the paper gives no number, `commit` is the one that the cell was run at, with a `+` if files that
git knows had changed since. A cell's lines are written at once, so that a cell is there or not: the file says what is
still to do.
"""

import csv
import io
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from experiments.experiment import Cell, Measured, Row
from tools.workcopy import ROOT

COLUMNS = tuple(field.name for field in fields(Row))


class Results:
    """One file; made with its first cell."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def rows(self) -> list[Row]:
        """Everything measured so far."""
        if not self.path.exists():
            return []
        with self.path.open(newline="", encoding="utf-8") as file:
            return [_row(entry) for entry in csv.DictReader(file)]

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
