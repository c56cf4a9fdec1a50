import pytest

from folkmoot.chain.structs import Membership
from tests.support.evm import events, reverts_with


@pytest.fixture
def application(apply, outsider):
    return apply(outsider)


def test_reject(cast, application, outsider):
    pool = cast.treasury.pool()
    transaction = cast.decide(cast.federation.reject, application)
    assert events(transaction, "ApplicationRejected") == [{"application": application, "member": outsider}]
    assert events(transaction, "Refunded") == [{"member": outsider, "amount": 100}]
    assert cast.federation.accountOf(outsider)["membership"] == Membership.NONE
    assert (cast.treasury.escrowed(), cast.treasury.owedTo(outsider), cast.treasury.pool()) == (0, 100, pool)


def test_who_was_rejected_may_apply_again(cast, application, apply, outsider):
    cast.decide(cast.federation.reject, application)
    assert apply(outsider) == application + 1


def test_one_manager_is_not_enough(cast, application, outsider, manager):
    cast.federation.reject(application, {"from": manager})
    assert cast.federation.accountOf(outsider)["membership"] == Membership.APPLIED


def test_a_vote_to_admit_is_none_to_reject(cast, application, outsider, managers):
    cast.federation.admit(application, {"from": managers[0]})
    cast.federation.reject(application, {"from": managers[1]})
    assert cast.federation.accountOf(outsider)["membership"] == Membership.APPLIED


@pytest.mark.parametrize("decision", ["admit", "reject"])
def test_not_once_it_is_decided(cast, application, manager, decision):
    cast.decide(getattr(cast.federation, decision), application)
    with reverts_with("ApplicationNotOpen", application):
        cast.federation.reject(application, {"from": manager})


def test_only_managers(cast, application, outsider):
    with reverts_with("NotManager", outsider):
        cast.federation.reject(application, {"from": outsider})
