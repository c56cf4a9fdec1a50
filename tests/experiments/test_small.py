"""Who lies where, what becomes of the liar on digits, and what is said of the results."""

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from experiments.experiment import Cell, Measured, Results
from experiments.small import BY_ACCURACY, FEDERATED, LIAR, cells, measure
from experiments.small_report import HOSPITALS, NOBODY, SYSTEMS, report
from folkmoot.simulation.attacks import Attack


def cell(system: str, liar: str = NOBODY, *judges: tuple[str, str], passes: int = 1, seed: int = 1) -> Cell:
    return Cell(system=system, settings=(("passes", passes), ("liar", liar), *judges), seed=seed)


@cache
def measured(one: Cell) -> dict[str, float]:
    (known,) = [quick for quick in cells(True) if str(quick) == str(one)]
    return {found.metric: found.value for found in measure(known, None, lambda *_: None)}


def test_each_hospital_lies_in_each_system_and_seed() -> None:
    there = Counter((one.system, dict(one.settings).get("liar", ""), one.seed) for one in cells(False))
    for system in FEDERATED:
        kinds = 4 if system == "peers" else 2  # one and five passes; peers by two metrics
        assert {liar for name, liar, _ in there if name == system} == {NOBODY, *HOSPITALS}
        assert {count for (name, _, _), count in there.items() if name == system} == {kinds}
    assert {seed for _, _, seed in there} == {1, 2, 3, 4, 5}
    assert len(there) == 5 * (2 + 5 * len(FEDERATED))


def test_a_fifth_of_the_cells_is_a_whole_table() -> None:
    first = [one for one in cells(False) if one.seed == 1]
    assert cells(False)[: len(first)] == first


def test_the_liar_falsifies_data_update_and_judgement() -> None:
    assert LIAR.poisons == ("data", "update", "scores")
    assert (LIAR.baseline, Attack().baseline) == (10_000, None)


def test_peers_keep_the_liar_out_and_strike_nobody_else() -> None:
    found = measured(cell("peers", HOSPITALS[-1]))
    assert found["honest"] == 3 * found["rounds"] == 9
    assert (found["honest_refused"], found["honest_struck"], found["liar_accepted"]) == (0, 0, 0)
    assert found["auc@3"] > found["auc@1"] > 0.5


def test_plain_averaging_takes_whatever_comes() -> None:
    found = measured(cell("basic-fl", HOSPITALS[-1]))
    assert (found["honest_refused"], found["liar_accepted"]) == (0, found["rounds"])
    assert found["auc"] < measured(cell("peers", HOSPITALS[-1]))["auc"] - 0.1


def test_auc_is_the_mean_of_the_last_five_rounds() -> None:
    found = measured(cell("peers", HOSPITALS[-1]))
    assert found["auc"] == pytest.approx(sum(found[f"auc@{number}"] for number in (1, 2, 3)) / 3)


def test_every_system_has_its_place_in_the_table() -> None:
    assert {name.split()[0].rstrip(":") for name in SYSTEMS} == {one.system for one in cells(False)}


def test_a_table_for_each_number_of_passes_with_the_lowest_seed_and_what_became_of_the_honest(tmp_path: Path) -> None:
    results = Results(tmp_path / "small.csv")

    def add(one: Cell, auc: float, honest: int = 0, refused: int = 0, struck: int = 0) -> None:
        told = {"honest": honest, "honest_refused": refused, "honest_struck": struck} if honest else {}
        counted = [Measured(metric, value) for metric, value in told.items()]
        results.append("small", one, [Measured("auc", auc), Measured("auc@1", auc), *counted], "abc")

    add(Cell(system="alone", settings=(("passes", 1), ("hospital", "va")), seed=1), 0.7)
    for seed, auc in ((1, 0.9), (2, 0.8)):
        add(cell("peers", seed=seed), auc, honest=80)
        add(cell("peers", "va", seed=seed), auc - 0.1, honest=60, refused=3, struck=seed - 1)
        add(cell("peers", "cleveland", *BY_ACCURACY, seed=seed), 0.5, honest=60, refused=60)
    add(cell("peers", passes=5), 0.95, honest=80)
    assert report(results.rows(), tmp_path / "small").splitlines() == [
        "## Passes a round: 1",
        "",
        "| AUC | clean | liar: cleveland | liar: va | honest refused, struck: clean | with a liar |",
        "| :-- | --: | --: | --: | --: | --: |",
        "| alone: va | 0.700 (0.700) | – | – | – | – |",
        "| peers by accuracy | – | 0.500 (0.500) | – | – | 120 of 120, 0 |",
        "| peers | 0.850 (0.800) | – | 0.750 (0.700) | 0 of 160, 0 | 6 of 120, 1 |",
        "",
        "## Passes a round: 5",
        "",
        "| AUC | clean | honest refused, struck: clean | with a liar |",
        "| :-- | --: | --: | --: |",
        "| peers | 0.950 (0.950) | 0 of 80, 0 | – |",
    ]
    assert (tmp_path / "small.png").read_bytes()[1:4] == b"PNG"
