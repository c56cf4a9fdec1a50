from dataclasses import replace
from itertools import pairwise

import pytest
from folkmoot.worker.stagger import PAGE, close_steps, settle_steps, stagger
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.chain import Phase
from folkmoot.worker.actions import Recover, Wait
from folkmoot.worker.view import View
from tests.support.views import MEMBER, NOW, SEATS, STRANGER, TRAINERS, a_view

FULL_PARTICIPATION = (*SEATS, *TRAINERS)
TURN = 3


def acting(after: int) -> list[str]:
    """Who would recover a stalled round so many seconds after it stalled."""
    views = [replace(a_view(Phase.STALLED, account), now=NOW + after) for account in FULL_PARTICIPATION]
    return [view.account for view in views if stagger(view, Recover(), "") == Recover()]


def test_seats_take_turns_in_their_order_then_the_others_as_they_enrolled() -> None:
    joined = [acting(TURN * turn) for turn in range(len(SEATS) + len(FULL_PARTICIPATION))]
    assert joined[: len(SEATS)] == [list(SEATS[: turn + 1]) for turn in range(len(SEATS))]
    assert joined[-1] == list(FULL_PARTICIPATION)
    assert all(len(later) - len(earlier) in {0, 1} for earlier, later in pairwise(joined))


def test_a_turn_begins_on_its_second() -> None:
    assert (acting(TURN - 1), acting(TURN), acting(2 * TURN - 1)) == ([SEATS[0]], list(SEATS[:2]), list(SEATS[:2]))


def test_who_is_not_enrolled_comes_last() -> None:
    view = a_view(Phase.STALLED, STRANGER, participant=replace(MEMBER, number=0))
    assert view.position == len(SEATS) + view.roster.enrolled


def test_the_wait_names_whose_turn_it_is() -> None:
    view = a_view(Phase.STALLED, SEATS[2])
    assert stagger(view, Recover(), "it") == Wait("it", NOW + 2 * TURN, SEATS[:2])
    assert stagger(replace(view, now=NOW + TURN), Recover(), "it") == Wait("it", NOW + 2 * TURN, SEATS[1:2])


def of_size(phase: Phase, updates: int, seats: int, enrolled: int, **progress: int) -> View:
    view = a_view(phase)
    return replace(
        view,
        round=replace(view.round, submitted=updates, seats=seats),
        roster=replace(view.roster, enrolled=enrolled),
        parameters=replace(view.parameters, committee=seats),
        progress=replace(view.progress, **progress),
    )


@pytest.mark.parametrize(
    ("updates", "seats", "pages", "steps"),
    [
        (1, 3, 0, 2),
        (16, 5, 0, 2),
        (17, 5, 0, 3),
        (17, 5, 1, 2),
        (17, 5, 2, 1),
        (600, 400, 0, 1),  # as one page of medians costs 8,000,000 gas
        (600, 400, 37, 1),
        (600, 400, 38, 1),  # the verdicts
    ],
)
def test_steps_of_settling(updates: int, seats: int, pages: int, steps: int) -> None:
    assert settle_steps(of_size(Phase.SETTLING, updates, seats, 1_000, pages=pages)) == steps


@pytest.mark.parametrize(
    ("updates", "seats", "enrolled", "closed", "steps"),
    [
        (3, 3, 6, 0, 7),
        (3, 3, 6, 5, 2),
        (10, 5, 20, 0, 16),
        (600, 400, 1_000, 0, 83),
        (600, 400, 1_000, 950, 50),  # no election with them
        (600, 400, 1_000, 1_000, 1),  # the election
    ],
)
def test_steps_of_closing(updates: int, seats: int, enrolled: int, closed: int, steps: int) -> None:
    assert close_steps(of_size(Phase.CLOSING, updates, seats, enrolled, closed=closed)) == steps


@given(updates=st.integers(1, 600), seats=st.integers(3, 400), enrolled=st.integers(6, 1_000))
def test_settling_and_closing_come_to_an_end(updates: int, seats: int, enrolled: int) -> None:
    view, items = of_size(Phase.SETTLING, updates, seats, enrolled), updates + seats
    pages, calls = 0, 0
    while (left := -(-updates // PAGE) - pages) >= 0 and calls < items:
        steps = settle_steps(replace(view, progress=replace(view.progress, pages=pages)))
        pages, calls = pages + min(steps, left) + (steps > left), calls + 1
    assert pages == -(-updates // PAGE) + 1
    closed = 0
    while closed <= items:
        steps = close_steps(replace(view, progress=replace(view.progress, closed=closed)))
        assert steps > 0
        closed += steps
    assert closed == items + 1
