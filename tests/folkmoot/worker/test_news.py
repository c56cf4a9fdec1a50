from dataclasses import replace
from typing import Any

from folkmoot.chain import Phase, Verdict
from folkmoot.worker.reporting import clock_time, describe_changes
from folkmoot.worker.view import View
from tests.support.views import NOW, SEATS, TRAINERS, a_view, submission


def heard(before: View | None, after: View) -> list[str]:
    return list(describe_changes(before, after))


def marked(view: View, **update_scores: Any) -> View:
    return replace(view, participant=replace(view.participant, **update_scores))


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
    assert heard(stalled, again) == [f"round 2, attempt 2: Committing until {clock_time(NOW + 150)}"]


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
    assert heard(before, after) == ["own update: a fault: it scores below half of the current model, score 0.00 %"]


def test_who_is_past_due_is_told_once_how_to_mend_it() -> None:
    paid = a_view(Phase.TRAINING, TRAINERS[0], paid_until=NOW + 10)
    assert heard(paid, replace(paid, now=NOW + 9)) == []
    due = replace(paid, now=NOW + 10)
    told = "the membership is past due, and anyone may end it; to renew it: folkmoot member renew"
    assert heard(paid, due) == [told]
    assert told in heard(None, due)
    assert heard(due, replace(due, now=NOW + 11)) == []
    assert heard(due, replace(paid, now=NOW + 11, paid_until=NOW + 99)) == []


def test_who_is_no_member_any_more_is_told_how_to_mend_it() -> None:
    member = a_view(Phase.TRAINING, TRAINERS[0], paid_until=NOW)
    gone = replace(member, admitted=False)
    assert heard(member, gone) == ["no member of the federation any more; to apply again: folkmoot member apply"]
    assert heard(gone, replace(gone, now=NOW + 1)) == []


def test_strikes_suspension_and_stake() -> None:
    view = a_view(Phase.TRAINING, TRAINERS[0])
    assert heard(view, marked(view, strikes=2)) == ["strikes: 2 of 3"]
    assert heard(marked(view, strikes=2), marked(view, suspended_until=5)) == [
        "strikes: 0 of 3",
        "suspended until round 5",
    ]
    assert heard(view, marked(view, stake=900)) == ["stake: 900"]
