"""How the matrix is shown: a table for each split, a heat map, where each system fails, and whose task ended early."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from experiments.experiment import Rows
from experiments.report import by_guard, by_seed, cell, chart, guarded, has_learnt, select, table
from experiments.systems import PRESETS
from folkmoot.simulation.attacks import ATTACKS

CLEAN = "clean"
SPLITS: Mapping[str, str] = {
    "writer": "by writer",
    "dirichlet": "Dirichlet 0.1",
    "iid": "IID",
}
FAILS = 0.1  # below the clean run of the same system
ENDED = "‡"  # early


def report(rows: Rows, stem: Path) -> str:
    """A table for each split, the heat map, where each system fails, and whose task ended early."""
    rows = by_guard(rows)
    splits = [split for split in SPLITS if select(rows, "accuracy", split=split)]
    early = _early(rows)
    _heat_map(rows, early, stem, splits)
    parts = [f"## Accuracy, {SPLITS[split]}\n\n{_table(rows, early, split)}" for split in splits]
    return "\n\n".join([*parts, *([_ended(early)] if early else []), _failures(rows, splits)])


def _table(rows: Rows, early: Rows, split: str) -> str:
    systems = _systems(rows)
    lines = [
        [attack, *(_cell(rows, early, system, split, attack) for system in systems)] for attack in _attacks(rows, split)
    ]
    return table(("attack", *systems), lines)


def _cell(rows: Rows, early: Rows, system: str, split: str, attack: str) -> str:
    found = _found(rows, system, split, attack)
    return cell(found, counts=_learns(rows, system, split)) + _mark(early, system, split, attack)


def _learns(rows: Rows, system: str, split: str) -> bool:
    found = (select(rows, metric, system=system, split=split, attack=CLEAN) for metric in ("accuracy", "majority"))
    return has_learnt(*found)


def _found(rows: Rows, system: str, split: str, attack: str) -> Rows:
    return select(rows, "accuracy", system=system, split=split, attack=attack)


def _loss(rows: Rows, system: str, split: str, attack: str) -> float:
    """How far the mean lies below the clean run's."""
    clean, found = (by_seed(_found(rows, system, split, name)) for name in (CLEAN, attack))
    return clean[0] - found[0] if clean and found else 0.0


def _failures(rows: Rows, splits: Sequence[str]) -> str:
    lines = [f"- **{system}**: {_where(rows, system, splits)}." for system in _systems(rows)]
    return "\n".join((f"## Where a system is more than {100 * FAILS:.0f} points below its own clean run\n", *lines))


def _where(rows: Rows, system: str, splits: Sequence[str]) -> str:
    found = {SPLITS[split]: _worst(rows, system, split) for split in splits}
    return "; ".join(f"{name}: {worst}" for name, worst in found.items() if worst) or "nowhere"


def _worst(rows: Rows, system: str, split: str) -> str:
    """The attacks that a system fails at in a split, the worst first, and by how many points."""
    if _found(rows, system, split, CLEAN) and not _learns(rows, system, split):
        return "it does not learn, attacked or not"
    losses = {attack: _loss(rows, system, split, attack) for attack in _attacks(rows, split)}
    failed = sorted((name for name in losses if losses[name] > FAILS), key=losses.__getitem__, reverse=True)
    return ", ".join(f"{name} (−{100 * losses[name]:.1f})" for name in failed)


def _early(rows: Rows) -> Rows:
    """The number of rounds of each task that ended because too many of them in a row gave no new model."""
    played = select(rows, "rounds")
    most = max((row.value for row in played), default=0)
    return [row for row in played if row.value < most]


def _mark(early: Rows, system: str, split: str, attack: str) -> str:
    return ENDED if select(early, "rounds", system=system, split=split, attack=attack) else ""


def _ended(early: Rows) -> str:
    lines = [
        f"- **{row.system}**: {SPLITS[row.settings['split']]}, {row.settings['attack']}, seed {row.seed}:"
        f" after {row.value:.0f} rounds"
        for row in early
    ]
    return "\n".join(
        (f"## {ENDED} Tasks that ended early, after too many rounds without a new model\n", *sorted(lines))
    )


def _heat_map(rows: Rows, early: Rows, stem: Path, splits: Sequence[str]) -> None:
    """Accuracy in percent by colour and number, failures in bold, a line between splits."""
    systems = _systems(rows)
    lines = [(split, attack) for split in splits for attack in _attacks(rows, split)]
    values = np.array([[_mean(_found(rows, system, *line)) for system in systems] for line in lines])
    with chart(stem, width=2 + 0.85 * len(systems), height=1.6 + 0.32 * len(lines)) as (axes,):
        axes.set_axisbelow(True)  # the grid, which says nothing here
        axes.imshow(100 * values, cmap="viridis", vmin=0, vmax=100, aspect="auto", zorder=1)
        axes.set_title(
            f"Accuracy in %, bold: {100 * FAILS:.0f} points below the system's clean run, {ENDED}: ended early"
        )
        axes.set_xticks(range(len(systems)), systems, rotation=30, ha="right")
        axes.set_yticks(range(len(lines)), [f"{attack}, {SPLITS[split]}" for split, attack in lines])
        for y in range(1, len(lines)):
            if lines[y][1] == CLEAN:
                axes.axhline(y - 0.5, color="white", linewidth=3)
        for (y, x), value in np.ndenumerate(values):
            if not np.isnan(value):
                weight = "bold" if _loss(rows, systems[x], *lines[y]) > FAILS else "normal"
                ink = "black" if round(value) else "white"  # the colours are light from the middle upwards
                text = f"{100 * value:.0f}{_mark(early, systems[x], *lines[y])}"
                axes.text(x, y, text, ha="center", va="center", color=ink, weight=weight)


def _mean(rows: Rows) -> float:
    """Over seeds, not a number if nothing was measured."""
    found = by_seed(rows)
    return found[0] if found else np.nan


def _systems(rows: Rows) -> list[str]:
    names = (name for system in PRESETS for name in (system, guarded(system)))
    return [name for name in names if any(row.system == name for row in rows)]


def _attacks(rows: Rows, split: str) -> list[str]:
    there = {row.settings["attack"] for row in rows if row.settings["split"] == split}
    return [attack for attack in (CLEAN, *ATTACKS) if attack in there]
