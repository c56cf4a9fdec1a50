import pytest

from folkmoot.chain import Origin, StrikeReason, decode_logs
from folkmoot.chain.abi import abi
from folkmoot.chain.events import rounds, tasks
from folkmoot.chain.events.tasks import MemberStruck, TaskApproved
from tests.support.logs import ENTRIES, SOMEBODY, events_of, log_of, snake, values_of

DECLARED = events_of(tasks)


@pytest.mark.parametrize("name", DECLARED)
def test_events_have_the_contracts_values_in_their_order(name: str) -> None:
    assert values_of(DECLARED[name]) == [snake(value["name"]) for value in ENTRIES[name]["inputs"]]


@pytest.mark.parametrize("name", DECLARED)
def test_every_event_is_decoded_with_its_origin(name: str) -> None:
    (event,) = decode_logs([log_of(name)])
    assert type(event) is DECLARED[name]
    assert event.origin == Origin("0x" + "22" * 20, 12, 3, "0x" + "05" * 32)
    hash(event)


def test_they_are_the_tasks_with_those_of_its_rounds() -> None:
    declared = {entry["name"] for entry in abi("Task") if entry["type"] == "event"}
    assert set(DECLARED).isdisjoint(events_of(rounds))
    assert {*DECLARED, *events_of(rounds)} == declared


def test_values_have_the_packages_types() -> None:
    assert list(decode_logs([log_of("MemberStruck"), log_of("TaskApproved")])) == [
        MemberStruck(round=3, member=SOMEBODY, reason=StrikeReason.MINORITY, strikes=3),
        TaskApproved(budget=3, committee=(SOMEBODY,), start_by=3),
    ]
