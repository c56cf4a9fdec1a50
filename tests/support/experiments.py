"""The experiments' command."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from experiments.__main__ import main
from experiments.network import check
from folkmoot.errors import ConfigError
from folkmoot.testing.servers import require

APP = typer.Typer()
APP.command()(main)


def run_experiment(name: str, folder: Path, *options: str) -> Result:
    """Run an experiment into a folder of results, in this process, which has imported everything."""
    return CliRunner().invoke(APP, [name, "--results", str(folder), *options], catch_exceptions=False)


PROGRAMS = {"storage": ("ipfs",), "store-sizes": ("ipfs", "versitygw")}


def skip_where_impossible(name: str) -> None:
    """Skip a test of an experiment for which programs are missing, or nobody lets us make networks."""
    try:
        for program in PROGRAMS.get(name, ()):
            require(program, program)
        if name == "storage":
            check()
    except ConfigError as error:
        pytest.skip(str(error))
