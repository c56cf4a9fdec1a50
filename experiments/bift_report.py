"""How Bift's results are shown, and the names that they go by: Table VII, and figures against numbers and rounds."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.ticker import PercentFormatter

from experiments.experiment import Rows
from experiments.report import (
    MARKERS,
    by_guard,
    by_seed,
    cell,
    chart,
    curve,
    guarded,
    has_learnt,
    percent,
    select,
    table,
)

SYSTEMS = ("bift", "krum", "trimmed-mean", "bulyan", "basic-fl", "bflc")
NAMES = (*SYSTEMS, guarded("bift"), guarded("bflc"))
TICKS = (0.02, 0.03, 0.04, 0.05, 0.06, 0.08, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1)
MIXING = ("bift", guarded("bift"))
CLEAN = "none"
ATTACKING: Mapping[str, str] = {
    "label-flip": "basic-fl",
    "krum-attack": "krum",
    "trimmed-mean-attack": "trimmed-mean",
    "bulyan-attack": "bulyan",
}
"""The attacks, and the system that the paper compares Bift with under each."""

PAPER: Mapping[str, Sequence[float | None]] = {
    CLEAN: (None, None, None, None, 0.925),
    "label-flip": (0.923, 0.898, 0.904, 0.912, 0.541),
    "krum-attack": (0.928, 0.538, 0.853, 0.835, 0.876),
    "trimmed-mean-attack": (0.913, 0.763, 0.521, 0.852, 0.731),
    "bulyan-attack": (0.910, 0.825, 0.886, 0.857, 0.882),
}


def attack_on(system: str, attack: str) -> str:
    """The attack under whose name this one on this system is measured: two are the same, but for Bift."""
    return "krum-attack" if attack == "bulyan-attack" and system not in MIXING else attack


def paper(system: str, attack: str) -> float | None:
    """The paper's accuracy, 0 to 1, with 30 % malicious nodes or none."""
    return dict(zip(SYSTEMS, PAPER[attack], strict=False)).get(system)


def report(rows: Rows, stem: Path) -> str:
    """Two figures and two tables for each data set: `stem`.png is of the first, the others have its name too."""
    rows = by_guard(rows)
    parts = {name: [row for row in rows if row.settings["images"] == name] for name in _values(rows, "images")}
    for number, (name, part) in enumerate(parts.items()):
        own = stem.with_name(f"{stem.name}-{name}") if number else stem
        _draw_shares(part, own)
        _draw_rounds(part, own.with_name(f"{own.name}-rounds"))
    return "\n\n".join(_tables(part, name) for name, part in parts.items())


def _draw_shares(rows: Rows, stem: Path) -> None:
    """Figures 3, 6, 10 and 12."""
    with chart(stem, len(_attacks(rows)), width=4.2, one_legend=True) as axes:
        axes[0].set_ylabel("error, mean of the last five rounds")
        for attack, place in zip(_attacks(rows), axes, strict=True):
            place.set(xlabel="malicious nodes", title=attack, xticks=[float(share) for share in _shares(rows)])
            for marker, system in zip(MARKERS, NAMES, strict=True):
                found = [(share, by_seed(_found(rows, "accuracy", system, attack, share))) for share in _shares(rows)]
                if points := [(float(share), 1 - reached[0]) for share, reached in found if reached]:
                    color = f"C{NAMES.index(system)}"
                    place.plot(*zip(*points, strict=True), marker=marker, color=color, label=system)
            place.xaxis.set_major_formatter(PercentFormatter(1, 0))
        _show_errors(axes)


def _draw_rounds(rows: Rows, stem: Path) -> None:
    """Figures 5, 8, 9 and 11."""
    most = _shares(rows)[-1]
    with chart(stem, len(_attacks(rows)), width=4.2, one_legend=True) as axes:
        axes[0].set_ylabel("error")
        for attack, place in zip(_attacks(rows), axes, strict=True):
            place.set(xlabel="round", title=f"{attack}, {percent(float(most), 0)} malicious")
            for system in dict.fromkeys(("bift", ATTACKING[attack], "basic-fl", *NAMES[len(SYSTEMS) :])):
                if points := _errors(_course(rows, system, attack_on(system, attack), most)):
                    place.plot(*zip(*points, strict=True), color=f"C{NAMES.index(system)}", label=system)
            if points := _errors(_course(rows, "basic-fl", CLEAN, "0")):
                place.plot(*zip(*points, strict=True), color="black", linestyle="--", label="basic-fl, none malicious")
        _show_errors(axes)


def _errors(rows: Rows) -> list[tuple[int, float]]:
    return [(number, 1 - accuracy) for number, accuracy in curve(rows, "accuracy")]


def _show_errors(axes: Sequence[Any]) -> None:
    """On one scale for all, logarithmic: most lines lie close together at the bottom."""
    least = max(TICKS[0], min((min(line.get_ydata()) for place in axes for line in place.get_lines()), default=1))
    for place in axes:
        place.set(yscale="log", ylim=(0.9 * least, 1.02), yticks=[tick for tick in TICKS if tick >= 0.9 * least])
        place.yaxis.set_major_formatter(PercentFormatter(1, 0))
        place.minorticks_off()


def _course(rows: Rows, system: str, attack: str, share: str) -> Rows:
    wanted = {"attack": attack, "malicious": share}
    return [row for row in rows if row.system == system and wanted.items() <= row.settings.items()]


def _tables(rows: Rows, name: str) -> str:
    majority = by_seed(select(rows, "majority"))
    known = " In brackets: the paper." if any(row.paper is not None for row in rows) else ""
    said = f"The majority class is {percent(majority and majority[0])}.{known}"
    accuracy, balanced = (_table(rows, metric) for metric in ("accuracy", "accuracy-balanced"))
    return f"## {name}\n\n{said}\n\n{accuracy}\n\nBalanced accuracy, the mean over classes:\n\n{balanced}"


def _table(rows: Rows, metric: str) -> str:
    systems = [system for system in NAMES if any(row.system == system for row in rows)]
    kinds = [(CLEAN, "0"), *((attack, share) for attack in _attacks(rows) for share in _shares(rows) if share != "0")]
    lines = [
        [attack, percent(float(share), 0), *(_cell(rows, metric, system, attack, share) for system in systems)]
        for attack, share in kinds
    ]
    return table(("attack", "malicious", *systems), lines)


def _cell(rows: Rows, metric: str, system: str, attack: str, share: str) -> str:
    found = _found(rows, metric, system, attack, share)
    clean = (_found(rows, name, system, CLEAN, "0") for name in ("accuracy", "majority"))
    known = paper(system, attack) if any(row.paper is not None for row in found) else None
    return cell(found, counts=has_learnt(*clean)) + (f" ({percent(known, 1)})" if known else "")


def _found(rows: Rows, metric: str, system: str, attack: str, share: str) -> Rows:
    chosen = CLEAN if share == "0" else attack_on(system, attack)
    return select(rows, metric, system=system, attack=chosen, malicious=share)


def _attacks(rows: Rows) -> list[str]:
    return [attack for attack in ATTACKING if attack in _values(rows, "attack")]


def _shares(rows: Rows) -> list[str]:
    return sorted(_values(rows, "malicious"), key=float)


def _values(rows: Rows, key: str) -> list[str]:
    return sorted({row.settings[key] for row in rows})
