import io
import logging
import sys
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from folkmoot.chain import Phase, Verdict
from folkmoot.errors import ConnectionFailed
from folkmoot.rules import ABSTAINED
from folkmoot.rules.score import MAX_SCORE
from folkmoot.score_meaning import UNKNOWN, ScoreMeaning
from folkmoot.worker.actions import Wait
from folkmoot.worker.reporting import LiveReporter, PlainReporter, clock_time, describe_changes, make_reporter
from folkmoot.worker.view import View
from tests.support.views import NOW, SEATS, TRAINERS, a_view, submission

WAIT = Wait("seats to commit their scores", 1_800_000_000, SEATS[:2])


def heard(before: View | None, after: View) -> list[str]:
    return list(describe_changes(before, after))


def marked(view: View, **changes: Any) -> View:
    return replace(view, participant=replace(view.participant, **changes))


def test_at_first_everything_is_news() -> None:
    assert heard(None, a_view(Phase.TRAINING, SEATS[1])) == [
        "round 2 of 10: seat 1",
        f"round 2: Training until {clock_time(NOW + 50)}",
    ]


def test_nothing_new_is_no_news() -> None:
    view = a_view(Phase.TRAINING, TRAINERS[0])
    assert heard(view, replace(view, now=view.now + 1)) == []


def test_a_new_phase_a_new_attempt_and_what_stalled() -> None:
    view = a_view(Phase.COMMITTING, TRAINERS[0])
    stalled = a_view(Phase.STALLED, TRAINERS[0])
    again = replace(view, round=replace(view.round, attempt=1))
    assert heard(view, stalled) == ["round 2: Stalled (committing)"]
    assert heard(stalled, again) == [f"round 2, attempt 2: Committing until {clock_time(NOW + 100)}"]


def test_the_verdict_on_the_own_update_is_told_once() -> None:
    before = a_view(Phase.SETTLING, TRAINERS[0])
    entry = submission(TRAINERS[0], verdict=Verdict.ACCEPTED)
    judged = replace(entry, update=replace(entry.update, score=8_765, rank=2))
    after = replace(a_view(Phase.AGGREGATING, TRAINERS[0]), updates=(judged,))
    assert "own update: accepted, rank 2, score 87.65 %" in heard(before, after)
    assert heard(after, replace(after, now=NOW + 1)) == []


def test_a_fault_is_called_one() -> None:
    before = a_view(Phase.SETTLING, TRAINERS[0])
    after = replace(before, updates=(submission(TRAINERS[0], verdict=Verdict.FAULT),))
    assert heard(before, after) == ["own update: a fault, score 0.00 %"]


def test_a_refused_update_is_told_why_and_in_which_metric() -> None:
    before = a_view(Phase.SETTLING, TRAINERS[0])
    own, best = submission(TRAINERS[0], verdict=Verdict.REJECTED), submission(TRAINERS[1], verdict=Verdict.ACCEPTED)
    own, best = (replace(e, update=replace(e.update, score=s)) for e, s in ((own, 1_293), (best, 6_296)))
    after = replace(before, updates=(own, best), progress=replace(before.progress, baseline=2_000))
    scores = ScoreMeaning("MedianScore", (5_000, 10_000), "balanced_loss")
    assert list(describe_changes(before, after, scores)) == [
        "own update: rejected, score 12.93 % (balanced_loss): below 50.00 % of the best update's 62.96 %"
    ]
    assert list(describe_changes(before, replace(after, account=TRAINERS[1]), scores)) == [
        "own update: accepted, rank 1, score 62.96 % (balanced_loss)"
    ]


def judged(score: int, baselines: tuple[int, ...], **progress: Any) -> View:
    """The account's own update was rejected, by a baseline of 10,000; the seats said these."""
    view = a_view(Phase.AGGREGATING, TRAINERS[0])
    own = submission(TRAINERS[0], verdict=Verdict.REJECTED)
    seats = tuple(replace(seat, revealed=True, baseline=said) for seat, said in zip(view.seats, baselines, strict=True))
    return replace(
        view,
        updates=(replace(own, update=replace(own.update, score=score)),),
        seats=seats,
        progress=replace(view.progress, baseline=MAX_SCORE, **progress),
    )


NOBODY = (ABSTAINED,) * 3
MEDIAN = ScoreMeaning("MedianScore", (5_000, 500), "accuracy")


@pytest.mark.parametrize("meaning", [MEDIAN, ScoreMeaning("MajorityVote", (800,), "accuracy"), UNKNOWN])
def test_an_update_that_nobody_could_score_has_no_score(meaning: ScoreMeaning) -> None:
    assert list(describe_changes(a_view(Phase.AGGREGATING, TRAINERS[0]), judged(0, NOBODY), meaning)) == [
        "own update: rejected, no score: no seat could score it, as none could measure the round's model"
    ]


@pytest.mark.parametrize(
    ("view", "told"),
    [
        (judged(0, (6_000, MAX_SCORE, MAX_SCORE)), "no score: too few seats could score it"),
        (judged(900, (6_000, MAX_SCORE, MAX_SCORE)), "score 9.00 % (accuracy): too few seats could score it"),
        (judged(9_000, (6_000, ABSTAINED, ABSTAINED)), "score 90.00 % (accuracy): too few seats could measure the cu"),
        (judged(9_000, (6_000, MAX_SCORE, MAX_SCORE)), "score 90.00 % (accuracy): more than 5.00 % below the current"),
        (judged(0, (6_000,) * 3, score_rule_failed=True), "no score: the task's score rule failed"),
    ],
)
def test_missing_voices_are_no_low_score(view: View, told: str) -> None:
    (said,) = describe_changes(a_view(Phase.AGGREGATING, TRAINERS[0]), view, MEDIAN)
    assert said.startswith(f"own update: rejected, {told}")


def test_who_left_is_not_told_of_missing_voices() -> None:
    left = replace(judged(0, (6_000, MAX_SCORE, MAX_SCORE)), admitted=False)
    assert "score 0.00 % (accuracy)" in next(
        iter(describe_changes(a_view(Phase.AGGREGATING, TRAINERS[0]), left, MEDIAN))
    )


def test_who_is_past_due_is_told_once_how_to_fix_it() -> None:
    paid = a_view(Phase.TRAINING, TRAINERS[0], paid_until=NOW + 10)
    assert heard(paid, replace(paid, now=NOW + 9)) == []
    due = replace(paid, now=NOW + 10)
    told = "the membership is past due, and anyone may end it; to renew it: folkmoot member renew"
    assert heard(paid, due) == [told]
    assert told in heard(None, due)
    assert heard(due, replace(due, now=NOW + 11)) == []
    assert heard(due, replace(paid, now=NOW + 11, paid_until=NOW + 99)) == []


def test_who_is_no_member_any_more_is_told_how_to_fix_it() -> None:
    member = a_view(Phase.TRAINING, TRAINERS[0], paid_until=NOW)
    gone = replace(member, admitted=False)
    assert heard(member, gone) == [
        "the account is no longer a member of the federation: it left, was banned or replaced; ask the managers"
    ]
    assert heard(gone, replace(gone, now=NOW + 1)) == []


def test_strikes_suspension_and_stake() -> None:
    view = a_view(Phase.TRAINING, TRAINERS[0])
    assert heard(view, marked(view, strikes=2)) == ["strikes: 2 of 3"]
    assert heard(marked(view, strikes=2), marked(view, suspended_until=5)) == [
        "strikes: 0 of 3",
        "suspended until round 5",
    ]
    assert heard(view, marked(view, stake=900)) == ["stake: 900"]


# ----------------------------------------------------------------- reporters


def test_plain_lines_are_facts(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with PlainReporter() as reporter:
        reporter.fact("trained on 17 samples")
        reporter.problem(ConnectionFailed("no node answers", "start the node"))
        reporter.waiting(WAIT, 1_799_999_990)
    assert [(record.levelname, record.message) for record in caplog.records] == [
        ("INFO", "trained on 17 samples"),
        ("WARNING", "no node answers (start the node)"),
        ("INFO", f"waiting until {clock_time(1_800_000_000)} for seats to commit their scores: {', '.join(SEATS[:2])}"),
    ]


def named(text: str) -> str:
    return text.replace(SEATS[0], "Alice")


def test_plain_lines_have_the_names_of_accounts(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with PlainReporter(named) as reporter:
        reporter.fact(f"update of {SEATS[0]}: 81.00 %")
        reporter.problem(ConnectionFailed(f"{SEATS[0]} is gone"))
        reporter.waiting(Wait("it", None, SEATS[:1]), 0)
    assert [record.message for record in caplog.records] == [
        "update of Alice: 81.00 %", "Alice is gone", "waiting for it: Alice",
    ]  # fmt: skip


def test_a_live_display_has_the_names_of_accounts() -> None:
    screen = io.StringIO()
    with LiveReporter(Console(file=screen, force_terminal=True, width=120), named) as reporter:
        reporter.fact(f"update of {SEATS[0]}: 81.00 %")
        reporter.waiting(Wait("it", None, SEATS[:1]), 0)
        reporter._bar.refresh()
    assert "update of Alice: 81.00 %" in screen.getvalue()
    assert "waiting for it: Alice" in screen.getvalue()


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
        "(10 s) for seats",
        "no node answers (start the node)",
    ):
        assert text in shown


def test_lines_where_there_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert isinstance(make_reporter(), PlainReporter)
