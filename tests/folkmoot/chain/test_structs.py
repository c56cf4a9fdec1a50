import re
from dataclasses import FrozenInstanceError, fields
from enum import IntEnum
from pathlib import Path
from typing import Any

import pytest

from folkmoot import chain
from folkmoot.chain.abi import abi, typed

CONTRACTS = Path(__file__).resolve().parents[3] / "contracts"
ENUMS = ("Phase", "Milestone", "Verdict", "StrikeReason", "Metric", "Membership")
STRUCTS = {
    "Account": ("Federation", "accountOf"), "PointerTally": ("Task", "tallies"), "Participant": ("Task", "participant"),
    "Parameters": ("Task", "parameters"), "Roster": ("Task", "roster"), "Round": ("Task", "round"),
    "Seat": ("Task", "seats"), "RoundProgress": ("Task", "progress"), "Update": ("Task", "updates"),
}  # fmt: skip


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def returned(contract: str, function: str) -> list[dict[str, Any]]:
    entry = next(entry for entry in abi(contract) if entry.get("name") == function)
    components: list[dict[str, Any]] = entry["outputs"][0]["components"]
    return components


@pytest.mark.parametrize("name", ENUMS)
def test_enums_are_the_contracts(name: str) -> None:
    source = "".join(path.read_text() for path in sorted(CONTRACTS.rglob("*.sol")))
    body = re.search(rf"^enum {name} {{(.*?)}}", source, re.MULTILINE | re.DOTALL)
    assert body is not None
    declared = re.findall(r"^\s*(\w+)", body[1], re.MULTILINE)
    enum: type[IntEnum] = getattr(chain, name)
    assert [(snake(word), value) for value, word in enumerate(declared)] == [
        (member.name.lower(), member.value) for member in enum
    ]


@pytest.mark.parametrize("name", STRUCTS)
def test_structs_have_the_contracts_fields_in_their_order(name: str) -> None:
    components = returned(*STRUCTS[name])
    struct = getattr(chain, name)
    assert [field.name for field in fields(struct)] == [snake(component["name"]) for component in components]
    zeros = {"address": "0x" + "00" * 20, "bool": False, "bytes32": bytes(32)}
    value = typed(struct, [zeros.get(component["type"], 0) for component in components])
    for field, component in zip(fields(struct), components, strict=True):
        expected = {"address": str, "bool": bool, "bytes32": bytes}.get(component["type"], int)
        assert isinstance(getattr(value, field.name), expected)


def test_structs_are_frozen_and_have_slots() -> None:
    roster = chain.Roster(1, 2, 3, 4, 5, 6, 7)
    with pytest.raises(FrozenInstanceError):
        roster.start_by = 2  # type: ignore[misc]
    assert not hasattr(roster, "__dict__")


def test_values_become_what_the_hints_say() -> None:
    assert typed(tuple[chain.Verdict, ...], [4, 1]) == (chain.Verdict.ACCEPTED, chain.Verdict.FAULT)
    assert typed(str, "0x" + "ab" * 20) == "0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB"
    assert typed(str, "FED") == "FED"
    assert typed(bytes, bytearray(b"\1")) == b"\1"
    with pytest.raises(ValueError, match="99"):
        typed(chain.Phase, 99)
