from tests.support.evm import events, now, out_of_bounds, pass_to, reverts_with

DAY = 24 * 3_600


def test_set_membership_period(cast):
    transaction = cast.decide(cast.federation.setMembershipPeriod, 30 * DAY)
    assert events(transaction, "MembershipPeriodChanged") == [{"period": 30 * DAY}]
    assert cast.federation.membershipPeriod() == 30 * DAY


def test_the_fee_may_be_paid_once_again(cast):
    cast.decide(cast.federation.setMembershipPeriod, DAY)
    cast.decide(cast.federation.setMembershipPeriod, 0)
    assert cast.federation.membershipPeriod() == 0


def test_who_was_a_member_before_has_paid_for_ever(cast, member, outsider):
    cast.decide(cast.federation.setMembershipPeriod, 1)
    pass_to(now() + 365 * DAY)
    assert cast.federation.accountOf(member)["paidUntil"] == 0
    with reverts_with("NotPastDue", member, 0):
        cast.federation.expireMembership(member, {"from": outsider})


def test_a_shorter_period_takes_nothing_from_who_has_paid(cast, apply, outsider):
    cast.decide(cast.federation.setMembershipPeriod, 30 * DAY)
    end = cast.decide(cast.federation.admit, apply(outsider)).timestamp + 30 * DAY
    cast.decide(cast.federation.setMembershipPeriod, DAY)
    assert cast.federation.accountOf(outsider)["paidUntil"] == end


def test_one_manager_is_not_enough(cast, manager):
    cast.federation.setMembershipPeriod(DAY, {"from": manager})
    assert cast.federation.membershipPeriod() == 0


def test_the_period_fits_into_its_slot(cast, managers):
    cast.decide(cast.federation.setMembershipPeriod, 2**32 - 1)
    assert cast.federation.membershipPeriod() == 2**32 - 1
    cast.federation.setMembershipPeriod(2**32, {"from": managers[0]})
    with out_of_bounds("period", 2**32):
        cast.federation.setMembershipPeriod(2**32, {"from": managers[1]})


def test_only_managers(cast, member):
    with reverts_with("NotManager", member):
        cast.federation.setMembershipPeriod(DAY, {"from": member})
