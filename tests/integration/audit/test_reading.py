from folkmoot.audit.senders import is_sent
from folkmoot.chain.events.tasks import EnrolmentClosed
from tests.integration.audit.conftest import Lived


def test_all_events_are_there_in_order_with_their_blocks_and_transactions(lived: Lived) -> None:
    told, record = lived.chronicle, lived.network.deployment
    origins = [event.origin for event in told.events if event.origin]
    places = [(origin.block, origin.index) for origin in origins]
    assert places == sorted(places)
    assert len(places) == len(told.events) == len({*places})
    assert {origin.contract for origin in origins} == {record.federation, record.treasury, lived.life.task.address}
    assert told.transactions.keys() == {e.origin.transaction for e in told.events if is_sent(e) and e.origin}
    closed = next(event for event in told.events if isinstance(event, EnrolmentClosed))
    assert {*(origin.block for origin in origins), closed.number} == told.blocks.keys()
    assert [proposal.task for proposal in told.proposals] == [lived.life.task.address]
