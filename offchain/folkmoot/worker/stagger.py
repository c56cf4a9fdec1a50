"""Who goes first where anyone may act, and how much of the work one transaction takes."""

from folkmoot.worker.actions import Transaction, Wait
from folkmoot.worker.view import View

DRAWS = 500  # in one transaction

PAGE = 16  # updates whose medians are one step of settling

GAS = 10_000_000  # what a transaction should stay below, of the 2^24 that any network allows

# Gas that the parts of settling and closing need at most.
_MEDIAN = 12_000
_MEDIAN_PER_SEAT = 1_300
_VERDICT = 12_000
_CLOSED = 120_000  # an update or a seat: its block, strike and payment
_ELECTED = 16_000  # a candidate, or a seat taken


def stagger(view: View, action: Transaction, what: str, *, after: int = 0) -> Transaction | Wait:
    """`action` when it is this worker's turn, else a wait for `what`.

    The first position may act `after` seconds after the task came to stand as it does, each next one a turn later.
    """
    first = view.since + after
    mine = first + view.position * view.turn
    if view.now >= mine:
        return action
    past = max(0, (view.now - first) // view.turn)
    return Wait(what, mine, tuple(seat.account for seat in view.seats[past : view.position]))


def settle_steps(view: View) -> int:
    """How many steps of settling to take at once: all pages and the verdicts if they fit."""
    updates = view.round.submitted
    pages = -(-updates // PAGE) - view.progress.pages
    page = PAGE * (_MEDIAN + _MEDIAN_PER_SEAT * view.round.seats)
    affordable = max(1, (GAS - updates * _VERDICT) // page)
    return pages + 1 if pages < affordable else affordable


def close_steps(view: View) -> int:
    """How many steps of closing to take at once: all updates, all seats and the election if they fit."""
    items = view.round.submitted + view.round.seats + view.progress.aggregators - view.progress.closed
    election = (view.roster.enrolled + view.parameters.committee + view.parameters.aggregators) * _ELECTED
    if items * _CLOSED + election <= GAS:
        return items + 1
    return max(1, min(items, GAS // _CLOSED))
