"""Each experiment as `--quick` runs it."""

from pathlib import Path

import pytest

from experiments.experiment import Results
from experiments.registry import EXPERIMENTS
from experiments.running import run
from tests.support.experiments import run_experiment


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_quick_experiment_measures_every_cell_and_goes_on_where_it_stopped(name: str, tmp_path: Path) -> None:
    cells, results = EXPERIMENTS[name].cells(True), Results(tmp_path / f"{name}.csv")
    done = run_experiment(name, tmp_path, "--quick", "--jobs", "2" if name == "matrix" else "1")
    assert done.exit_code == 0
    rows = results.rows()
    assert not results.missing(cells)
    assert {row.experiment for row in rows} == {name}
    assert all(row.commit for row in rows)
    assert all(0 <= row.value <= 1 for row in rows if row.metric.startswith(("accuracy", "majority", "attack")))
    assert "|" in done.stdout
    assert (tmp_path / f"{name}.md").read_text().startswith("# ")
    assert (tmp_path / f"{name}.png").read_bytes()[1:4] == b"PNG"

    whole = results.path.read_text().splitlines(keepends=True)
    lost = [f",{cell.system},{cell.setting}," for cell in (cells[0], *cells[2:][-1:])]
    kept = [line for line in whole if not any(cell in line for cell in lost)]
    assert 1 < len(kept) < len(whole)
    results.path.write_text("".join(kept))
    run(EXPERIMENTS[name], results, cells, data=None, jobs=1)
    assert sorted(results.path.read_text().splitlines(keepends=True)) == sorted(whole)  # the same again, and no more
