"""What an experiment is: cells, how one cell is measured, and how the measurements are shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

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
