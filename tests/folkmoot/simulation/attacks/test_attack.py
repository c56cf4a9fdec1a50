from dataclasses import replace

from folkmoot.simulation import ATTACKS, Attack
from folkmoot.simulation.attacks import colluding_committee, silence


def test_by_default_nothing_is_falsified() -> None:
    assert Attack().poisons == ()


def test_attacks_are_combined() -> None:
    combined = replace(ATTACKS["noise"], scores=colluding_committee, conduct=silence)
    assert combined.poisons == ("update", "scores", "conduct")
    assert combined.update is ATTACKS["noise"].update
    assert ATTACKS["noise"].poisons == ("update",)
