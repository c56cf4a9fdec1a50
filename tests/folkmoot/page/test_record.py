"""Records that are read again, and files that are none."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from folkmoot.errors import ConfigError
from folkmoot.page import record
from folkmoot.page.asking import (
    REFUSED,
    Asked,
    ChainId,
    Code,
    Fault,
    Header,
    HeadNumber,
    Logs,
    ReceiptOf,
    View,
    selector,
)
from folkmoot.page.record import RecordSource, load
from folkmoot.page.saving import FILE
from tests.support.pages import FEDERATION, TASK, document

LOG = document()["logs"][0]


def written(folder: Path, content: bytes) -> Path:
    (folder / FILE).write_bytes(content)
    return folder


def answer(asked: Asked, **changes: Any) -> Any:
    (told,) = RecordSource.of(document(**changes)).answer([asked])
    return told if isinstance(told, Fault) else json.loads(told)


def test_it_answers_as_a_node_whose_latest_block_is_the_records(tmp_path: Path) -> None:
    source = load(written(tmp_path, gzip.compress(json.dumps(document()).encode())))
    assert source.answer([ChainId(), HeadNumber(), Header(8)]) == ['"0x7"', '"0x7"', "null"]
    assert source.answer([Header(None)]) == source.answer([Header(7)])
    assert source.settings()["recordedAt"] == 100


@pytest.mark.parametrize(
    ("first", "last", "found"), [(0, None, 1), (7, 7, 1), (7, 9, 1), (8, None, 0), (0, 6, 0), (9, 3, 0)]
)
def test_logs_are_those_of_the_blocks(first: int, last: int | None, found: int) -> None:
    assert answer(Logs((FEDERATION,), first, last)) == [LOG] * found


def test_logs_are_in_order_whatever_theirs_in_the_file() -> None:
    logs = [{**LOG, "blockNumber": hex(number), "logIndex": hex(index)} for number, index in ((9, 0), (7, 2), (7, 1))]
    told = answer(Logs((FEDERATION,), 0, None), logs=logs, head=9, blocks=[{"number": "0x9"}])
    assert told == logs[::-1]


@pytest.mark.parametrize(
    "asked",
    [
        Header(3),
        View(FEDERATION, selector("Federation", "memberCount")),
        Code(TASK),
        ReceiptOf("0x" + "00" * 32),
        Logs((TASK,), 0, None),
    ],
)
def test_what_is_not_in_it_is_told_so(asked: Asked) -> None:
    told = answer(asked)
    assert isinstance(told, Fault)
    assert told.code == REFUSED
    assert told.message.startswith("the record ")


def test_what_a_file_has_beside_it_is_not_passed_on() -> None:
    told = answer(Logs((FEDERATION,), 0, None), logs=[{**LOG, "more": "x"}])
    assert told == [LOG]


@pytest.mark.parametrize(
    "changes",
    [
        {"form": "folkmoot page record/2"},
        {"head": "0x7"},
        {"head": 9},
        {"logs": [{}]},
        {"logs": [{**LOG, "data": "no hex"}]},
        {"logs": None},
        {"blocks": []},
        {"views": [["0x1", "0x2", "0x3"]]},
        {"code": {FEDERATION: None}},
        {"audit": "all well"},
        {"settings": {}},
        {"settings": {**document()["settings"], "chainId": -1}},
        {"settings": {**document()["settings"], "names": {"x": "y"}}},
        {"settings": {**document()["settings"], "recordedAt": None}},
    ],
)
def test_another_document_is_no_record(tmp_path: Path, changes: dict[str, Any]) -> None:
    folder = written(tmp_path, gzip.compress(json.dumps(document(**changes)).encode()))
    with pytest.raises(ConfigError, match=r"record\.json\.gz is no record of a federation, or is damaged"):
        load(folder)


WHOLE = gzip.compress(json.dumps(document()).encode())


DAMAGED = {
    "empty": b"",
    "not gzipped": b"{}",
    "cut": WHOLE[:-9],
    "altered": WHOLE[:40] + bytes(4) + WHOLE[44:],
    "nested": gzip.compress(b"[" * 10**6),
    "no text": gzip.compress(b"\xff"),
}


@pytest.mark.parametrize("content", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_file_is_told_so(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(ConfigError, match="is no record of a federation") as error:
        load(written(tmp_path, content))
    assert "folkmoot page --save" in error.value.hint


def test_a_file_that_unpacks_to_too_much_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "MOST_BYTES", 10_000)
    with pytest.raises(ConfigError, match="it has more than 10000 bytes"):
        load(written(tmp_path, gzip.compress(bytes(10_001))))


def test_a_folder_without_a_record_says_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no such file"):
        load(tmp_path)
