from dataclasses import replace

from folkmoot.audit.witnesses import Witness, contradictions
from tests.integration.audit.conftest import Lived
from tests.support.alterations import altered_values, with_events


def test_what_one_node_leaves_out_adds_or_changes_is_told_by_the_other(lived: Lived) -> None:
    told, events = lived.chronicle, lived.chronicle.events
    ours = Witness("one", told)
    assert list(contradictions(ours, Witness("two", told))) == []
    less = Witness("two", with_events(told, events[:40] + events[41:]))
    ((event, text),) = contradictions(ours, less)
    assert event == events[40]
    assert text.startswith("two leaves out ")
    ((_, text),) = contradictions(less, ours)
    assert text.startswith("two leaves out ")
    changed = next(altered for _, altered in altered_values(events[40]))
    ((_, text),) = contradictions(ours, Witness("two", with_events(told, [*events[:40], changed, *events[41:]])))
    assert text.startswith("one and two tell ")


def test_a_node_that_is_behind_is_not_one_that_lies(lived: Lived) -> None:
    told = lived.chronicle
    half = [event for event in told.events if event.origin and event.origin.block <= told.head - 20]
    behind = replace(told, head=told.head - 20, events=half)
    assert list(contradictions(Witness("one", told), Witness("two", behind))) == []
