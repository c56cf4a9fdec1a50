from dataclasses import replace

from folkmoot.audit.senders import contradictions, is_sent
from folkmoot.chain.events.rounds import RoundOpened, UpdateSubmitted
from tests.integration.audit.conftest import Lived


def test_events_say_what_was_sent(lived: Lived) -> None:
    told = lived.chronicle
    sent = [event for event in told.events if is_sent(event) and event.origin]
    assert len(sent) > 50
    assert [c for e in sent if e.origin for c in contradictions(e, told.transactions[e.origin.transaction])] == []
    assert not is_sent(next(event for event in told.events if isinstance(event, RoundOpened)))


def test_another_value_or_sender_or_call_is_told(lived: Lived) -> None:
    told = lived.chronicle
    event = next(event for event in told.events if isinstance(event, UpdateSubmitted))
    assert event.origin
    transaction = told.transactions[event.origin.transaction]
    (value,) = contradictions(replace(event, samples=11), transaction)
    assert value.endswith(f"samples is 11 in the event; {transaction.sender} sent 10")
    (sender,) = contradictions(replace(event, author=lived.network.deployment.token), transaction)
    assert f"{transaction.sender} sent it, and not " in sender
    other = next(
        sent for sent in told.transactions.values() if sent.to == transaction.to and sent.input != transaction.input
    )
    assert ": its transaction calls " in next(contradictions(event, other))


def test_what_came_through_another_contract_is_not_compared(lived: Lived) -> None:
    told = lived.chronicle
    event = next(event for event in told.events if isinstance(event, UpdateSubmitted))
    assert event.origin
    wallet = replace(told.transactions[event.origin.transaction], to=lived.network.deployment.token)
    assert list(contradictions(replace(event, samples=11), wallet)) == []
