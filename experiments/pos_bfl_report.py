"""How PoS-BFL's results are shown, and what their settings are: Figures 6 to 8, Table 4."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from experiments.experiment import Rows
from experiments.report import MARKERS, by_seed, cell, chart, curve, has_learnt, percent, select, table

SYSTEMS = ("pos-bfl", "basic-fl", "pfedme")
WIDTHS = "widths"  # of another CNN, a setting
EPOCHS = 1  # of Figures 6 and 7
TABLED = 3  # malicious devices in Table 4 and Figure 8
TABLED_EPOCHS: Mapping[str, int] = {"pos-bfl": 5, "basic-fl": 5, "pfedme": 1}
PAPER: Mapping[tuple[str, str], float] = {
    ("basic-fl", "12/5/3"): 0.11, ("pfedme", "12/5/3"): 0.13, ("pos-bfl", "12/5/3"): 0.86,
    ("basic-fl", "8/9/3"): 0.10, ("pfedme", "8/9/3"): 0.11, ("pos-bfl", "8/9/3"): 0.95,
}  # fmt: skip
KINDS: Mapping[str, tuple[str, str]] = {
    "pos-bfl": ("pos-bfl", "algorithm"),
    "pos-bfl, colluding validators": ("pos-bfl", "colluding"),
    "basic-fl": ("basic-fl", "algorithm"),
    "pfedme": ("pfedme", "algorithm"),
    "pos-bfl, bounded distance": ("pos-bfl", "bounded"),
}


def paper(system: str, roles: str) -> float | None:
    """The paper's accuracy in Table 4, 0 to 1."""
    return PAPER.get((system, roles))


def report(rows: Rows, stem: Path) -> str:
    """Figures 6 to 8 side by side; Table 4, twice, and the numbers of Figures 6 and 7."""
    wide = [row for row in rows if WIDTHS in row.settings]
    rows = [row for row in rows if WIDTHS not in row.settings]
    divisions = sorted({row.settings["roles"] for row in rows}, key=lambda roles: -int(roles.split("/")[0]))
    with chart(stem, len(divisions) + 1, width=5.2) as axes:
        for roles, place in zip(divisions, axes, strict=False):
            _draw_sweep(rows, roles, place)
        _draw_rounds(rows, divisions[0], axes[-1])
        for place in axes:
            place.set(ylim=(0, 1))
            place.yaxis.set_major_formatter(PercentFormatter(1))
    parts = {"Table 4": _table4(rows, rows, divisions), "Figures 6 and 7": _sweeps(rows, divisions)}
    for widths in sorted({row.settings[WIDTHS] for row in wide}):
        parts[f"Table 4 with a CNN of widths {widths}"] = _table4(wide, rows, divisions)
    return "\n\n".join(f"{title}:\n\n{part}" for title, part in parts.items())


def _draw_sweep(rows: Rows, roles: str, axes: Axes) -> None:
    axes.set(
        xlabel="malicious devices",
        ylabel="accuracy of the last five rounds",
        title=f"{roles} workers, validators, miners",
    )
    for number, (label, kind) in enumerate(KINDS.items()):
        found = [(count, by_seed(_swept_at(rows, kind, roles, count))) for count in _counts(rows)]
        if points := [(count, reached[0]) for count, reached in found if reached]:
            axes.plot(*zip(*points, strict=True), color=f"C{number}", marker=MARKERS[number], label=label)


def _draw_rounds(rows: Rows, roles: str, axes: Axes) -> None:
    axes.set(xlabel="round", ylabel="accuracy", title=f"{roles}, epochs as in Table 4")
    for system, malicious in (*((system, TABLED) for system in SYSTEMS), ("basic-fl", 0)):
        settings = {"roles": roles, "malicious": str(malicious), "epochs": str(TABLED_EPOCHS[system])}
        chosen = [row for row in rows if row.system == system and settings.items() <= row.settings.items()]
        if points := curve(chosen, "accuracy"):
            color, style = (f"C{list(KINDS).index(system)}", "-") if malicious else ("grey", "--")
            axes.plot(*zip(*points, strict=True), style, color=color, label=f"{system}, {malicious} malicious")


def _table4(rows: Rows, learning: Rows, divisions: Sequence[str]) -> str:
    """The table of some rows; whether a system learns at all is seen among the others."""
    lines = []
    for roles in divisions:
        for system in SYSTEMS:
            chosen = {"system": system, "roles": roles, "malicious": TABLED, "votes": "algorithm"}
            found = select(rows, "accuracy", epochs=TABLED_EPOCHS[system], **chosen)
            if found:
                ours = cell(found, counts=_has_learnt(learning, system, roles))
                lines.append([system, roles, ours, percent(paper(system, roles), 0)])
    return table(("system", "roles", f"{TABLED} malicious devices", "the paper"), lines)


def _sweeps(rows: Rows, divisions: Sequence[str]) -> str:
    counts, lines = _counts(rows), []
    for roles in divisions:
        for label, kind in KINDS.items():
            found = [_swept_at(rows, kind, roles, count) for count in counts]
            if any(found[1:]):
                learnt = _has_learnt(rows, kind[0], roles)
                lines.append([label, roles, *(cell(one, counts=learnt) for one in found)])
    return table(("system, 1 epoch", "roles", *(f"{count} malicious" for count in counts)), lines)


def _swept_at(rows: Rows, kind: tuple[str, str], roles: str, count: int) -> Rows:
    """Accuracies in Figures 6 and 7; with nobody malicious colluding is following the algorithm."""
    system, votes = kind
    chosen = {"system": system, "roles": roles, "epochs": EPOCHS, "malicious": count}
    found = select(rows, "accuracy", votes=votes, **chosen)
    return found or ([] if count else select(rows, "accuracy", votes="algorithm", **chosen))


def _has_learnt(rows: Rows, system: str, roles: str) -> bool:
    chosen = {"system": system, "roles": roles, "malicious": 0, "epochs": EPOCHS, "votes": "algorithm"}
    return has_learnt(select(rows, "accuracy", **chosen), select(rows, "majority", **chosen))


def _counts(rows: Rows) -> list[int]:
    return sorted({int(row.settings["malicious"]) for row in rows})
