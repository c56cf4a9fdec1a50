"""A task's rounds as rows, by events put together by hand; a real chain's are tested with the command."""

from dataclasses import replace

from folkmoot.chain import Event, Milestone, StrikeReason
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.cli.history import _table, describe
from folkmoot.score_meaning import UNKNOWN
from tests.folkmoot.cli.task_events import (
    CLOSED,
    COMMITTED,
    OPENED,
    PARAMETERS,
    REVEALED,
    SETTLED,
    SUBMITTED,
    A,
    B,
    C,
    D,
    after,
)  # fmt: skip

STRUCK = [t.MemberStruck(0, C, StrikeReason.ABSENCE, 1), t.MemberStruck(0, A, StrikeReason.MINORITY, 2)]
PLAYED: list[Event] = [*OPENED, SUBMITTED, *COMMITTED, *REVEALED, *SETTLED, *STRUCK, *CLOSED]
WINDOWS = PARAMETERS.training_window + 100 + 100  # as `after` has them


def test_a_round_has_its_scores_strikes_seats_outcome_and_duration() -> None:
    first, running = describe(after(*PLAYED), PLAYED, ended_at=None)
    assert first == {
        "round": 0, "settled": True, "baseline": 2_500, "best": 7_000, "submitted": 1, "accepted": 1,
        "outcome": "model 1", "attempts": 1,
        "struck": [
            {"member": C, "reason": "absence", "strikes": 1}, {"member": A, "reason": "minority", "strikes": 2},
        ],
        "seats": [{"member": seat, "judges": True} for seat in (A, B, C)],
        "started": 300 - WINDOWS, "seconds": 400,
    }  # fmt: skip
    assert (running["outcome"], running["started"], running["seconds"]) == ("", 700 - WINDOWS, None)
    assert (running["baseline"], running["struck"]) == (None, [])


def test_rows_for_people() -> None:
    rows = _table(describe(after(*PLAYED), PLAYED, ended_at=None), UNKNOWN).rows
    struck = f"{C}: absent\n{A}: in the minority"
    assert rows[0] == (0, "25.00 %", "70.00 %", "1 of 1", struck, f"{A}\n{B}\n{C}", "model 1", "6 min 40 s")
    assert rows[1] == (1, None, None, "0 of 0", None, f"{D}\n{A}\n{B}", "", None)


def test_an_aggregators_seat_is_told_from_a_judges() -> None:
    opening = next(event for event in OPENED if isinstance(event, r.RoundOpened))
    events = [replace(opening, committee=2) if event is opening else event for event in OPENED]
    (found,) = describe(after(*events), events, ended_at=None)
    assert [seat["judges"] for seat in found["seats"]] == [True, True, False]
    assert _table([found], UNKNOWN).rows[0][5] == f"{A}\n{B}\n{C}, aggregates"


def test_the_last_round_of_a_task_that_is_over_ends_with_it() -> None:
    over = [*PLAYED, r.RoundCarried(1, 1), t.TaskFinished(1, 0)]
    *_, last = describe(after(*over), over, ended_at=900)
    assert (last["outcome"], last["seconds"]) == (
        "no new model: the old one is carried forward, not scored",
        200 + WINDOWS,
    )


def test_a_pause_or_another_attempt_moves_deadlines_but_no_rounds_start() -> None:
    later = [r.DeadlineSet(0, 0, Milestone.OPEN, 5_000, 0), r.DeadlineSet(0, 1, Milestone.OPEN, 9_000, 0)]
    recovered = r.RoundRecovered(0, 1, after(*OPENED).phase_at(0, 0))
    events = [*OPENED, later[0], recovered, later[1]]
    (found,) = describe(after(*events), events, ended_at=None)
    assert (found["started"], found["attempts"]) == (300 - WINDOWS, 2)


def test_a_round_whose_trainers_are_still_drawn_has_not_started() -> None:
    events = OPENED[:-1]
    (found,) = describe(after(*events), events, ended_at=None)
    assert (found["started"], found["seconds"]) == (None, None)


def test_before_the_start_there_are_no_rounds() -> None:
    assert describe(after(*OPENED[:3]), OPENED[:3], ended_at=None) == []
