from dataclasses import replace
from itertools import pairwise

import pytest

from folkmoot.chain import Phase
from folkmoot.worker.actions import Recover, Wait
from folkmoot.worker.stagger import LEAST_S, in_turn, stagger, usual_turn
from tests.support.views import NOW, SEATS, TRAINERS, a_view

EVERYONE = (*SEATS, *TRAINERS)
TURN = 3  # seconds, as `a_view` has it


def acting(after: int) -> list[str]:
    """Who would recover a stalled round so many seconds after it stalled."""
    views = [replace(a_view(Phase.STALLED, account), now=NOW + after) for account in EVERYONE]
    return [view.account for view in views if stagger(view, Recover(), "") == Recover()]


def test_seats_take_turns_in_their_order_then_the_others_as_they_enrolled() -> None:
    joined = [acting(TURN * turn) for turn in range(len(SEATS) + len(EVERYONE))]
    assert joined[: len(SEATS)] == [list(SEATS[: turn + 1]) for turn in range(len(SEATS))]
    assert joined[-1] == list(EVERYONE)
    assert all(len(later) - len(earlier) in {0, 1} for earlier, later in pairwise(joined))


def test_a_turn_begins_on_its_second() -> None:
    assert (acting(TURN - 1), acting(TURN), acting(2 * TURN - 1)) == ([SEATS[0]], list(SEATS[:2]), list(SEATS[:2]))


@pytest.mark.parametrize(
    ("interval", "turn"), [(None, LEAST_S), (0.2, LEAST_S), (1.0, 3), (2.0, 5), (4.5, 10), (15.0, 31)]
)
def test_a_turn_is_longer_than_a_transaction_takes(interval: float | None, turn: int) -> None:
    assert usual_turn(interval) == turn


def test_the_wait_names_whose_turn_it_is() -> None:
    view = a_view(Phase.STALLED, SEATS[2])
    assert stagger(view, Recover(), "it") == Wait("it", NOW + 2 * TURN, SEATS[:2])
    assert stagger(replace(view, now=NOW + TURN), Recover(), "it") == Wait("it", NOW + 2 * TURN, SEATS[1:2])


def test_in_turn_is_the_action_or_nothing() -> None:
    view = a_view(Phase.STALLED, SEATS[1])
    assert in_turn(view, Recover()) is None
    assert in_turn(replace(view, now=NOW + TURN), Recover()) == Recover()
