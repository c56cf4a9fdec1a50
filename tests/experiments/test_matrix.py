"""Which cells there are, in which order, and what is said of the results."""

from dataclasses import replace
from pathlib import Path

from experiments.experiment import Cell, Measured, Results
from experiments.matrix import CLEAN, MAIN, cells, report
from experiments.systems import GUARD, PRESETS
from folkmoot.simulation.attacks import ATTACKS
from tests.support.experiments import run_experiment


def cell(attack: str, *, system: str = "krum", split: str = "writer", seed: int = 1) -> Cell:
    return Cell(system=system, settings=(("split", split), ("attack", attack)), seed=seed)


def results(folder: Path, accuracies: dict[Cell, float]) -> Results:
    made = Results(folder / "matrix.csv")
    for one, accuracy in accuracies.items():
        made.append("matrix", one, [Measured("accuracy", accuracy), Measured("majority", 0.1)], "abc")
    return made


def test_every_attack_meets_every_system_and_the_main_ones_all_data() -> None:
    there = {(one.system, one["split"], one["attack"]) for one in cells(False)}
    attacks = {CLEAN, *ATTACKS} - {"bulyan-attack", "liar", "silent"}
    assert ATTACKS["bulyan-attack"] == ATTACKS["krum-attack"]
    assert {(system, "writer", attack) for system in PRESETS for attack in attacks} <= there
    for split in ("iid", "dirichlet"):
        assert {attack for _, where, attack in there if where == split} == {CLEAN, *MAIN}


def test_a_third_of_the_cells_is_a_whole_table() -> None:
    all_cells = cells(False)
    third = all_cells[: len(all_cells) // 3]
    assert {one.seed for one in third} == {1}
    assert {(one.system, one.setting) for one in third} == {(one.system, one.setting) for one in all_cells}


def test_a_failure_is_ten_points_below_the_own_clean_run(tmp_path: Path) -> None:
    mean_of_seeds = {cell("noise"): 0.9, cell("noise", seed=2): 0.7}
    made = results(tmp_path, {cell(CLEAN): 0.92, cell("scaling"): 0.83, cell("label-flip"): 0.5, **mean_of_seeds})
    text = report(made.rows(), tmp_path / "matrix")
    assert text.endswith("- **krum**: by writer: label-flip (−42.0), noise (−12.0).")
    assert "| noise | 80.00 % ± 14.14 |" in text


def test_a_task_that_ended_early_is_marked_and_named(tmp_path: Path) -> None:
    made = results(tmp_path, {cell(CLEAN): 0.9, cell("noise"): 0.8, cell("noise", seed=2): 0.8})
    for one, rounds in ((cell(CLEAN), 20), (cell("noise"), 20), (cell("noise", seed=2), 7)):
        made.append("matrix", one, [Measured("rounds", rounds)], "abc")
    text = report(made.rows(), tmp_path / "matrix")
    assert "| clean | 90.00 % |" in text
    assert "| noise | 80.00 % ± 0.00‡ |" in text
    assert "\n- **krum**: by writer, noise, seed 2: after 7 rounds\n" in text


def test_a_guarded_system_is_one_of_its_own(tmp_path: Path) -> None:
    plain = cell(CLEAN, system="bflc")
    guarded = replace(plain, settings=(*plain.settings, GUARD))
    assert {plain, guarded} <= set(cells(False))
    text = report(results(tmp_path, {plain: 0.9, guarded: 0.8}).rows(), tmp_path / "matrix")
    assert "| attack | bflc | bflc guarded |" in text
    assert "| clean | 90.00 % | 80.00 % |" in text


def test_who_learns_nothing_clean_is_said_to_and_marked(tmp_path: Path) -> None:
    made = results(tmp_path, {cell(CLEAN, split="iid"): 0.3, cell("noise", split="iid"): 0.1})
    text = report(made.rows(), tmp_path / "matrix")
    assert text.endswith("- **krum**: IID: it does not learn, attacked or not.")
    assert "| noise | 10.00 %† |" in text


def test_what_there_is_so_far_is_shown_without_running_anything(tmp_path: Path) -> None:
    made = results(tmp_path, {cell(CLEAN): 0.92, cell("noise", system="bflc"): 0.91})
    before = made.path.read_text()
    assert "| noise | 91.00 %† | – |" in run_experiment("matrix", tmp_path, "--jobs", "0").stdout
    assert made.path.read_text() == before
    assert (tmp_path / "matrix.png").read_bytes()[1:4] == b"PNG"


def test_where_there_is_nothing_to_show_it_says_so(tmp_path: Path) -> None:
    done = run_experiment("matrix", tmp_path, "--jobs", "0")
    told = f"matrix: there are no results in {tmp_path / 'matrix.csv'} (run it with --jobs 1 or more)\n"
    assert (done.exit_code, done.output) == (1, told)
    assert not list(tmp_path.iterdir())
