"""escrow, collect and refund, as only the federation may call them."""

import pytest
from brownie import accounts

from tests.support.evm import events, panics_with, reverts_with


@pytest.fixture(scope="module")
def by_federation(cast):
    """Transactions in the federation's own name."""
    return {"from": accounts.at(cast.federation.address, force=True)}


@pytest.fixture
def escrowed(cast, by_federation, outsider):
    """Of 100, 100 are in escrow."""
    cast.token.mint(outsider, 100, {"from": outsider})
    cast.token.approve(cast.treasury, 100, {"from": outsider})
    return cast.treasury.escrow(outsider, 100, by_federation)


def test_escrow(cast, escrowed, outsider):
    assert events(escrowed, "Escrowed") == [{"member": outsider, "amount": 100}]
    assert events(escrowed, "Transfer") == [{"from": outsider, "to": cast.treasury, "value": 100}]
    assert cast.treasury.escrowed() == 100


def test_nothing_to_escrow(cast, by_federation, stranger):
    transaction = cast.treasury.escrow(stranger, 0, by_federation)
    assert len(transaction.events) == 0


@pytest.mark.usefixtures("escrowed")
def test_collect(cast, by_federation):
    pool = cast.treasury.pool()
    transaction = cast.treasury.collect(60, by_federation)
    assert events(transaction, "FeeCollected") == [{"amount": 60}]
    assert (cast.treasury.escrowed(), cast.treasury.pool()) == (40, pool + 60)


@pytest.mark.usefixtures("escrowed")
def test_refund(cast, by_federation, outsider):
    transaction = cast.treasury.refund(outsider, 60, by_federation)
    assert events(transaction, "Refunded") == [{"member": outsider, "amount": 60}]
    assert (cast.treasury.escrowed(), cast.treasury.owed(), cast.treasury.owedTo(outsider)) == (40, 60, 60)


@pytest.mark.parametrize("function", ["collect", "refund"])
@pytest.mark.usefixtures("escrowed")
def test_no_more_than_there_is_in_escrow(cast, by_federation, outsider, function):
    arguments = [101] if function == "collect" else [outsider, 101]
    with panics_with("Integer overflow"):
        getattr(cast.treasury, function)(*arguments, by_federation)


@pytest.mark.parametrize("function", ["escrow", "collect", "refund"])
def test_only_the_federation(cast, manager, function):
    arguments = [1] if function == "collect" else [manager, 1]
    with reverts_with("NotFederation", manager):
        getattr(cast.treasury, function)(*arguments, {"from": manager})
