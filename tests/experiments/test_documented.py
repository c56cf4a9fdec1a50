"""What the experiments' README tells people to type is understood, and it leaves out no experiment and no file."""

import re
import shlex
from collections.abc import Collection

import pytest
import typer
from typer.testing import CliRunner

from experiments.__main__ import main
from experiments.data import ORIGINS
from experiments.experiment import COLUMNS
from experiments.registry import EXPERIMENTS
from tools.workcopy import ROOT

README = (ROOT / "experiments" / "README.md").read_text()
COMMANDS = re.findall(r"python -m experiments ([^`\n]*)", README)


APP = typer.Typer()
APP.command()(main)


def parse(line: str) -> str:
    """The experiment that a command would run. Raises an error of use if the line is not understood."""
    context = typer.main.get_command(APP).make_context("experiments", shlex.split(line, comments=True))
    name: str = context.params["name"]
    return name


def first_cells() -> Collection[str]:
    """What stands in backquotes at the beginning of the tables' lines."""
    return re.findall(r"^\| `([^`]+)`", README, re.MULTILINE)


@pytest.mark.parametrize("line", COMMANDS)
def test_a_documented_command_is_understood(line: str) -> None:
    assert parse(line) in first_cells()


@pytest.mark.parametrize("line", ["", "matrix --slow", "matrix more"])
def test_a_wrong_one_is_not(line: str) -> None:
    assert CliRunner().invoke(APP, shlex.split(line)).exit_code == 2


def test_every_experiment_has_a_command() -> None:
    assert set(EXPERIMENTS) == {parse(line) for line in COMMANDS}


def test_every_column_is_described() -> None:
    assert set(COLUMNS) <= set(first_cells())


@pytest.mark.parametrize("name", ORIGINS)
def test_every_file_of_data_is_described(name: str) -> None:
    assert f"**`{name}`**" in README
