"""Each experiment as `--quick` runs it."""

from fnmatch import fnmatch
from pathlib import Path

import pytest

from experiments.experiment import Cell, Measured, Results
from experiments.registry import EXPERIMENTS
from experiments.running import run
from tests.support.experiments import run_experiment, skip_where_impossible

REPEATED = (
    "bflc A=200;p=0.4;by=*",
    "* malicious=0;vacancies=order *",
    "bflc malicious=0.5;vacancies=draw seed *",
    "bflc malicious=0.5;vacancies=order;strikes=allowed *",
    "basic-fl split=iid;attack=clean *",
    "bflc split=iid;attack=clean;guard=direction *",
    "* members=16;committee=*",
    "alone passes=1;hospital=[!c]*",
    "* passes=1;liar=none*",
    "peers passes=1;liar=va seed 1",  # which has a test of its own
    "basic-fl passes=1;liar=va seed 1",
    "* megabytes=1;clients=3;*",  # which test_storage measures
    "[!f]* blob=encrypted;*",  # test_store_sizes puts both kinds into each store
    "[!f]* blob=*;megabytes=20 *",
)
"""Cells that join what other cells of their experiment do: a system, an attack and rules that those have as well."""


def is_repeated(cell: Cell) -> bool:
    return any(fnmatch(str(cell), pattern) for pattern in REPEATED)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_a_quick_experiment_measures_its_cells_and_shows_them(name: str, tmp_path: Path) -> None:
    skip_where_impossible(name)
    results = Results(tmp_path / f"{name}.csv")
    cells = [cell for cell in EXPERIMENTS[name].cells(True) if not is_repeated(cell)]
    run(EXPERIMENTS[name], results, cells, data=None, jobs=1)
    done = run_experiment(name, tmp_path, "--quick", "--jobs", "0")
    assert done.exit_code == 0
    rows = results.rows()
    assert not results.missing(cells)
    assert {row.experiment for row in rows} == {name}
    assert all(row.commit for row in rows)
    assert all(0 <= row.value <= 1 for row in rows if row.metric.startswith(("accuracy", "majority", "attack")))
    assert "|" in done.stdout
    assert (tmp_path / f"{name}.md").read_text().startswith("# ")
    assert (tmp_path / f"{name}.png").read_bytes()[1:4] == b"PNG"


def test_the_command_measures_what_is_missing_and_whatever_is_lost_the_same_again(tmp_path: Path) -> None:
    results = Results(tmp_path / "matrix.csv")
    *others, alone = EXPERIMENTS["matrix"].cells(True)
    for one in others:
        results.append("matrix", one, [Measured("accuracy", 0.5), Measured("majority", 0.1)], "abc")
    kept = results.path.read_text()
    assert run_experiment("matrix", tmp_path, "--quick", "--jobs", "2").exit_code == 0
    whole = results.path.read_text()
    assert whole.startswith(kept)
    assert results.missing([*others, alone]) == []
    results.path.write_text(kept)
    assert run_experiment("matrix", tmp_path, "--quick", "--jobs", "1").exit_code == 0
    assert results.path.read_text() == whole  # the same, and no more
