"""The experiments' command."""

from pathlib import Path

import typer
from typer.testing import CliRunner, Result

from experiments.__main__ import main

APP = typer.Typer()
APP.command()(main)


def run_experiment(name: str, folder: Path, *options: str) -> Result:
    """Run an experiment into a folder of results, in this process, which has imported everything."""
    return CliRunner().invoke(APP, [name, "--results", str(folder), *options], catch_exceptions=False)
