from pathlib import Path

import pytest

from experiments.experiment import COLUMNS, Cell, Measured, Results
from experiments.report import curve, percent, select, table
from folkmoot.errors import ConfigError

CELL = Cell(system="bflc", settings=(("active", 0.1), ("attack", "noise")), seed=2)


def test_a_results_file_has_the_columns_of_its_description(tmp_path: Path) -> None:
    results = Results(tmp_path / "new" / "x.csv")
    results.append("x", CELL, [Measured("accuracy", 0.5, 0.75), Measured("gas", 123456)], "abc")
    assert results.path.read_text().splitlines() == [
        "experiment,system,setting,seed,metric,value,paper,commit",
        "x,bflc,active=0.1;attack=noise,2,accuracy,0.5,0.75,abc",
        "x,bflc,active=0.1;attack=noise,2,gas,123456,,abc",
    ]
    assert COLUMNS[:7] == ("experiment", "system", "setting", "seed", "metric", "value", "paper")


def test_a_number_is_written_as_exactly_as_it_was_measured(tmp_path: Path) -> None:
    results = Results(tmp_path / "x.csv")
    results.append("x", CELL, [Measured("gas", 34_802_217), Measured("accuracy", 0.7431250001)], "abc")
    assert [row.value for row in results.rows()] == [34_802_217, 0.7431250001]


def test_only_what_is_missing_is_still_to_do(tmp_path: Path) -> None:
    results = Results(tmp_path / "x.csv")
    others = [Cell(system="krum", settings=CELL.settings, seed=2), Cell(system="bflc", settings=CELL.settings, seed=3)]
    assert results.missing([CELL, *others]) == [CELL, *others]
    results.append("x", CELL, [Measured("accuracy", 0.5)], "abc")
    assert results.missing([CELL, *others]) == others


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"experiment,seed\nx,one\n", b"a,b\n1,2\n"])
def test_a_file_without_results_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.csv").write_bytes(content)
    with pytest.raises(ConfigError, match="holds no results"):
        Results(tmp_path / "x.csv").rows()


def test_rows_are_found_by_system_seed_and_settings(tmp_path: Path) -> None:
    results = Results(tmp_path / "x.csv")
    results.append("x", CELL, [Measured("accuracy", 0.5), Measured("seats@3", 2), Measured("seats@10", 4)], "abc")
    rows = results.rows()
    assert [row.value for row in select(rows, "accuracy", system="bflc", active=0.1)] == [0.5]
    assert select(rows, "accuracy", attack="none") == []
    assert curve(rows, "seats") == [(3, 2.0), (10, 4.0)]


def test_a_table_says_where_nothing_was_measured() -> None:
    assert percent(None) == "–"
    assert percent(0.12345) == "12.35 %"
    assert table(("a", "b"), [("1", "2")]).splitlines() == ["| a | b |", "| :-- | --: |", "| 1 | 2 |"]
