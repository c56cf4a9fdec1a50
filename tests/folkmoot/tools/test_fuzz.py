"""The copy that `make fuzz` plays on: the contracts with small pages, and nothing else changed."""

import shutil
from pathlib import Path

import pytest

from tools.fuzz import RESULT, make_pages_small
from tools.workcopy import ROOT

CONTRACTS = ROOT / "contracts"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTRACTS, tmp_path / "contracts"))


def changed(copy: Path) -> set[str]:
    names = (file.relative_to(copy).as_posix() for file in copy.rglob("*.sol"))
    return {name for name in names if (copy / name).read_text() != (CONTRACTS / name).read_text()}


def test_the_sizes_of_pages_become_small(copy: Path) -> None:
    make_pages_small(copy)
    files = ("Attestation", "Closing", "Elections", "Enrolment", "Recovery", "State")
    assert changed(copy) == {f"rounds/{file}.sol" for file in files}
    assert "PAGE = 4;" in (copy / "rounds" / "State.sol").read_text()
    assert not any("MAX_PER_CALL" in file.read_text() for file in copy.rglob("*.sol"))
    assert "enrolled <= block.basefee" in (copy / "rounds" / "Enrolment.sol").read_text()


@pytest.mark.parametrize(
    ("file", "find", "named"), [("State", "PAGE = 16", "PAGE"), ("Closing", "MAX_PER_CALL = 200", "2 sizes of pages")]
)
def test_other_declarations_are_refused(copy: Path, file: str, find: str, named: str) -> None:
    source = copy / "rounds" / f"{file}.sol"
    assert find in source.read_text()
    source.write_text(source.read_text().replace(find, find + "0 + 1"))
    with pytest.raises(ValueError, match=named):
        make_pages_small(copy)


def test_the_counts_are_read_from_what_forge_prints() -> None:
    printed = "\n[PASS] invariant_holds() (runs: 37, calls: 18500, reverts: 0)\n"
    found = RESULT.search(printed)
    assert found is not None
    assert found.groups() == ("PASS", "37", "18500", "0")
