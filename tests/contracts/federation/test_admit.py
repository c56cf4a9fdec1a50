import pytest

from folkmoot.chain.structs import Membership
from tests.support.evm import events, now, pass_to, reverts_with


@pytest.fixture
def application(apply, outsider):
    return apply(outsider)


def test_admit(cast, application, outsider):
    pool = cast.treasury.pool()
    transaction = cast.decide(cast.federation.admit, application)
    assert events(transaction, "MemberAdmitted") == [{"application": application, "member": outsider, "paidUntil": 0}]
    assert events(transaction, "FeeCollected") == [{"amount": 100}]
    assert cast.federation.accountOf(outsider) == (Membership.ADMITTED, application, 0, 0, 100)
    assert cast.federation.isMember(outsider)
    assert (cast.treasury.escrowed(), cast.treasury.pool()) == (0, pool + 100)


def test_one_manager_is_not_enough(cast, application, outsider, manager):
    cast.federation.admit(application, {"from": manager})
    cast.federation.admit(application, {"from": manager})
    assert not cast.federation.isMember(outsider)


def test_the_fee_that_was_paid_is_collected(cast, application):
    cast.decide(cast.federation.setFee, 5)
    assert events(cast.decide(cast.federation.admit, application), "FeeCollected") == [{"amount": 100}]


def test_a_period_begins_with_the_admission(cast, apply, outsider):
    cast.decide(cast.federation.setMembershipPeriod, 1_000)
    application = apply(outsider)
    pass_to(now() + 5_000)
    transaction = cast.decide(cast.federation.admit, application)
    end = transaction.timestamp + 1_000
    assert events(transaction, "MemberAdmitted")[0]["paidUntil"] == end
    assert cast.federation.accountOf(outsider) == (Membership.ADMITTED, application, 1_000, end, 100)


@pytest.mark.parametrize(("applied", "admitted"), [(0, 1_000), (1_000, 0), (1_000, 2_000)])
def test_the_period_of_the_application_holds(cast, apply, outsider, applied, admitted):
    cast.decide(cast.federation.setMembershipPeriod, applied)
    application = apply(outsider)
    cast.decide(cast.federation.setMembershipPeriod, admitted)
    transaction = cast.decide(cast.federation.admit, application)
    end = transaction.timestamp + applied if applied else 0
    assert cast.federation.accountOf(outsider)["paidUntil"] == end


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
