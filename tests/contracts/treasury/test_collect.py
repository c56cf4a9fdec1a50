import pytest

from tests.support.evm import events, panics_with, reverts_with


@pytest.mark.usefixtures("escrowed")
def test_collect(cast, by_federation):
    pool = cast.treasury.pool()
    transaction = cast.treasury.collect(60, by_federation)
    assert events(transaction, "FeeCollected") == [{"amount": 60}]
    assert (cast.treasury.escrowed(), cast.treasury.pool()) == (40, pool + 60)


@pytest.mark.usefixtures("escrowed")
def test_no_more_than_there_is_in_escrow(cast, by_federation):
    with panics_with("Integer overflow"):
        cast.treasury.collect(101, by_federation)


def test_only_the_federation(cast, manager):
    with reverts_with("NotFederation", manager):
        cast.treasury.collect(1, {"from": manager})
