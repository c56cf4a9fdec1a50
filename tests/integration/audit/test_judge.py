"""A record in which events of several contracts do not fit together."""

from dataclasses import replace

from folkmoot.audit import judge
from folkmoot.chain.events.federation import ActionExecuted, MemberAdmitted
from folkmoot.chain.events.rounds import UpdateBlockWritten
from tests.integration.audit.conftest import Lived
from tests.support.alterations import with_events


def test_a_finding_says_in_which_event_and_round(lived: Lived) -> None:
    told, events = lived.chronicle, lived.chronicle.events
    place, event = next((i, e) for i, e in enumerate(events) if isinstance(e, UpdateBlockWritten))
    changed = with_events(told, [*events[:place], replace(event, amount=event.amount + 1), *events[place + 1 :]])
    first = judge(changed, lived.rules).findings[0]
    assert event.origin
    assert first.text.startswith(f"UpdateBlockWritten: amount is {event.amount + 1} on the chain; by the record ")
    assert (first.task, first.round, first.origin) == (lived.life.task.address, event.round, event.origin)


def test_an_admission_that_nobody_confirmed_is_found_with_the_federation(lived: Lived) -> None:
    told = lived.chronicle
    admitted = next(e for e in told.events if isinstance(e, MemberAdmitted))
    left = [
        e
        for e in told.events
        if not (
            isinstance(e, ActionExecuted)
            and e.origin
            and admitted.origin
            and e.origin.transaction == admitted.origin.transaction
        )
    ]
    found = judge(with_events(told, left), lived.rules).findings
    assert [(one.text, one.task) for one in found if "quorum" in one.text][-1] == (
        "MemberAdmitted: no quorum of the managers has confirmed it",
        "",
    )


def test_transactions_that_a_node_has_no_more_are_counted(lived: Lived) -> None:
    few = replace(lived.chronicle, transactions={})
    case = judge(few, lived.rules)
    assert case.findings == []
    assert case.unseen_transactions > 50
