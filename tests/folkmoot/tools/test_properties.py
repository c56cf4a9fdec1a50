"""The properties that the specification names are those that the Solidity tests hold, each in the files it names."""

import re
from collections import defaultdict
from pathlib import Path

from tools.workcopy import ROOT

TESTS = ROOT / "tests" / "forge"
SECTION = (ROOT / "SPECIFICATION.md").read_text().partition("## 13. Properties\n")[2].partition("\n## ")[0]
ROWS = re.findall(r"^\| ([\w -]+) \|.*\| (`.*\.t\.sol`) \|$", SECTION, re.MULTILINE)
ASSERTED = re.compile(r'"(\w[\w -]+): ')
IMPORTED = re.compile(r'from "(\./[^"]+)"')


def sources(file: Path) -> str:
    """What stands in a test file and in those it imports from its folder, for they share a contract."""
    source = file.read_text()
    return source + "".join(sources((file.parent / name).resolve()) for name in IMPORTED.findall(source))


def held() -> dict[str, set[str]]:
    """The files in which assertions begin with a name, by that name; a figure's name has no assertion."""
    files = defaultdict(set)
    for file in TESTS.glob("*.t.sol"):
        for name in ASSERTED.findall(sources(file)):
            files[name].add(file.name)
    del files["whole round"]
    return dict(files)


def test_every_property_is_held_where_the_specification_says() -> None:
    assert {name: set(re.findall("`([^`]+)`", files)) for name, files in ROWS} == held()


def test_no_two_have_one_name() -> None:
    assert len(ROWS) == len(dict(ROWS)) > 0
