"""How the four hospitals are shown: a table for each number of passes, and AUC by round."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from statistics import mean

from matplotlib.ticker import MaxNLocator

from experiments.experiment import Rows
from experiments.report import chart, curve, select, table

HOSPITALS = ("cleveland", "hungary", "switzerland", "va")  # in the order of the data's sites
NOBODY = "none"

SYSTEMS = (
    *(f"alone: {hospital}" for hospital in HOSPITALS),
    *("centralised", "basic-fl", "bflc", "peers by accuracy", "peers"),
)
"""In the order of the tables, by their names for people."""


def report(rows: Rows, stem: Path) -> str:
    """A table for each number of passes; the figure is of the first."""
    rows = [replace(row, system=_name(row.system, row.settings)) for row in rows]
    passes = {count: _of_passes(rows, count) for count in sorted({row.settings["passes"] for row in rows}, key=int)}
    _draw(next(iter(passes.values())), stem)
    return "\n\n".join(f"## Passes a round: {count}\n\n{_table(own)}" for count, own in passes.items())


def _of_passes(rows: Rows, count: str) -> Rows:
    return [row for row in rows if row.settings["passes"] == count]


def _name(system: str, settings: Mapping[str, str]) -> str:
    """The name for people, in which single hospitals and judges by accuracy stand apart."""
    if "hospital" in settings:
        return f"{system}: {settings['hospital']}"
    return f"{system} by accuracy" if "metric" in settings else system


def _table(rows: Rows) -> str:
    liars = [liar for liar in HOSPITALS if any(_liar(row.settings) == liar for row in rows)]
    lines = []
    for system in _systems(rows):
        own = [row for row in rows if row.system == system]
        clean = [row for row in own if _liar(row.settings) == NOBODY]
        attacked = [row for row in own if _liar(row.settings) != NOBODY]
        by_liar = ([row for row in attacked if _liar(row.settings) == liar] for liar in liars)
        lines.append([system, *map(_auc, (clean, *by_liar)), _honest(clean), _honest(attacked)])
    where = (f"liar: {liar}" for liar in liars)
    return table(("AUC", "clean", *where, "honest refused, struck: clean", "with a liar"), lines)


def _systems(rows: Rows) -> list[str]:
    return [name for name in SYSTEMS if any(row.system == name for row in rows)]


def _liar(settings: Mapping[str, str]) -> str:
    return settings.get("liar", NOBODY)


def _auc(rows: Rows) -> str:
    """The mean over seeds, and the lowest."""
    found = [row.value for row in select(rows, "auc")]
    return f"{mean(found):.3f} ({min(found):.3f})" if found else "–"


def _honest(rows: Rows) -> str:
    """How many of the honest updates were refused, and how many strikes honest members got."""
    updates, refused, struck = (
        sum(row.value for row in select(rows, metric)) for metric in ("honest", "honest_refused", "honest_struck")
    )
    return f"{refused:.0f} of {updates:.0f}, {struck:.0f}" if updates else "–"


def _draw(rows: Rows, stem: Path) -> None:
    """AUC by round; the mean over seeds, and over who lies."""
    with chart(stem, 2) as panels:
        for axes, title, clean in zip(panels, ("clean", "with a liar"), (True, False), strict=True):
            axes.set(xlabel="round", ylabel="AUC", title=title)
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
            shown = [row for row in rows if (_liar(row.settings) == NOBODY) == clean]
            for number, system in enumerate(_systems(rows)):
                found = curve([row for row in shown if row.system == system], "auc")
                if found:
                    axes.plot([x for x, _ in found], [y for _, y in found], color=f"C{number}", label=system)
