import json
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.chain import Phase, PointerTally, Seat, Verdict
from folkmoot.cli.output import (
    COINS,
    Money,
    Output,
    duration,
    print_error,
    seconds,
    timestamp,
    to_json,
    write_new,
)
from folkmoot.cli.tables import Whole, key_values, table
from folkmoot.errors import ConfigError, FolkmootError
from tests.support.disk import full_disk

SEAT = Seat(
    "0xab", baseline=5, tally=0, committed_in=1, attested_in=0, revealed=True, excused=False, seated_attempt=0,
    weight=0, scored=False,
)  # fmt: skip


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


@pytest.mark.parametrize("parts", [("\x1b[31m0x\u202e",), (table("t", ("a",), [(Whole("\x1b[31m0x\u202e"),)]),)])
def test_a_terminal_obeys_nothing_that_is_shown(parts: tuple[Any, ...], capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=False).show({}, *parts)
    assert capsys.readouterr().out.splitlines()[-1].strip() == r"\x1b[31m0x\u202e"


@pytest.mark.parametrize("width", ["40", "80"])
def test_addresses_are_whole_at_the_width_of_the_terminal(
    width: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", width)
    address = "0x" + "a" * 40
    Output(as_json=False).show({}, f"{address} has left the federation", table("t", ("who",), [(address,)]))
    assert "".join(capsys.readouterr().out.split()).count(address) == 2


def test_an_error_is_one_line_that_no_terminal_obeys(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(ConfigError("it is \x1b[2J\nhint: gone", "look\rhere"), as_json=False)
    assert capsys.readouterr().err == "error: it is \\x1b[2J hint: gone\nhint: look\\rhere\n"


def test_an_error_and_its_hint(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(ConfigError("what is [wrong]", "fix it"), as_json=False)
    print_error(FolkmootError("no hint"), as_json=False)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "error: what is [wrong]\nhint: fix it\nerror: no hint\n")


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
def test_durations(seconds: int, text: str) -> None:
    assert duration(seconds) == text


def test_a_timestamp_is_local_and_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        assert timestamp(0) == "1970-01-01 09:00:00 +0900"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("seconds", [2**40, 2**64 - 1])
def test_a_timestamp_beyond_the_calendar_is_in_seconds(seconds: int) -> None:
    assert timestamp(seconds) == f"second {seconds}"


# ---------------------------------------------------------------------- amounts

FED = Money("FED", 18)


@pytest.mark.parametrize(
    ("units", "text"),
    [
        (0, "0 FED"),
        (1, "0.000000000000000001 FED"),
        (10**18, "1 FED"),
        (12_500_000_000_000_000_000, "12.5 FED"),
        (10**24, "1,000,000 FED"),
        (2**64, "18.446744073709551616 FED"),
    ],
)
def test_amounts_as_text(units: int, text: str) -> None:
    assert FED.text(units) == text


def test_a_token_without_decimals() -> None:
    assert Money("POINT", 0).text(7) == "7 POINT"
    assert Money("POINT", 0).units("7") == 7
    with pytest.raises(ConfigError):
        Money("POINT", 0).units("7.5")


@given(st.integers(0, 2**256 - 1), st.integers(0, 30))
def test_what_is_written_is_read_again(units: int, decimals: int) -> None:
    money = Money("T", decimals)
    assert money.units(money.text(units).removesuffix(" T").replace(",", "")) == units


@pytest.mark.parametrize(
    "text", ["", "-1", "1,5", ".5", "5.", "1e3", "0x10", " 1", "١", "0." + "0" * 18 + "1", "9" * 5_000]
)
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ConfigError, match="is not an amount of FED"):
        FED.units(text)


def test_coins_have_18_decimals() -> None:
    assert COINS.units("1.5") == 15 * 10**17


@pytest.mark.parametrize(
    ("text", "length"),
    [("90s", 90), ("30min", 1_800), ("2h", 7_200), ("1d", 86_400), ("2w", 14 * 86_400), ("1y", 365 * 86_400)],
)
def test_durations_as_people_write_them(text: str, length: int) -> None:
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "0", "90", "0h", "-1h", "1.5h", "1 h", "2m", "h", "9" * 5_000])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ConfigError, match="is not a duration") as caught:
        seconds(text)
    assert '"30min"' in caught.value.hint


# ------------------------------------------------------------------------ names


def test_every_text_for_people_is_labelled_once(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=False, label=lambda text: text.replace("0xab", "alice"))
    output.show({}, "sent by 0xab", table("t", ("who",), [("0xab",)]), key_values({"a": "0xab", "b": Whole("0xab")}))
    assert capsys.readouterr().out.split() == [*("sent", "by", "alice", "t", "who", "alice", "a", "alice", "b", "0xab")]


def test_json_keeps_addresses(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True, label=lambda _: "alice").show({"who": "0xab"}, "0xab")
    assert json.loads(capsys.readouterr().out) == {"who": "0xab"}


def test_each_of_many_is_given_and_counted(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert list(Output(as_json=False).each("reading blob", "ab")) == ["a", "b"]
    assert capsys.readouterr() == ("", "")
    monkeypatch.setenv("FORCE_COLOR", "1")  # as on a terminal
    assert list(Output(as_json=False).each("reading blob", "ab")) == ["a", "b"]
    assert "reading blob 2 of 2" in capsys.readouterr().err


def test_an_errors_text_is_labelled_for_people_only(capsys: pytest.CaptureFixture[str]) -> None:
    error = ConfigError("0xab is not a manager")
    print_error(error, as_json=False, label=lambda text: text.replace("0xab", "alice"))
    print_error(error, as_json=True, label=lambda text: text.replace("0xab", "alice"))
    people, machines = capsys.readouterr().err.splitlines()
    assert people == "error: alice is not a manager"
    assert json.loads(machines)["message"] == "0xab is not a manager"


def test_what_is_going_to_be_done_is_announced_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).announce("this and that")
    assert capsys.readouterr() == ("", "this and that\n")


# ------------------------------------------------------------------------ files


def test_a_new_file_is_written_and_its_folder_made(tmp_path: Path) -> None:
    write_new(tmp_path / "new" / "file", b"\x00")
    assert (tmp_path / "new" / "file").read_bytes() == b"\x00"


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot write .*: File name too long"):
        write_new(tmp_path / ("n" * 300), "")


def test_no_half_of_a_file_is_left(tmp_path: Path) -> None:
    with full_disk(100), pytest.raises(ConfigError, match=r"cannot write .*: File too large"):
        write_new(tmp_path / "file", b"x" * 200)
    assert not (tmp_path / "file").exists()


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConfigError, match="exists already"):
        write_new(tmp_path / "file", "theirs")
    assert (tmp_path / "file").read_text() == "mine"
