import re
from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from folkmoot import chain
from folkmoot.chain.abi import abi, typed

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
    roster = chain.Roster(1, 2, 3, 4, 5, 6)
    with pytest.raises(FrozenInstanceError):
        roster.start_by = 2  # type: ignore[misc]
    assert not hasattr(roster, "__dict__")


SEAT = chain.Seat("0x" + "11" * 20, 0, 0, committed_in=0, attested_in=0, revealed=False, excused=False,
                  seated_attempt=0, weight=0, scored=False)  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "committed"),
    [
        ({}, [False, False]),
        ({"committed_in": 1}, [True, False]),
        ({"committed_in": 2}, [False, True]),
        ({"committed_in": 1, "revealed": True}, [True, True]),
    ],
)
def test_a_commitment_holds_for_its_attempt_and_a_reveal_for_all(
    changes: dict[str, Any], committed: list[bool]
) -> None:
    assert [replace(SEAT, **changes).has_committed(attempt) for attempt in (0, 1)] == committed


def test_an_attestation_holds_for_its_attempt() -> None:
    assert [replace(SEAT, attested_in=2).has_attested(attempt) for attempt in (0, 1, 2)] == [False, True, False]
    assert not SEAT.has_attested(0)
