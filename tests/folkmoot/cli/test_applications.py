"""Open applications, from events; how they are named is tested on a real chain."""

from folkmoot.chain.events.federation import (
    ApplicationRejected,
    ApplicationWithdrawn,
    FeeChanged,
    MemberAdmitted,
    MembershipApplied,
)
from folkmoot.cli.applications import application_numbers, applications_table, open_applications
from folkmoot.cli.output import Money
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Grid

A = "0x" + "1" * 40


def test_those_neither_decided_nor_withdrawn_are_open() -> None:
    events = [
        *(MembershipApplied(number, A, b"", "", 5, 0) for number in range(1, 6)),
        ApplicationWithdrawn(1, A),
        MemberAdmitted(3, A, 0),
        FeeChanged(4),
        ApplicationRejected(5, A),
    ]
    assert [event.application for event in open_applications(events)] == [2, 4]


def test_open_applications_for_people() -> None:
    grid = applications_table([{"application": 2, "member": A, "fee": 1_500}], Money("FED", 3))
    assert isinstance(grid, Grid)
    assert grid.rows == ((2, A, "1.5 FED"),)
    assert applications_table([], Money("FED", 3)) == "No open applications."


def test_numbers_stay_as_they_are_and_each_counts_once() -> None:
    session = Session(file=None, given={}, as_json=True)
    assert application_numbers(session, ["7", "2", "07"]) == [7, 2]
