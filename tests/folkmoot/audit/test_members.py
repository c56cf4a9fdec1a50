import pytest

from folkmoot.audit.members import MemberBook
from folkmoot.chain import Event
from folkmoot.chain.events import federation as f
from folkmoot.chain.events import treasury as y
from tests.support.past import PARAMETERS, TASK, A, B, C

KEY = b"\1" * 64
TERMS = (f.FeeChanged(5), f.MembershipPeriodChanged(100), f.MinBlocksChanged(2))
JOINED = (*TERMS, f.MembershipApplied(1, A, KEY, "a", 5, 100), f.MemberAdmitted(1, A, 1_100))
TIME = 1_000


def after(*events: Event) -> tuple[MemberBook, list[str]]:
    """The book after these events, all in blocks of one time, and what was wrong with the last one."""
    book, why = MemberBook(), list[str]()
    for event in events:
        book.due.clear()
        why = list(book.take(event, TIME))
    return book, why


def test_members_come_and_go() -> None:
    book, why = after(*JOINED, f.MemberReplaced(A, B, KEY), f.MemberLeft(A))
    assert (why, book.members, book.paid_until[B], book.min_blocks) == ([], {B}, 1_100, 2)
    book, why = after(*JOINED, f.MemberBanned(A), f.MemberUnbanned(A))
    assert (why, book.members, book.banned) == ([], set(), set())


def test_what_they_pay_is_asked_of_the_treasury() -> None:
    assert after(*JOINED[:-1])[0].due == [y.Escrowed(A, 5)]
    assert after(*JOINED)[0].due == [y.FeeCollected(5)]
    assert after(*JOINED[:-1], f.ApplicationRejected(1, A))[0].due == [y.Refunded(A, 5)]
    assert after(*JOINED, f.MembershipRenewed(A, 5, 1_200))[0].due == [y.Escrowed(A, 5), y.FeeCollected(5)]
    assert after(f.MembershipApplied(1, A, KEY, "a", 0, 0))[0].due == [], "what costs nothing is not told"


@pytest.mark.parametrize(
    ("before", "event", "told"),
    [
        (TERMS, f.MembershipApplied(2, A, KEY, "a", 5, 100),
         "it is application 2, for 5, on the chain; by the record 1, for 5"),
        (JOINED, f.MembershipApplied(2, A, KEY, "a", 5, 100), f"{A} may not apply"),
        (JOINED[:-1], f.MemberAdmitted(1, A, 1_101), f"{A} has paid until 1101 on the chain; by the record until 1100"),
        (TERMS, f.MemberAdmitted(1, A, 1_100), f"{A} has no open application 1"),
        (JOINED, f.MembershipRenewed(A, 4, 1_200), f"{A} pays 4 until 1200; by the record 5 until 1200"),
        (JOINED, f.MembershipExpired(A, 1_100), f"the membership of {A} is paid until 1100, and cannot expire at 1000"),
        (TERMS, f.MemberLeft(C), f"{C} is no member"),
        (TERMS, f.MemberUnbanned(C), f"{C} was not banned"),
        ((*JOINED, f.MemberBanned(A)), f.MemberBanned(A), f"{A} was banned before"),
        (JOINED, f.MemberReplaced(A, A, KEY), f"{A} may not take a member's place"),
        (TERMS, f.TaskProposed(1, TASK, A, "", PARAMETERS),
         "task 1 is proposed on the chain; by the record it is task 0"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told(before: tuple[Event, ...], event: Event, told: str) -> None:
    assert after(*before, event)[1] == [told]
