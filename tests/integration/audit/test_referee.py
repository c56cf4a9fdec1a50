"""Every event of a task's life is what has to be there: no other one could be told in its place."""

from collections.abc import Iterator

from folkmoot.audit import judge
from folkmoot.chain import Event
from tests.integration.audit.conftest import Lived
from tests.support.alterations import altered_values, with_events

ELSEWHERE = {
    ("ManagerAdded", "manager"),
    ("ManagerAdded", "left out"),
    ("MembershipPeriodChanged", "left out"),
    ("MinBlocksChanged", "blocks"),
    ("MinBlocksChanged", "left out"),
    ("TaskProposed", "parameters"),
    ("AggregateAttested", "left out"),  # of one that changes nothing any more
    ("DeadlineSet", "left out"),  # the last one
}
"""Found by what the contracts have stored, or by their code."""


def test_an_honest_life_holds(lived: Lived) -> None:
    case = lived.case()
    assert [finding.text for finding in case.findings] == []
    assert case.unseen_transactions == 0


def test_every_other_value_is_found(lived: Lived) -> None:
    told, events = lived.chronicle, lived.chronicle.events
    missed, tried = set(), set()
    for place, event in enumerate(events):
        for name, others in _alterations(event):
            if (kind := (type(event).__name__, name)) in tried:
                continue
            tried.add(kind)
            changed = with_events(told, [*events[:place], *others, *events[place + 1 :]])
            if not judge(changed, lived.rules).findings:
                missed.add(kind)
    assert len(tried) > 200
    assert missed <= ELSEWHERE


def _alterations(event: Event) -> Iterator[tuple[str, list[Event]]]:
    yield from ((name, [altered]) for name, altered in altered_values(event) if altered != event)
    yield "left out", []
    yield "doubled", [event, event]
