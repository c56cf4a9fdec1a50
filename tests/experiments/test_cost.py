"""What is counted agrees with what happened, told in other ways."""

from functools import cache

import pytest

from experiments.cost import CALLS, GAS, cells, measure
from experiments.experiment import Cell

JUDGED, UNJUDGED = (next(cell for cell in cells(True) if cell.system == system) for system in ("bflc", "basic-fl"))


@cache
def measured(cell: Cell) -> dict[str, float]:
    return {one.metric: one.value for one in measure(cell, None, lambda *_: None)}


def total(found: dict[str, float], prefix: str) -> float:
    return sum(value for metric, value in found.items() if metric.startswith(prefix))


def test_a_committee_evaluates_each_update_once_a_seat() -> None:
    found = measured(JUDGED)
    p, q = found["trainers"], found["seats"]
    assert p + q == JUDGED["members"]
    assert found["evaluations"] == p * q < (p + q) ** 2
    assert found["baselines"] == q


def test_nobody_evaluates_where_only_availability_counts() -> None:
    found = measured(UNJUDGED)
    assert found["evaluations"] == found["baselines"] == 0


@pytest.mark.parametrize("cell", [JUDGED, UNJUDGED], ids=lambda cell: cell.system)
def test_the_functions_add_up_to_the_round(cell: Cell) -> None:
    found = measured(cell)
    spent = sum(
        found[f"{CALLS}{name}"] * found[f"{GAS}{name}"] for name in ("submitUpdate", "commitScores", "revealScores")
    )
    assert found[f"{CALLS}submitUpdate"] == found["trainers"]
    assert found[f"{CALLS}commitScores"] == found[f"{CALLS}revealScores"] == found["seats"]
    assert total(found, CALLS) == found["transactions"] - found["late_transactions"]
    assert 0 < spent < found["gas"]
