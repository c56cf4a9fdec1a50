"""Managers' calls in words."""

from typing import Any

import pytest
from web3 import Web3

from folkmoot.chain.abi import abi
from folkmoot.cli.explain import in_words, meaning
from folkmoot.cli.output import Money, timestamp

A, B, C, TASK = (Web3.to_checksum_address("0x" + digit * 40) for digit in "1234")
FED = Money("FED", 2)


def encoded(contract: str, name: str, *args: object) -> bytes:
    return Web3.to_bytes(hexstr=Web3().eth.contract(abi=abi(contract)).encode_abi(name, args))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (encoded("Federation", "admit", 3), f"admit {C} by application 3"),
        (encoded("Federation", "reject", 3), f"reject application 3 of {C}"),
        (encoded("Federation", "ban", A), f"ban {A}"),
        (encoded("Federation", "unban", A), f"unban {A}"),
        (encoded("Federation", "setFee", 150), "set the fee of later applications and renewals to 1.5 FED"),
        (
            encoded("Federation", "setMembershipPeriod", 30 * 86_400),
            "set the period that the fee of later applications and renewals pays for to 30 d",
        ),
        (
            encoded("Federation", "setMembershipPeriod", 0),
            "set the period that the fee of later applications and renewals pays for to no expiry",
        ),
        (encoded("Federation", "addManager", A), f"add manager {A}"),
        (encoded("Federation", "removeManager", A), f"remove manager {A}"),
        (encoded("Federation", "replaceManager", A, B), f"replace manager {A} by {B}"),
        (encoded("Federation", "replaceMember", A, B, bytes(64)), f"replace member {A} by {B}"),
        (encoded("Federation", "setQuorum", 3), "set the approval quorum to 3"),
        (
            encoded("Task", "approve", 1_000, []),
            f"approve task {TASK} with a budget of 10 FED and a committee that is drawn at the start",
        ),
        (
            encoded("Task", "approve", 1_000, [A, B]),
            f"approve task {TASK} with a budget of 10 FED and the committee {A}, {B}",
        ),
        (encoded("Task", "fund", 50), f"add 0.5 FED to the budget of task {TASK}"),
        (encoded("Task", "pause", 5_400), f"pause task {TASK} for 1 h 30 min"),
        (
            encoded("Task", "resume", 90_000),
            f"resume task {TASK}, which is paused until {timestamp(90_000)}",
        ),
        (
            encoded("Task", "rollback", 1, [A, B]),
            f"roll task {TASK} back to model 1, with the committee {A}, {B}",
        ),
    ],
)
def test_every_managers_call_has_words(data: bytes, words: str) -> None:
    assert in_words(meaning(data), TASK, FED, applicant=C) == words


def test_no_managers_call_lacks_words() -> None:
    """Calls that a quorum executes are those on which the interface lets only managers decide."""
    counted = {
        *(
            "admit",
            "reject",
            "ban",
            "unban",
            "replaceMember",
            "setFee",
            "setMembershipPeriod",
            "addManager",
            "removeManager",
            "replaceManager",
        ),
        *("setMinBlocks", "setQuorum", "approve", "cancel", "fund", "pause", "resume", "rollback"),
    }
    sentences = {entry["name"] for name in ("Federation", "Task") for entry in abi(name) if _has_words(entry)}
    assert sentences == counted


def _has_words(entry: dict[str, Any]) -> bool:
    if entry["type"] != "function" or any("tuple" in value["type"] for value in entry["inputs"]):
        return False
    zeros = {
        "address": A,
        "uint256": 0,
        "bytes32": bytes(32),
        "bytes": b"",
        "string": "",
        "address[]": [],
        "uint256[]": [],
    }
    contract = Web3().eth.contract(abi=[entry])
    return (
        meaning(
            Web3.to_bytes(hexstr=contract.encode_abi(entry["name"], [zeros[v["type"]] for v in entry["inputs"]]))
        ).name
        != ""
    )


@pytest.mark.parametrize(
    "data", [b"", b"\1\2\3", b"\xff" * 40, encoded("Federation", "admit", 3)[:20], encoded("Federation", "leave")]
)
def test_other_calls_are_unknown(data: bytes) -> None:
    assert in_words(meaning(data), TASK, FED) == f"an unknown call on {TASK}"
