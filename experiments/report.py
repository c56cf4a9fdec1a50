"""From measurements to a Markdown table with the paper's numbers beside ours, and to figures."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import mean, stdev

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from experiments.experiment import Experiment, Results, Row, Rows
from experiments.systems import GUARD

MARGIN = 0.25  # by which a clean run must beat naming the most frequent class
VOID = "†"
ROUND = "@"  # between a metric and the number of the round that it was taken in

MARKERS = "osD^vPX*"


def write(experiment: Experiment, results: Results, *, quick: bool) -> str:
    """Draw the figure and write the table beside the results; returns the table."""
    stem = results.path.with_suffix("")
    on = "a quick run" if quick else experiment.data
    text = f"# {experiment.title}{f' ({on})' if on else ''}\n\n{experiment.report(results.rows(), stem)}\n"
    stem.with_suffix(".md").write_text(text, "utf-8")
    return text


def select(rows: Rows, metric: str, **settings: object) -> list[Row]:
    """The rows of one metric in some settings."""
    wanted = {key: str(value) for key, value in settings.items()}
    return [row for row in rows if row.metric == metric and wanted.items() <= (row.settings | _who(row)).items()]


def guarded(system: str) -> str:
    """The name for people of a system with a direction guard."""
    return f"{system} guarded"


def by_guard(rows: Rows) -> list[Row]:
    """The rows, those with a direction guard under that name."""
    return [replace(row, system=guarded(row.system)) if GUARD[0] in row.settings else row for row in rows]


def by_seed(rows: Iterable[Row]) -> tuple[float, float] | None:
    """Mean and standard deviation over seeds; None if nothing was measured."""
    values = [row.value for row in rows]
    if not values:
        return None
    return mean(values), stdev(values) if len(values) > 1 else 0.0


def percent(value: float | None, digits: int = 2) -> str:
    """An accuracy for people."""
    return "–" if value is None else f"{100 * value:.{digits}f} %"


def has_learnt(clean: Rows, majority: Rows) -> bool:
    """Whether a clean run beats the majority class by so much that the cells compared with it count."""
    ours, least = by_seed(clean), by_seed(majority)
    return ours is not None and least is not None and ours[0] >= least[0] + MARGIN


def cell(rows: Rows, *, counts: bool) -> str:
    """Mean accuracy over seeds, with its deviation where there are several, marked if it does not count."""
    found = by_seed(rows)
    spread = f" ± {100 * found[1]:.2f}" if found and len(rows) > 1 else ""
    return f"{percent(found and found[0])}{spread}{'' if counts or not found else VOID}"


def table(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its first column to the left, with a note if a cell is marked."""
    rule = [":--", *["--:"] * (len(header) - 1)]
    text = "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *lines))
    note = f"{VOID} does not count: the clean run does not beat the majority class by {100 * MARGIN:.0f} points."
    return f"{text}\n\n{note}" if VOID in text else text


def curve(rows: Rows, metric: str) -> list[tuple[int, float]]:
    """A metric round by round, the mean over seeds."""
    found: dict[int, list[float]] = defaultdict(list)
    for row in rows:
        name, _, number = row.metric.partition(ROUND)
        if name == metric and number:
            found[int(number)].append(row.value)
    return [(number, mean(values)) for number, values in sorted(found.items())]


@contextmanager
def chart(
    stem: Path, columns: int = 1, *, width: float = 6.4, height: float = 4.2, one_legend: bool = False
) -> Iterator[list[Axes]]:
    """Axes side by side; `stem`.png in the end, with a legend wherever lines have labels, or with one for all."""
    figure = Figure(figsize=(width * columns, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = [figure.add_subplot(1, columns, number + 1) for number in range(columns)]
    yield axes
    for one in axes:
        one.grid(alpha=0.3)
        if not one_legend and one.get_legend_handles_labels()[0]:
            one.legend(fontsize="small")
    if one_legend:
        lines = {str(line.get_label()): line for one in axes for line in one.get_lines()}
        figure.legend(lines.values(), lines, loc="outside lower center", ncols=len(lines))
    figure.savefig(stem.with_suffix(".png"), dpi=150)


def _who(row: Row) -> dict[str, str]:
    return {"system": row.system, "seed": str(row.seed)}
