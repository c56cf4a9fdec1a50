import pytest

from folkmoot.chain.structs import Membership
from tests.support.evm import events, next_block_at, pass_to, reverts_with

PERIOD = 1_000


@pytest.fixture
def end(cast, apply, outsider):
    """When a period that the outsider paid for ends."""
    cast.decide(cast.federation.setMembershipPeriod, PERIOD)
    return cast.decide(cast.federation.admit, apply(outsider)).timestamp + PERIOD


def test_expire(cast, outsider, end, stranger):
    pool = cast.treasury.pool()
    pass_to(end)
    transaction = cast.federation.expireMembership(outsider, {"from": stranger})
    assert events(transaction, "MembershipExpired") == [{"member": outsider, "paidUntil": end}]
    assert events(transaction, "MemberLeft") == [{"member": outsider}]
    assert cast.federation.accountOf(outsider)["membership"] == Membership.LEFT
    assert not cast.federation.isMember(outsider)
    assert cast.federation.departureCount() == 1
    assert (cast.treasury.pool(), cast.treasury.owedTo(outsider)) == (pool, 0)


@pytest.mark.parametrize("late", [-1, 0, 1])
def test_from_the_end_of_what_is_paid_on(cast, outsider, end, stranger, late):
    next_block_at(end + late)
    if late >= 0:
        cast.federation.expireMembership(outsider, {"from": stranger})
        return
    with reverts_with("NotPastDue", outsider, end):
        cast.federation.expireMembership(outsider, {"from": stranger})


def test_until_then_it_is_a_member(cast, outsider, end):
    pass_to(end + 10 * PERIOD)
    assert cast.federation.isMember(outsider)
    cast.propose(outsider)


def test_not_once_it_has_renewed(cast, outsider, end, stranger):
    cast.decide(cast.federation.setFee, 0)
    pass_to(end + 5)
    renewed = cast.federation.renew(0, PERIOD, {"from": outsider}).timestamp + PERIOD
    with reverts_with("NotPastDue", outsider, renewed):
        cast.federation.expireMembership(outsider, {"from": stranger})
    pass_to(renewed)
    cast.federation.expireMembership(outsider, {"from": stranger})
    assert not cast.federation.isMember(outsider)


def test_it_may_apply_again(cast, apply, outsider, end, stranger):
    pass_to(end)
    cast.federation.expireMembership(outsider, {"from": stranger})
    transaction = cast.decide(cast.federation.admit, apply(outsider))
    assert cast.federation.accountOf(outsider)["paidUntil"] == transaction.timestamp + PERIOD
    with reverts_with("NotPastDue", outsider, transaction.timestamp + PERIOD):
        cast.federation.expireMembership(outsider, {"from": stranger})


def test_not_who_has_paid_for_ever(cast, member, outsider):
    with reverts_with("NotPastDue", member, 0):
        cast.federation.expireMembership(member, {"from": outsider})


def test_not_twice(cast, outsider, end, stranger):
    pass_to(end)
    cast.federation.expireMembership(outsider, {"from": stranger})
    with reverts_with("NotMember", outsider):
        cast.federation.expireMembership(outsider, {"from": stranger})
    assert cast.federation.departureCount() == 1


def test_not_who_is_banned(cast, outsider, end, stranger):
    cast.decide(cast.federation.ban, outsider)
    pass_to(end)
    with reverts_with("NotMember", outsider):
        cast.federation.expireMembership(outsider, {"from": stranger})
    assert cast.federation.accountOf(outsider)["membership"] == Membership.BANNED


def test_not_an_applicant(cast, apply, outsider, stranger):
    cast.decide(cast.federation.setMembershipPeriod, PERIOD)
    apply(stranger)
    with reverts_with("NotMember", stranger):
        cast.federation.expireMembership(stranger, {"from": outsider})


def test_only_members_expire(cast, outsider):
    with reverts_with("NotMember", outsider):
        cast.federation.expireMembership(outsider, {"from": outsider})
