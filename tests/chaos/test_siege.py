"""Federations of real workers survive what `make chaos` does at length."""

from pathlib import Path

import pytest

from tests.chaos.siege import besiege


@pytest.mark.parametrize("seed", [2, 7])
def test_a_federation_survives_a_siege(seed: int, tmp_path: Path) -> None:
    report = besiege(tmp_path, seed, rounds=4)
    assert report.federations == 1
    assert report.rounds == 4
    assert report.kills > 0
    assert sum(report.faults.values()) > 0
