import pytest

from folkmoot.chain.structs import Membership
from tests.support.evm import events, reverts_with


@pytest.fixture
def application(apply, outsider):
    return apply(outsider)


def test_withdraw(cast, application, outsider):
    transaction = cast.federation.withdrawApplication({"from": outsider})
    assert events(transaction, "ApplicationWithdrawn") == [{"application": application, "member": outsider}]
    assert events(transaction, "Refunded") == [{"member": outsider, "amount": 100}]
    assert cast.federation.accountOf(outsider)["membership"] == Membership.NONE
    assert (cast.treasury.escrowed(), cast.treasury.owedTo(outsider)) == (0, 100)


def test_who_withdrew_may_apply_again(cast, application, apply, outsider):
    cast.federation.withdrawApplication({"from": outsider})
    assert apply(outsider) == application + 1
    assert cast.federation.accountOf(outsider)["membership"] == Membership.APPLIED


def test_there_must_be_an_application(cast, outsider):
    with reverts_with("ApplicationNotOpen", 0):
        cast.federation.withdrawApplication({"from": outsider})


def test_not_twice(cast, application, outsider):
    cast.federation.withdrawApplication({"from": outsider})
    with reverts_with("ApplicationNotOpen", application):
        cast.federation.withdrawApplication({"from": outsider})


@pytest.mark.parametrize("decision", ["admit", "reject"])
def test_not_once_it_is_decided(cast, application, outsider, decision):
    cast.decide(getattr(cast.federation, decision), application)
    with reverts_with("ApplicationNotOpen", application):
        cast.federation.withdrawApplication({"from": outsider})
