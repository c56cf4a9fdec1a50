"""Who was paid for what, and what of it was withdrawn."""

import csv
from dataclasses import astuple, replace
from io import StringIO

from hypothesis import given
from hypothesis import strategies as st

from folkmoot.chain import Event, Origin
from folkmoot.chain.events.rounds import SeatPaid, UpdateBlockWritten
from folkmoot.chain.events.treasury import Reassigned, Withdrawn
from folkmoot.cli.output import Money
from folkmoot.cli.payees import _csv, _in_tokens, paid

A, B, C = ("0x" + digit * 40 for digit in "123")
FIRST, SECOND = ("0x" + digit * 40 for digit in "89")
TASKS = {FIRST: 0, SECOND: 1}


def update(account: str, amount: int, task: str = FIRST) -> Event:
    event = UpdateBlockWritten(0, account, 1, bytes(32), 5_000, amount)
    return replace(event, origin=Origin(task, 1, 1, "0x"))


def seat(account: str, amount: int, task: str = FIRST) -> Event:
    return replace(SeatPaid(0, account, 5, amount), origin=Origin(task, 1, 1, "0x"))


def found(*events: Event) -> list[tuple[object, ...]]:
    return [astuple(row) for row in paid(events, TASKS)]


def test_payments_by_account_and_task_the_best_paid_first() -> None:
    assert found(update(A, 5), seat(B, 7), update(B, 2), update(A, 1, SECOND), seat(C, 7)) == [
        (B, 0, 1, 1, 9, 0, 0, 9, 0),
        (C, 0, 0, 1, 7, 0, 0, 7, 0),
        (A, 0, 1, 0, 5, 0, 0, 5, 0),
        (A, 1, 1, 0, 1, 0, 0, 1, 0),
    ]


def test_who_was_paid_nothing_is_no_payee() -> None:
    assert found(update(A, 0), seat(B, 0), Withdrawn(C, 4)) == []


def test_a_withdrawal_takes_what_was_owed_by_then() -> None:
    assert found(update(A, 5), update(A, 2, SECOND), update(B, 1), Withdrawn(A, 9), update(A, 3)) == [
        (A, 0, 2, 0, 8, 0, 5, 3, 0),
        (B, 0, 1, 0, 1, 0, 0, 1, 0),
        (A, 1, 1, 0, 2, 0, 2, 0, 0),
    ], "2 more were a refund"


def test_a_successor_takes_over_what_is_owed() -> None:
    assert found(update(A, 5), Withdrawn(A, 5), update(A, 3), Reassigned(A, B, 3), Withdrawn(B, 3), update(B, 1)) == [
        (A, 0, 2, 0, 8, 0, 5, 0, 3),
        (B, 0, 1, 0, 1, 3, 3, 1, 0),
    ]


EVENTS = st.one_of(
    st.builds(update, st.sampled_from([A, B, C]), st.integers(0, 9), st.sampled_from([FIRST, SECOND])),
    st.builds(seat, st.sampled_from([A, B, C]), st.integers(0, 9), st.sampled_from([FIRST, SECOND])),
    st.builds(Withdrawn, st.sampled_from([A, B, C]), st.just(1)),
    st.builds(Reassigned, st.sampled_from([A, B]), st.sampled_from([B, C]), st.just(1)),
)


@given(st.lists(EVENTS))
def test_every_row_adds_up(events: list[Event]) -> None:
    moved = [event for event in events if not (isinstance(event, Reassigned) and event.from_ == event.to)]
    rows = paid(moved, TASKS)
    assert all(row.earned + row.taken_over == row.withdrawn + row.owed + row.passed_on for row in rows)
    assert sum(row.taken_over - row.passed_on for row in rows) == 0


def test_a_table_that_spreadsheets_read() -> None:
    (row,) = paid([update(A, 1_250_500)], TASKS)
    entry = {name: getattr(row, name) for name in row.__slots__} | {"name": '"=HYPERLINK(1)"'}
    text = _csv([_in_tokens(entry, Money("FED", 3).number)])
    (read,) = csv.DictReader(StringIO(text))
    assert (read["earned"], read["owed"], read["withdrawn"]) == ("1250.5", "1250.5", "0")
    assert read["name"] == '"=HYPERLINK(1)"', "not a formula: it begins with a quotation mark"
    assert list(read) == [
        "account", "name", "task", "updates", "seats", "earned", "taken_over", "withdrawn", "owed", "passed_on",
    ]  # fmt: skip
    assert _csv([]) == "account,name,task,updates,seats,earned,taken_over,withdrawn,owed,passed_on"
