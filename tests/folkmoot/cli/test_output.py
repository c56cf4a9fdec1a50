import json
import time
from decimal import Decimal
from pathlib import Path

import pytest

from folkmoot.chain import Phase, PointerTally, Seat, Verdict
from folkmoot.cli.output import Output, duration, key_values, percent, print_error, table, timestamp, to_json
from folkmoot.errors import ConfigError, FolkmootError

SEAT = Seat(
    "0xab", baseline=5, tally=0, committed_in=1, attested_in=0, revealed=True, excused=False, seated_attempt=0, weight=0
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Verdict.ACCEPTED, "accepted"),
        (b"\x01\xff", "0x01ff"),
        (Path("a/b"), "a/b"),
        (Decimal("0.10"), "0.10"),
        (None, None),
        (2**80, 2**80),
        (True, True),
        ((1, (b"", Phase.TRAINING)), [1, ["0x", "training"]]),
        ({3: (Verdict.NONE,)}, {"3": ["none"]}),
        (PointerTally(bytes(1), 2, 0, 3, 4), {"pointer": "0x00", "votes": 2, "weight": 0, "round": 3, "attempt": 4}),
    ],
)
def test_values_as_json_has_them(value: object, expected: object) -> None:
    assert to_json(value) == expected


def test_json_and_nothing_else_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).show({"seat": SEAT}, "words", table("t", ("a",), [("b",)]))
    assert json.loads(capsys.readouterr().out)["seat"]["revealed"] is True


def test_words_and_nothing_else_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).show({"a": 1}, "[bold]as it is[/bold]", key_values({"a": "[b]", "b": None, "c": False}))
    lines = [" ".join(line.split()) for line in capsys.readouterr().out.splitlines()]
    assert lines == ["[bold]as it is[/bold]", "", "a [b]", "b –", "c no"]


def test_no_address_is_cut_where_no_terminal_is(capsys: pytest.CaptureFixture[str]) -> None:
    addresses = ["0x" + digit * 40 for digit in "abcd"]
    Output(as_json=False).show({}, table("t", "1234", [addresses]))
    assert capsys.readouterr().out.splitlines()[-1].split() == addresses


def test_telling_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(ConfigError("what is [wrong]", "mend it"), as_json=False)
    print_error(FolkmootError("no hint"), as_json=False)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "error: what is [wrong]\nhint: mend it\nerror: no hint\n")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0 s"),
        (0, "0 s"),
        (59, "59 s"),
        (61, "1 min 1 s"),
        (3_600, "1 h"),
        (90_061, "1 d 1 h"),
        (86_405, "1 d 5 s"),
    ],
)
def test_lengths_of_time(seconds: int, text: str) -> None:
    assert duration(seconds) == text


def test_percent() -> None:
    assert [percent(0), percent(9_340), percent(10_000)] == ["0.00 %", "93.40 %", "100.00 %"]


def test_a_moment_is_local(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert timestamp(0) == "1970-01-01 09:00:00"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("seconds", [2**40, 2**64 - 1])
def test_a_moment_beyond_the_calendar_is_told_in_seconds(seconds: int) -> None:
    assert timestamp(seconds) == f"second {seconds}"
