import pytest

from folkmoot.audit.books import Books
from folkmoot.chain import Event
from folkmoot.chain.events import treasury as y
from tests.support.past import TASK, A, B


def after(*events: Event) -> tuple[Books, list[str]]:
    """The books after these events, and what was wrong with the last one."""
    books, why = Books(), list[str]()
    for event in events:
        why = list(books.take(event))
    return books, why


PAID = (y.Escrowed(A, 10), y.FeeCollected(10), y.Deposited(B, 90), y.BudgetMoved(TASK, 60))
CREDITED = (*PAID, y.Credited(TASK, 0, (A, B), (20, 30)))


def test_every_account_is_kept() -> None:
    books, why = after(*CREDITED, y.Withdrawn(A, 20), y.BudgetReleased(TASK, 10), y.Reassigned(B, A, 30))
    assert why == []
    assert (books.escrowed, books.pool, books.budgets[TASK]) == (0, 50, 0)
    assert (books.owed[A], books.owed[B], books.held) == (30, 0, 80)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (y.Withdrawn(A, 21), f"{A} withdraws 21, and is owed 20"),
        (y.BudgetReleased(TASK, 11), f"{TASK} returns 11 to the pool, and its budget has 10 left"),
        (y.Credited(TASK, 1, (A,), (11,)), f"{TASK} credits 11, and its budget has 10 left"),
        (y.BudgetMoved(TASK, 41), f"{TASK} takes 41 from the pool, which has 40"),
        (y.FeeCollected(1), "a fee of 1 is collected, and 0 are in escrow"),
        (y.Refunded(A, 1), f"1 are refunded to {A}, and 0 are in escrow"),
        (y.Reassigned(B, A, 31), f"31 are reassigned from {B}, who is owed 30"),
    ],
)
def test_what_the_accounts_do_not_have_is_told(event: Event, told: str) -> None:
    assert after(*CREDITED, event)[1] == [told]


def test_the_treasury_does_what_it_was_asked_for_and_no_more() -> None:
    books = Books(due=[y.Escrowed(A, 10), y.FeeCollected(10)])
    assert list(books.asked(y.Escrowed(A, 10))) == []
    assert list(books.asked(y.FeeCollected(9))) == ["FeeCollected: amount is 9 on the chain; by the record 10"]
    assert [*books.asked(y.FeeCollected(10))] == ["FeeCollected is on the chain, but does not follow from the record"]
    books.due.append(y.Refunded(A, 3))
    assert list(books.overdue()) == [f"Refunded (member {A}) follows from the record, but is not on the chain"]
    assert list(books.overdue()) == []
