"""The list of mutants keeps pace with the contracts; whether the tests notice them is what `make mutants` tells."""

import pytest

from tools.mutants import Mutant, load
from tools.workcopy import ROOT


def test_there_are_enough_and_no_two_of_a_name() -> None:
    names = [mutant.name for mutant in load([])]
    assert len(set(names)) == len(names) >= 20


@pytest.mark.parametrize("mutant", load([]), ids=lambda mutant: mutant.name)
def test_what_a_mutant_edits_stands_in_the_contracts_just_once(mutant: Mutant) -> None:
    assert mutant.edited(ROOT) != (ROOT / "contracts" / mutant.file).read_text()


@pytest.mark.parametrize("find", ["no such line", "r.submitted"])
def test_another_one_is_refused(find: str) -> None:
    with pytest.raises(ValueError, match="stands"):
        Mutant("odd", "rounds/Closing.sol", find, "").edited(ROOT)
