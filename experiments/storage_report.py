"""How transfers are shown: medians over repetitions, by the number of clients."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from experiments.experiment import Rows
from experiments.report import MARKERS, chart, select, table

Line = tuple[str, str]
"""A system, and a metric or what stands before its unit."""

FIGURES: Mapping[str, Mapping[str, Line]] = {
    "download": {"IPFS": ("ipfs", "download"), "SFTP": ("sftp", "download")},
    "upload": {
        "IPFS, own node": ("ipfs", "upload"),
        "IPFS, server's node": ("ipfs", "arrival"),
        "SFTP": ("sftp", "upload"),
    },
}
"""By whose name a transfer ends where the blob is."""

TOOK: Mapping[str, Line] = {
    "blobs sent by the server in a download: IPFS": ("ipfs", "download_blobs_sent"),
    "blobs sent by the server in a download: SFTP": ("sftp", "download_blobs_sent"),
    "CPUs busy in a download: IPFS": ("ipfs", "download_cpus"),
    "CPUs busy in a download: SFTP": ("sftp", "download_cpus"),
    "CPUs busy in an upload: IPFS": ("ipfs", "upload_cpus"),
    "CPUs busy in an upload: SFTP": ("sftp", "upload_cpus"),
    "memory of a node at most, MB": ("ipfs", "node_mb"),
}

DIGITS_TO = 10  # below which numbers have two decimals


def report(rows: Rows, stem: Path) -> str:
    """The figure of the smallest blobs; of each size a table of rates, one of times, and one of what it took."""
    sizes = {size: _of_size(rows, size) for size in sorted({int(row.settings["megabytes"]) for row in rows})}
    _draw(next(iter(sizes.values())), stem)
    lines = {f"{title}: {name}": line for title, own in FIGURES.items() for name, line in own.items()}
    parts = {
        "Mbit/s of a client": {name: (system, f"{metric}_mbit") for name, (system, metric) in lines.items()},
        "Seconds of a transfer": {name: (system, f"{metric}_s") for name, (system, metric) in lines.items()},
        "What it took": TOOK,
    }
    return "\n\n".join(
        f"## {title}, blobs of {size} MB\n\n{_table(own, shown)}"
        for size, own in sizes.items()
        for title, shown in parts.items()
    )


def _draw(rows: Rows, stem: Path) -> None:
    with chart(stem, len(FIGURES)) as panels:
        for axes, (title, lines) in zip(panels, FIGURES.items(), strict=True):
            axes.set(xlabel="clients", ylabel="Mbit/s of a client", title=f"average {title}", yscale="log")
            axes.yaxis.set_major_formatter("{x:g}")
            axes.yaxis.set_minor_formatter("{x:g}")
            for marker, (name, (system, metric)) in zip(MARKERS, lines.items(), strict=False):
                found = {count: _values(rows, count, (system, f"{metric}_mbit")) for count in _clients(rows)}
                points = {count: median(values) for count, values in found.items() if values}
                axes.plot([*points], [*points.values()], marker=marker, label=name)


def _table(rows: Rows, lines: Mapping[str, Line]) -> str:
    """A column for each number of clients: medians over repetitions, with the lowest and the highest."""
    clients = _clients(rows)
    shown = [[name, *(_shown(_values(rows, count, line)) for count in clients)] for name, line in lines.items()]
    return table(("clients", *map(str, clients)), shown)


def _shown(values: Sequence[float]) -> str:
    if not values:
        return "–"
    spread = f" ({_number(min(values))}–{_number(max(values))})" if len(values) > 1 else ""
    return _number(median(values)) + spread


def _number(value: float) -> str:
    return f"{value:.{1 if value >= DIGITS_TO else 2}f}"


def _values(rows: Rows, clients: int, line: Line) -> list[float]:
    system, metric = line
    return [row.value for row in select(rows, metric, system=system, clients=clients)]


def _clients(rows: Rows) -> list[int]:
    return sorted({int(row.settings["clients"]) for row in rows})


def _of_size(rows: Rows, megabytes: int) -> Rows:
    return [row for row in rows if row.settings["megabytes"] == str(megabytes)]
