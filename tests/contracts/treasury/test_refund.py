import pytest

from tests.support.evm import events, panics_with, reverts_with


@pytest.mark.usefixtures("escrowed")
def test_refund(cast, by_federation, outsider):
    transaction = cast.treasury.refund(outsider, 60, by_federation)
    assert events(transaction, "Refunded") == [{"member": outsider, "amount": 60}]
    assert (cast.treasury.escrowed(), cast.treasury.owed(), cast.treasury.owedTo(outsider)) == (40, 60, 60)


@pytest.mark.usefixtures("escrowed")
def test_no_more_than_there_is_in_escrow(cast, by_federation, outsider):
    with panics_with("Integer overflow"):
        cast.treasury.refund(outsider, 101, by_federation)


def test_only_the_federation(cast, manager):
    with reverts_with("NotFederation", manager):
        cast.treasury.refund(manager, 1, {"from": manager})
