"""What explorers show of the contracts: their notices."""

import re
from enum import IntEnum
from pathlib import Path

import pytest

from folkmoot.chain import Membership, Metric, Milestone, Phase, StrikeReason, Verdict

CONTRACTS = Path("contracts")
SHOWN = sorted(file for file in CONTRACTS.rglob("*.sol") if "mocks" not in file.parts)
DECLARED = re.compile(r"^ +(?:event|function) +(\w+)")
EXTERNAL = re.compile(r"\b(external|public)\b|^ +event")


def undocumented(source: str) -> list[str]:
    """The events and external functions without a notice, or one from an interface."""
    lines, found = source.splitlines(), []
    for number, line in enumerate(lines):
        declared = DECLARED.match(line)
        head = re.split(r"[;{]", " ".join(lines[number : number + 12]))[0]
        if declared is None or not EXTERNAL.search(head):
            continue
        comment = re.search(r"(?: *///[^\n]*\n)*\Z", "\n".join(lines[:number]) + "\n")
        if comment is None or not re.search("@notice|@inheritdoc", comment[0]):
            found.append(declared[1])
    return found


@pytest.mark.parametrize("file", SHOWN, ids=str)
def test_every_function_and_event_has_a_notice(file: Path) -> None:
    assert undocumented(file.read_text()) == []


def test_what_has_no_notice_is_found() -> None:
    source = (
        "    /// @dev Nothing.\n    event Paid(address to);\n    /// @notice Ends it.\n    function end() external {\n"
    )
    assert undocumented(source) == ["Paid"]


@pytest.mark.parametrize("enum", [Membership, Metric, Milestone, Phase, StrikeReason, Verdict])
def test_notices_say_what_an_enums_numbers_mean(enum: type[IntEnum]) -> None:
    text = "".join(
        (CONTRACTS / "interfaces" / f"I{name}.sol").read_text() for name in ("Task", "Federation", "ScoreRule")
    )
    words = re.sub(r"\s*///\s*|\s+", " ", re.sub(r" \([^)]*\)", "", text))
    assert ", ".join(f"{member.value} {member.name.capitalize()}" for member in enum) in words
