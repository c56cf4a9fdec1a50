import pytest

from offchain.chain.structs import Membership
from tests.support.evm import events, reverts_with


@pytest.fixture
def application(apply, outsider):
    return apply(outsider)


def test_admit(cast, application, outsider):
    pool = cast.treasury.pool()
    transaction = cast.decide(cast.federation.admit, application)
    assert events(transaction, "MemberAdmitted") == [{"application": application, "member": outsider}]
    assert events(transaction, "FeeCollected") == [{"amount": 100}]
    assert cast.federation.accountOf(outsider) == (Membership.ADMITTED, application, 100)
    assert cast.federation.isMember(outsider)
    assert (cast.treasury.escrowed(), cast.treasury.pool()) == (0, pool + 100)


def test_one_manager_is_not_enough(cast, application, outsider, manager):
    cast.federation.admit(application, {"from": manager})
    cast.federation.admit(application, {"from": manager})
    assert not cast.federation.isMember(outsider)


def test_the_fee_that_was_paid_is_collected(cast, application):
    cast.decide(cast.federation.setFee, 5)
    assert events(cast.decide(cast.federation.admit, application), "FeeCollected") == [{"amount": 100}]


@pytest.mark.parametrize("unknown", [0, 99])
def test_an_application_that_was_never_made(cast, manager, unknown):
    with reverts_with("ApplicationNotOpen", unknown):
        cast.federation.admit(unknown, {"from": manager})


def test_not_twice(cast, application, manager):
    cast.decide(cast.federation.admit, application)
    with reverts_with("ApplicationNotOpen", application):
        cast.federation.admit(application, {"from": manager})


def test_not_when_it_was_withdrawn(cast, application, outsider, manager):
    cast.federation.withdrawApplication({"from": outsider})
    with reverts_with("ApplicationNotOpen", application):
        cast.federation.admit(application, {"from": manager})


def test_not_by_an_earlier_number(cast, application, apply, outsider, manager):
    cast.federation.withdrawApplication({"from": outsider})
    apply(outsider)
    with reverts_with("ApplicationNotOpen", application):
        cast.federation.admit(application, {"from": manager})


def test_an_application_withdrawn_between_two_confirmations(cast, application, outsider, managers):
    cast.federation.admit(application, {"from": managers[0]})
    cast.federation.withdrawApplication({"from": outsider})
    with reverts_with("ApplicationNotOpen", application):
        cast.federation.admit(application, {"from": managers[1]})


def test_only_managers(cast, application, member):
    with reverts_with("NotManager", member):
        cast.federation.admit(application, {"from": member})
