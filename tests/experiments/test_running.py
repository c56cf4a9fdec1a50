"""A run of cells in processes of their own."""

from pathlib import Path

import pytest

from experiments.experiment import Cell
from experiments.matrix import EXPERIMENT, cells
from experiments.results import Results
from experiments.running import run
from offchain.errors import WitanError


def test_a_cell_that_fails_stops_no_other_and_is_named(tmp_path: Path) -> None:
    (good, *_) = cells(True)
    bad = Cell(system="nobody", settings=good.settings, seed=7)
    results = Results(tmp_path / "matrix.csv")
    with pytest.raises(WitanError, match=rf"^1 of 2 cells failed; first {bad}: no system 'nobody' runs"):
        run(EXPERIMENT, results, [bad, good], data=None, jobs=1)
    assert results.missing([bad, good]) == [bad]
