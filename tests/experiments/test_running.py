"""A run of cells in processes of their own."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from experiments.bflc_table1 import EXPERIMENT as TABLE1
from experiments.experiment import Cell, Measured, Results
from experiments.matrix import cells
from experiments.running import run
from folkmoot.errors import FolkmootError
from folkmoot.testing.consortium import PATIENCE
from tests.support.family import descendants, parents
from tools.workcopy import ROOT


def test_a_cell_that_fails_stops_no_other_and_is_named(tmp_path: Path) -> None:
    one, *_, good = TABLE1.cells(True)
    bad = Cell(system="nobody", settings=one.settings, seed=7)
    results = Results(tmp_path / "bflc-table1.csv")
    with pytest.raises(FolkmootError, match=rf"^1 of 2 cells failed; first {bad}: no system 'nobody' runs"):
        run(TABLE1, results, [bad, good], data=None, jobs=1)
    assert results.missing([bad, good]) == [bad]


def test_who_stops_a_run_leaves_no_process_busy_or_idle(tmp_path: Path) -> None:
    """Two processes for one cell."""
    done, results = cells(True)[1:], Results(tmp_path / "matrix.csv")
    for one in done:
        results.append("matrix", one, [Measured("accuracy", 0.5)], "abc")
    command = [sys.executable, "-m", "experiments", "matrix", "--quick", "--results", str(tmp_path), "--jobs", "2"]
    run = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        started = wait_for_a_chain(run.pid)
        run.send_signal(signal.SIGTERM)
        _, told = run.communicate(timeout=PATIENCE)
        assert (run.returncode, told) == (1, "matrix: stopped; the same command goes on with what is missing\n")
        assert not started & set(parents())
    finally:
        run.kill()
        run.wait()


def wait_for_a_chain(pid: int) -> set[int]:
    """All processes below one, once a chain is among them: imports start processes of their own before."""
    tries = Retrying(
        retry=retry_if_result(lambda found: not found), wait=wait_fixed(0.05), stop=stop_after_delay(PATIENCE)
    )
    return tries(lambda: _family_with_chain(pid))


def _family_with_chain(pid: int) -> set[int]:
    found = descendants(pid)
    return found if "anvil" in map(name_of, found) else set()


def name_of(pid: int) -> str:
    """The name of a process; empty once it has ended."""
    return subprocess.run(
        ["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
