from dataclasses import replace
from typing import Any

import pytest

from folkmoot.chain import Phase, Verdict
from tests.support.views import MEMBER, NOW, NUMBER, SEATS, STRANGER, TRAINERS, a_view, seat, submission

SOME = replace(a_view(Phase.TRAINING).round, sampled=True)


def test_positions_are_seats_then_enrolment_numbers() -> None:
    positions = [a_view(Phase.STALLED, account).position for account in (*SEATS, *TRAINERS)]
    assert positions[:3] == [0, 1, 2]
    assert positions[3:] == [len(SEATS) + number for number in range(3, 7)]


def test_an_account_that_is_not_enrolled_comes_last() -> None:
    view = a_view(Phase.STALLED, STRANGER, participant=replace(MEMBER, number=0))
    assert view.position == len(SEATS) + view.roster.enrolled


def test_the_committee_attests_unless_there_are_aggregators() -> None:
    view = a_view(Phase.AGGREGATING, SEATS[0])
    assert view.judges == view.aggregators == view.seats
    assert view.seat == view.seats[0]
    view = replace(view, round=replace(view.round, seats=2))
    assert (view.judges, view.aggregators) == (view.seats[:2], view.seats[2:])


def test_without_a_seat_there_is_none() -> None:
    assert a_view(Phase.AGGREGATING, TRAINERS[0]).seat is None


@pytest.mark.parametrize(
    ("phase", "account", "changes", "owes"),
    [
        (Phase.FINISHED, SEATS[0], {}, True),
        (Phase.FINISHED, SEATS[0], {"admitted": False}, False),
        (Phase.FINISHED, SEATS[0], {"seats": (seat(SEATS[0], scored=True), seat(SEATS[1]))}, False),
        (Phase.FINISHED, TRAINERS[0], {}, False),
        (Phase.CLOSING, SEATS[0], {}, False),
        (Phase.CANCELLED, SEATS[0], {}, False),
        (Phase.EXPIRED, SEATS[0], {}, False),
    ],
)
def test_seats_of_the_last_round_owe_the_final_model_one_score(
    phase: Phase, account: str, changes: dict[str, Any], owes: bool
) -> None:
    assert a_view(phase, account, **changes).owes_score == owes


def test_a_seat_that_only_attests_owes_no_score() -> None:
    view = a_view(Phase.FINISHED, SEATS[2])
    assert not replace(view, round=replace(view.round, seats=2)).owes_score


@pytest.mark.parametrize(
    ("phase", "deadline"),
    [(Phase.ENROLLING, NOW + 50), (Phase.TRAINING, NOW + 50), (Phase.REVEALING, NOW + 100), (Phase.SETTLING, None)],
)
def test_the_deadline_is_the_running_phases(phase: Phase, deadline: int | None) -> None:
    assert a_view(phase).deadline == deadline


def test_which_phase_stalled_is_told_only_of_a_stalled_round() -> None:
    assert a_view(Phase.STALLED, stalled=Phase.REVEALING).stalled == Phase.REVEALING
    assert a_view(Phase.REVEALING).stalled is None


@pytest.mark.parametrize(
    ("paid_until", "admitted", "due"),
    [(0, True, False), (NOW, True, True), (NOW + 1, True, False), (NOW, False, False)],
)
def test_a_membership_is_past_due_from_the_second_it_is_paid_until(paid_until: int, admitted: bool, due: bool) -> None:
    assert a_view(Phase.TRAINING, paid_until=paid_until, admitted=admitted).past_due == due


@pytest.mark.parametrize(("sampled_in", "sampled"), [(0, False), (NUMBER, False), (NUMBER + 1, True)])
def test_where_some_are_sampled_an_account_counts_for_its_round_alone(sampled_in: int, sampled: bool) -> None:
    participant = replace(MEMBER, sampled_in=sampled_in)
    assert a_view(Phase.TRAINING, participant=participant, round=SOME).is_sampled == sampled
    assert a_view(Phase.TRAINING, participant=participant).is_sampled, "where all members train"


def test_the_own_and_the_accepted_updates_are_found() -> None:
    verdicts = (Verdict.ACCEPTED, Verdict.PASSED, Verdict.ACCEPTED)
    updates = tuple(submission(a, verdict=v) for a, v in zip(TRAINERS, verdicts, strict=False))
    view = a_view(Phase.AGGREGATING, TRAINERS[1], updates=updates)
    assert view.own == updates[1]
    assert view.accepted == (updates[0], updates[2])
    assert replace(view, account=SEATS[0]).own is None


def test_a_seat_is_found_wherever_it_stands() -> None:
    seats = (seat(STRANGER), seat(TRAINERS[3]))
    view = a_view(Phase.COMMITTING, TRAINERS[3], seats=seats)
    assert (view.position, view.seat) == (1, seats[1])


@pytest.mark.parametrize(
    ("min_blocks", "block", "now", "patient"),
    [
        (0, 100, -1, True),
        (0, 100, 0, False),
        (10, 94, 20_000, True),  # the chain stood still
        (10, 95, 20_000, False),
        (10, 95, -1, True),
    ],
)
def test_a_judge_is_patient_for_half_of_its_window_in_time_and_in_blocks(
    min_blocks: int, block: int, now: int, patient: bool
) -> None:
    view = a_view(Phase.COMMITTING, SEATS[0])
    running = replace(view.round, end_block=100)
    parameters = replace(view.parameters, min_blocks=min_blocks)
    view = replace(view, round=running, parameters=parameters, block=block)
    assert replace(view, now=view.patience + now).is_patient == patient


@pytest.mark.parametrize(("block", "patient"), [(99, True), (100, False)])
def test_a_judge_is_patient_while_blocks_alone_keep_training_open(block: int, patient: bool) -> None:
    view = a_view(Phase.TRAINING, SEATS[0])
    halted = replace(view, round=replace(view.round, end_block=100), block=block, now=view.patience + 20_000)
    assert halted.is_patient == patient
