import json
import logging
import re
import sys
from collections.abc import Mapping

import pytest

from folkmoot.chain import Phase
from folkmoot.errors import StoreError
from folkmoot.worker import PlainReporter
from folkmoot.worker.log_lines import JsonLines, formatter
from folkmoot.worker.metering import Meter
from tests.support.views import a_view

HOSTILE = 'Evil\n2026-01-01 INFO forged: line\r\x1b[31m"}\u2028\u202e\x00'


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("folkmoot.worker", logging.INFO, "", 0, "%s", (message,), None)
    vars(made).update(extra)
    return made


def line(one: logging.LogRecord, **facts: object) -> dict[str, object]:
    text = JsonLines(lambda: facts).format(one)
    assert text.isascii()
    assert text.isprintable()
    found: dict[str, object] = json.loads(text)
    return found


def test_a_line_says_when_in_utc_and_from_where() -> None:
    found = line(record("round 2: Training", created=1_700_000_000.25))
    assert found == {
        "time": "2023-11-14T22:13:20.250Z",
        "level": "info",
        "logger": "folkmoot.worker",
        "message": "round 2: Training",
    }


def test_what_the_worker_knows_are_fields() -> None:
    meter = Meter()
    assert meter.facts() == {}
    meter.task = "0xabc"
    assert meter.facts() == {"task": "0xabc"}
    meter.see(a_view(Phase.COMMITTING))
    found = line(record("hello"), **meter.facts())
    assert (found["task"], found["round"], found["phase"]) == ("0xabc", 2, "committing")


def test_a_hostile_name_stays_text_in_one_line() -> None:
    assert line(record(HOSTILE), task=HOSTILE)["message"] == HOSTILE


def test_a_problem_has_its_error_and_hint(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "folkmoot.worker"):
        PlainReporter().problem(StoreError("no room", "free some"))
        PlainReporter().fact("done")
    problem, fact = (line(one) for one in caplog.records)
    assert (problem["level"], problem["error"], problem["hint"]) == ("warning", "StoreError", "free some")
    assert "error" not in fact


def test_an_exception_stays_in_its_line() -> None:
    try:
        int(HOSTILE)
    except ValueError:
        found = line(record("a defect", exc_info=sys.exc_info()))
    assert "ValueError: invalid literal" in str(found["exception"])


def test_text_is_as_before() -> None:
    facts: Mapping[str, object] = {"round": 1}
    text = formatter("text", lambda: facts).format(record("hello"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} INFO    folkmoot.worker: hello", text)
    assert json.loads(formatter("json", lambda: facts).format(record("hello")))["round"] == 1
