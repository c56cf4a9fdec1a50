"""What it takes to put a blob into a store and to get it out again: seconds and memory, by the blob's size.

No paper's experiment. Each store is on this machine, real servers on loopback, so that no network limits them. Blobs
are put and got by one fresh process each. Its memory is the most it has, beyond what it has when idle: with the store
open and connected. Encrypted blobs are for 100 recipients.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from experiments.experiment import Cell, Experiment, Measured, Rows, Tick
from experiments.report import MARKERS, chart, select, table
from experiments.services import SERVICES, Service
from folkmoot.errors import FolkmootError
from tools.workcopy import ROOT

MB = 1_000_000
BLOBS = ("clear", "encrypted")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen. Sizes are in megabytes."""

    sizes: tuple[int, ...] = (1, 50, 1000)
    seeds: tuple[int, ...] = (1, 2, 3)


FULL = Config()
QUICK = Config(sizes=(1, 20), seeds=(1,))


def cells(quick: bool) -> list[Cell]:
    """A whole table for each repetition, then the next one."""
    config = QUICK if quick else FULL
    return [
        Cell(system=system, settings=(("blob", blob), ("megabytes", size)), seed=seed, work=50 + size)
        for seed in config.seeds
        for size in config.sizes
        for blob in BLOBS
        for system in SERVICES
    ]


def measure(cell: Cell, _data: Path | None, tick: Tick) -> Sequence[Measured]:
    """Seconds and megabytes of memory of a put and of a get, and the megabytes that the store then keeps."""
    size, blob = int(cell["megabytes"]) * MB, str(cell["blob"])
    with TemporaryDirectory(prefix="store-sizes-") as folder, SERVICES[cell.system](Path(folder)) as service:
        before = _kept(service.data)
        put_s, put_memory, pointer = _transfer(service, size, blob)
        tick(1, 2)
        kept = _kept(service.data) - before
        get_s, get_memory, _ = _transfer(service, size, blob, pointer)
        tick(2, 2)
    return [
        Measured("put_s", put_s),
        Measured("put_memory_mb", put_memory / MB),
        Measured("get_s", get_s),
        Measured("get_memory_mb", get_memory / MB),
        Measured("kept_mb", kept / MB),
    ]


def _transfer(service: Service, size: int, blob: str, pointer: str = "") -> tuple[float, float, str]:
    """Put a new blob, or get the one under a pointer: seconds, bytes of memory, and the pointer."""
    done = subprocess.run(
        [sys.executable, "-m", "experiments.client", service.place, str(size), pointer, blob],
        cwd=ROOT,
        env=os.environ | service.environment | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "offchain")))},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise FolkmootError(f"{service.place}: {done.stderr.strip()}")
    seconds, memory, pointer = json.loads(done.stdout)
    return seconds, memory, pointer


def _kept(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def report(rows: Rows, stem: Path) -> str:
    """A line for each size and store; the figure is of the memory."""
    sizes = sorted({int(row.settings["megabytes"]) for row in rows})
    systems = [system for system in SERVICES if any(row.system == system for row in rows)]
    with chart(stem, 2) as panels:
        for axes, what in zip(panels, ("put", "get"), strict=True):
            axes.set(xlabel="blob, MB", ylabel="memory beyond idle, MB", title=what, xscale="log", yscale="log")
            for marker, system in zip(MARKERS, systems, strict=False):
                axes.plot(
                    sizes,
                    [_median(rows, system, "clear", size, f"{what}_memory_mb") for size in sizes],
                    marker=marker,
                    label=system,
                )
    header = ("store", "blob", "MB", "put, s", "memory, MB", "get, s", "memory, MB", "kept, MB")
    metrics = ("put_s", "put_memory_mb", "get_s", "get_memory_mb", "kept_mb")
    lines = [
        [system, blob, f"{size:,}", *(f"{_median(rows, system, blob, size, metric):,.2f}" for metric in metrics)]
        for size in sizes
        for system in systems
        for blob in BLOBS
        if select(rows, "put_s", system=system, blob=blob, megabytes=size)
    ]
    return table(header, lines)


def _median(rows: Rows, system: str, blob: str, size: int, metric: str) -> float:
    found = select(rows, metric, system=system, blob=blob, megabytes=size)
    return median([row.value for row in found] or [float("nan")])


EXPERIMENT = Experiment(
    name="store-sizes",
    title="Stores: seconds and memory by the size of a blob",
    cells=cells,
    measure=measure,
    report=report,
    alone=True,
)
