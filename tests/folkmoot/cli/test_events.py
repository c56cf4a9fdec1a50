"""Logs as lines."""

import json
from typing import Any

import pytest
from hexbytes import HexBytes
from web3 import Web3

from folkmoot.chain.events.federation import PeersAnnounced, TaskProposed
from folkmoot.chain.events.rounds import RoundSettled
from folkmoot.chain.events.tasks import MemberStruck
from folkmoot.cli.events import _decoded, _line, _raw, _raw_line
from folkmoot.cli.tables import Whole
from tests.support.logs import ENTRIES, SOMEBODY, log_from, log_of

ADDRESS = Web3.to_checksum_address("0x" + "22" * 20)
NAMES = {ADDRESS: "task 3"}


def log(name: str, **changes: Any) -> Any:
    return log_of(name, address=ADDRESS, **changes)


def test_an_event_with_names_and_values() -> None:
    found = _decoded(log("MemberStruck"), NAMES)
    assert found == {
        "block": 12, "index": 3, "transaction": "0x" + "05" * 32, "contract": "task 3", "address": ADDRESS,
        "event": MemberStruck.__name__,
        "values": {"round": 3, "member": SOMEBODY, "reason": "minority", "strikes": 3},
    }  # fmt: skip
    assert _line(found) == f'12 task 3: MemberStruck round=3 member={SOMEBODY} reason="minority" strikes=3'


@pytest.mark.parametrize("name", ENTRIES)
def test_every_event_is_one_line(name: str) -> None:
    found = _decoded(log(name), NAMES)
    assert found["event"] == name
    assert "\n" not in _line(found)
    json.dumps(found)


def test_lists_and_the_settings_of_a_task_are_json() -> None:
    assert f'authors=["{SOMEBODY}"]' in _line(_decoded(log(RoundSettled.__name__), NAMES))
    values = _decoded(log(TaskProposed.__name__), NAMES)["values"]
    assert values["parameters"]["total_rounds"] == 3


def test_a_text_of_others_breaks_no_line() -> None:
    event = PeersAnnounced(SOMEBODY, '/ip4/1\n99 treasury: Withdrawn account="x"')
    line = _line(_decoded(log_from(event, 12, 3, ADDRESS), NAMES))
    assert line == (
        f'12 task 3: PeersAnnounced member={SOMEBODY} addresses="/ip4/1\\n99 treasury: Withdrawn account=\\"x\\""'
    )


def test_a_raw_log_is_as_the_node_tells_it() -> None:
    topics = [HexBytes(b"\1" * 32), HexBytes(b"\2" * 32)]
    found = _raw(log("EnrolmentClosed", topics=topics, data=HexBytes(b"\7")), NAMES)
    assert found["topics"] == ["0x" + "01" * 32, "0x" + "02" * 32]
    assert _raw_line(found) == f"12 task 3: 0x{'01' * 32},0x{'02' * 32} 0x07"


def test_what_is_no_event_of_ours_stays_raw() -> None:
    found = _decoded(log("EnrolmentClosed", topics=[], data=HexBytes(b"\7")), NAMES)
    assert "event" not in found
    assert _line(found) == "12 task 3: - 0x07"
    assert isinstance(_line(found), Whole), "no names in bytes"
