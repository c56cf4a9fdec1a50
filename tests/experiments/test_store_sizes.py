"""One blob through each kind of store, by fresh processes; and how that is shown."""

from itertools import product
from pathlib import Path

import pytest

from experiments.experiment import Cell, Measured, Results
from experiments.services import SERVICES
from experiments.store_sizes import BLOBS, cells, measure, report
from folkmoot.errors import ConfigError
from folkmoot.testing.servers import require

PROGRAMS = {"ipfs": "ipfs", "s3": "versitygw"}


def cell(system: str, megabytes: int, seed: int = 1, blob: str = "clear") -> Cell:
    return Cell(system=system, settings=(("blob", blob), ("megabytes", megabytes)), seed=seed)


@pytest.mark.parametrize("blob", BLOBS)
@pytest.mark.parametrize("system", SERVICES)
def test_a_store_keeps_a_blob_once_and_gives_it_to_another_process(system: str, blob: str) -> None:
    try:
        require(PROGRAMS.get(system, "sh"), system)
    except ConfigError as error:
        pytest.skip(str(error))
    found = {one.metric: one.value for one in measure(cell(system, 5, blob=blob), None, lambda *_: None)}
    assert 5 <= found["kept_mb"] < 5.1
    assert min(found["put_s"], found["get_s"]) > 0
    assert max(found["put_memory_mb"], found["get_memory_mb"]) < 100  # and not 1 MB for each 1 kB


def test_every_store_is_measured_with_every_size() -> None:
    there = {(one.system, one["blob"], one["megabytes"], one.seed) for one in cells(False)}
    assert there == {*product(SERVICES, BLOBS, (1, 50, 1000), (1, 2, 3))}


def test_a_line_for_each_size_and_store_with_medians(tmp_path: Path) -> None:
    results = Results(tmp_path / "store-sizes.csv")
    metrics = ("put_s", "put_memory_mb", "get_s", "get_memory_mb", "kept_mb")
    for seed, value in ((1, 1.0), (2, 9.0), (3, 2.0)):
        results.append("store-sizes", cell("sftp", 1000, seed), [Measured(metric, value) for metric in metrics], "abc")
    results.append("store-sizes", cell("folder", 1), [Measured(metric, 0.5) for metric in metrics], "abc")
    assert report(results.rows(), tmp_path / "store-sizes").splitlines() == [
        "| store | blob | MB | put, s | memory, MB | get, s | memory, MB | kept, MB |",
        "| :-- | --: | --: | --: | --: | --: | --: | --: |",
        "| folder | clear | 1 | 0.50 | 0.50 | 0.50 | 0.50 | 0.50 |",
        "| sftp | clear | 1,000 | 2.00 | 2.00 | 2.00 | 2.00 | 2.00 |",
    ]
    assert (tmp_path / "store-sizes.png").read_bytes()[1:4] == b"PNG"
