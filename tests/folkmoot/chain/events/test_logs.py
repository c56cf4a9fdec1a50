import re
from collections.abc import Iterator
from dataclasses import fields
from keyword import iskeyword
from typing import Any, cast

import pytest
from eth_abi.abi import encode
from eth_typing import ABIEvent
from eth_utils.abi import collapse_if_tuple, event_abi_to_log_topic
from hexbytes import HexBytes

from folkmoot.chain import EVENTS, Client, Origin, Phase, StrikeReason, Verdict, decode_logs, fetch_events
from folkmoot.chain.abi import abi
from folkmoot.chain.events.federation import Deposited, TaskProposed
from folkmoot.chain.events.logs import CONTRACTS
from folkmoot.chain.events.rounds import RoundSettled, UpdateSubmitted
from folkmoot.chain.events.tasks import MemberStruck
from folkmoot.testing.memory import MemoryChain, MemoryNode

ENTRIES = {entry["name"]: entry for name in CONTRACTS for entry in abi(name) if entry["type"] == "event"}
SOMEBODY = "0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB"
SAMPLES: dict[str, Any] = {
    "address": SOMEBODY, "address[]": [SOMEBODY], "bool": True, "bool[]": [True], "bytes": b"\1\2",
    "bytes32": b"\7" * 32,
    "uint256": 3, "uint256[]": [5, 6], "uint8": 2, "uint8[]": [4],
}  # fmt: skip


def snake(name: str) -> str:
    word = re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
    return word + "_" if iskeyword(word) else word


def sample(entry: dict[str, Any]) -> Any:
    if entry["type"] == "tuple":
        return [sample(component) for component in entry["components"]]
    return SAMPLES.get(entry["type"], 3)


def topic_of(name: str) -> bytes:
    return event_abi_to_log_topic(cast("ABIEvent", ENTRIES[name]))


def log_of(name: str, **changes: Any) -> Any:
    entry = ENTRIES[name]
    indexed = [value for value in entry["inputs"] if value["indexed"]]
    plain = [value for value in entry["inputs"] if not value["indexed"]]
    topics = [topic_of(name), *(encode([value["type"]], [sample(value)]) for value in indexed)]
    log = {
        "address": "0x" + "22" * 20,
        "topics": [HexBytes(topic) for topic in topics],
        "data": HexBytes(encode([collapse_if_tuple(value) for value in plain], [sample(value) for value in plain])),
        "blockNumber": 12,
        "logIndex": 3,
        "transactionHash": HexBytes(b"\5" * 32),
    }
    return log | changes


def test_every_event_has_a_dataclass_and_no_other_has() -> None:
    assert set(EVENTS) == set(ENTRIES)


@pytest.mark.parametrize("name", EVENTS)
def test_events_have_the_contracts_values_in_their_order(name: str) -> None:
    names = [field.name for field in fields(EVENTS[name]) if field.name != "origin"]
    assert names == [snake(value["name"]) for value in ENTRIES[name]["inputs"]]


@pytest.mark.parametrize("name", EVENTS)
def test_every_event_is_decoded(name: str) -> None:
    (event,) = decode_logs([log_of(name)])
    assert type(event) is EVENTS[name]
    assert event.origin == Origin("0x" + "22" * 20, 12, 3, "0x" + "05" * 32)
    hash(event)


def test_values_have_the_packages_types() -> None:
    assert list(decode_logs([log_of("UpdateSubmitted"), log_of("MemberStruck"), log_of("Deposited")])) == [
        UpdateSubmitted(round=3, author=SOMEBODY, index=3, pointer=b"\7" * 32, samples=3),
        MemberStruck(round=3, member=SOMEBODY, reason=StrikeReason.MINORITY, strikes=3),
        Deposited(from_=SOMEBODY, amount=3),
    ]
    (settled,) = decode_logs([log_of("RoundSettled")])
    assert isinstance(settled, RoundSettled)
    assert settled.verdicts == (Verdict.ACCEPTED,)
    (proposed,) = decode_logs([log_of("TaskProposed")])
    assert isinstance(proposed, TaskProposed)
    assert (proposed.parameters.score_rule, proposed.parameters.max_terms) == (SOMEBODY, 2)
    (recovered,) = decode_logs([log_of("RoundRecovered")])
    assert recovered.stalled is Phase.SAMPLING  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "changes",
    [
        {"topics": []},
        {"topics": [HexBytes(b"\1" * 32)]},
        {"topics": [HexBytes(topic_of("MemberStruck"))]},
        {"data": HexBytes(b"")},
        {"data": HexBytes(encode(["uint256", "uint256"], [99, 1]))},
    ],
    ids=["anonymous", "foreign", "topics missing", "data missing", "no such fault"],
)
def test_foreign_logs_are_passed_over(changes: dict[str, Any]) -> None:
    assert list(decode_logs([log_of("MemberStruck", **changes)])) == []


def ranges(node: MemoryNode) -> list[tuple[int, int]]:
    asked: list[tuple[int, int]] = []

    def answer(query: dict[str, Any]) -> list[Any]:
        asked.append((int(query["fromBlock"], 16), int(query["toBlock"], 16)))
        return []

    node.instead["eth_getLogs"] = iter([answer] * 10)
    return asked


@pytest.mark.parametrize(
    ("head", "first", "last", "pages"),
    [
        (0, 0, None, [(0, 0)]),
        (4_999, 0, None, [(0, 4_999)]),
        (5_000, 0, None, [(0, 4_999), (5_000, 5_000)]),
        (12_000, 1_000, None, [(1_000, 5_999), (6_000, 10_999), (11_000, 12_000)]),
        (12_000, 1_000, 7_000, [(1_000, 5_999), (6_000, 7_000)]),
        (12_000, 11_999, 99_999, [(11_999, 12_000)]),
        (12_000, 12_001, None, []),
    ],
)
def test_pages_are_bounded_and_end_at_the_latest_block(
    head: int, first: int, last: int | None, pages: list[tuple[int, int]],
    chain: MemoryChain, node: MemoryNode, client: Client,
) -> None:  # fmt: skip
    chain.number = head
    asked = ranges(node)
    found: Iterator[Any] = fetch_events(client, ["0x" + "22" * 20], from_block=first, to_block=last)
    assert list(found) == []
    assert asked == pages
