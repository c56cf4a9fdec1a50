"""No module of the package is longer than a reader takes in: what grows beyond is given a module of its own."""

from pathlib import Path

import pytest

from tools.workcopy import ROOT

PACKAGE = ROOT / "offchain" / "folkmoot"
MOST = 250  # lines


def too_long(folder: Path) -> dict[str, int]:
    """The lines of each module in a folder and below that has too many."""
    lines = {
        path.relative_to(folder).as_posix(): len(path.read_text("utf-8").splitlines()) for path in folder.rglob("*.py")
    }
    return {module: number for module, number in lines.items() if number > MOST}


def test_every_module_of_the_package_has_so_many_lines_at_most() -> None:
    assert len(list(PACKAGE.rglob("*.py"))) > 100
    assert too_long(PACKAGE) == {}


@pytest.mark.parametrize(("lines", "found"), [(MOST, {}), (MOST + 1, {"chain/long.py": MOST + 1})])
def test_one_line_more_is_too_many(lines: int, found: dict[str, int], tmp_path: Path) -> None:
    (tmp_path / "chain").mkdir()
    (tmp_path / "chain" / "long.py").write_text("pass\n" * lines)
    assert too_long(tmp_path) == found
