from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.chain import Phase
from folkmoot.worker.actions import PAGE, close_steps, settle_steps
from folkmoot.worker.view import View
from tests.support.views import a_view


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
