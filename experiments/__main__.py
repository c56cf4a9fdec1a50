"""`python -m experiments NAME --data FOLDER [--quick] [--results FOLDER]`: run an experiment, or go on with it."""

import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from experiments.data import need
from experiments.experiment import Results
from experiments.registry import EXPERIMENTS, find
from experiments.report import write
from experiments.running import run
from folkmoot.errors import ConfigError, FolkmootError
from tools.workcopy import ROOT

RESULTS = ROOT / "experiments" / "results"
QUICK = ROOT / "runs" / "experiments"


def main(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(EXPERIMENTS)}.")],
    data: Annotated[Path | None, typer.Option(help="Folder with the data sets.", file_okay=False)] = None,
    quick: Annotated[bool, typer.Option("--quick", help="A small one on scikit-learn's digits, without data.")] = False,
    results: Annotated[
        Path | None, typer.Option(help="Folder of the results; what is there is not run again.", file_okay=False)
    ] = None,
    jobs: Annotated[int, typer.Option(min=0, help="Cells at a time, each with a chain of its own; 0 only shows.")] = 2,
) -> None:
    """Run every cell that has no results yet, then write NAME.md and NAME.png from all of them."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        experiment = find(name)
        if quick and data:
            raise ConfigError("--quick needs no --data", "leave out one of the two")
        table = Results((results or (QUICK if quick else RESULTS)) / f"{name}.csv")
        if jobs:
            folder = None if quick else need(data, experiment.files)
            run(experiment, table, experiment.cells(quick), data=folder, jobs=1 if experiment.alone else jobs)
        if not table.rows():
            raise ConfigError(f"there are no results in {table.path}", "run it with --jobs 1 or more")
        typer.echo(write(experiment, table, quick=quick))
    except FolkmootError as error:
        sys.exit(f"{name}: {error}")
    except KeyboardInterrupt:
        sys.exit(f"{name}: stopped; the same command goes on with what is missing")


if __name__ == "__main__":
    typer.run(main)
