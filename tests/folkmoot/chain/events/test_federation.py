import pytest

from folkmoot.chain import Origin, decode_logs
from folkmoot.chain.abi import abi
from folkmoot.chain.events import federation
from folkmoot.chain.events.federation import TaskProposed
from tests.support.logs import ENTRIES, SOMEBODY, events_of, log_of, snake, values_of

DECLARED = events_of(federation)


@pytest.mark.parametrize("name", DECLARED)
def test_events_have_the_contracts_values_in_their_order(name: str) -> None:
    assert values_of(DECLARED[name]) == [snake(value["name"]) for value in ENTRIES[name]["inputs"]]


@pytest.mark.parametrize("name", DECLARED)
def test_every_event_is_decoded_with_its_origin(name: str) -> None:
    (event,) = decode_logs([log_of(name)])
    assert type(event) is DECLARED[name]
    assert event.origin == Origin("0x" + "22" * 20, 12, 3, "0x" + "05" * 32)
    hash(event)


def test_they_are_the_federations() -> None:
    assert set(DECLARED) == {entry["name"] for entry in abi("Federation") if entry["type"] == "event"}


def test_values_have_the_packages_types() -> None:
    (proposed,) = decode_logs([log_of("TaskProposed")])
    assert isinstance(proposed, TaskProposed)
    assert (proposed.parameters.score_rule, proposed.parameters.max_terms) == (SOMEBODY, 2)
