"""Whose turn it is where anyone may act: the seats in their order, then the others as they enrolled."""

from math import ceil

from folkmoot.worker.actions import Action, Wait
from folkmoot.worker.view import View

LEAST_S = 3
BLOCKS = 2  # until all have seen a transaction that was sent at a turn's begin


def usual_turn(interval: float | None) -> int:
    """Seconds of a turn on a chain with so many seconds between two blocks, if they come by themselves."""
    return max(LEAST_S, ceil(BLOCKS * (interval or 0)) + 1)


def stagger(view: View, action: Action, what: str, *, after: int = 0) -> Action:
    """`action` when it is this worker's turn, else a wait for `what`.

    The first position may act `after` seconds after the task's state last changed, each next one a turn later.
    """
    first = view.since + after
    mine = first + view.position * view.turn
    if view.now >= mine:
        return action
    past = max(0, (view.now - first) // view.turn)
    return Wait(what, mine, tuple(seat.account for seat in view.seats[past : view.position]))


def in_turn(view: View, action: Action) -> Action | None:
    """`action` when it is this worker's turn, else nothing."""
    return None if isinstance(stagger(view, action, ""), Wait) else action
