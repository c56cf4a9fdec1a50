import io
import logging
import sys

import pytest
from rich.console import Console

from folkmoot.errors import ConnectionFailed
from folkmoot.worker.actions import Wait
from folkmoot.worker.reporting import LiveReporter, PlainReporter, clock_time, make_reporter
from tests.support.views import SEATS, TRAINERS

WAIT = Wait("scores to be sealed", 1_800_000_000, SEATS[:2])


def test_plain_lines_are_facts(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with PlainReporter() as reporter:
        reporter.fact("trained on 17 samples")
        reporter.problem(ConnectionFailed("no node answers", "start the node"))
        reporter.waiting(WAIT, 1_799_999_990)
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("INFO", "trained on 17 samples"),
        ("WARNING", "no node answers (start the node)"),
        ("INFO", f"waiting until {clock_time(1_800_000_000)} for scores to be sealed: {', '.join(SEATS[:2])}"),
    ]


def test_plain_lines_do_not_repeat(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with PlainReporter() as reporter:
        for now in range(5):
            reporter.waiting(WAIT, now)
        reporter.fact("x")
        reporter.waiting(WAIT, 9)
    assert len(caplog.records) == 3


@pytest.mark.parametrize(("total", "lines"), [(1, 1), (3, 3), (10, 10), (600, 10)])
def test_a_long_job_has_at_most_ten_plain_lines(caplog: pytest.LogCaptureFixture, total: int, lines: int) -> None:
    caplog.set_level(logging.INFO)
    with PlainReporter() as reporter:
        for done in range(1, total + 1):
            reporter.progress("scoring", done, total)
    assert len(caplog.records) == lines
    assert caplog.records[-1].message == f"scoring: {total} of {total}"


def test_many_are_waited_for_in_few_words(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with PlainReporter() as reporter:
        reporter.waiting(Wait("it", None, (*SEATS, *TRAINERS)), 0)
    assert caplog.records[0].message == f"waiting for it: {', '.join(SEATS)} and 4 more"


def test_a_live_display_shows_what_moves_and_keeps_what_happened() -> None:
    screen = io.StringIO()
    with LiveReporter(Console(file=screen, force_terminal=True, width=120)) as reporter:
        reporter.fact("round 2: [Training]")
        reporter.progress("training", 2, 5, "loss 0.123")
        reporter._bar.refresh()
        reporter.waiting(WAIT, 1_799_999_990)
        reporter._bar.refresh()
        reporter.problem(ConnectionFailed("no node answers", "start the node"))
    shown = screen.getvalue()
    for text in (
        "round 2: [Training]",
        "training: 2 of 5, loss 0.123",
        "(10 s) for scores",
        "no node answers (start the node)",
    ):
        assert text in shown


def test_lines_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert isinstance(make_reporter(), PlainReporter)
