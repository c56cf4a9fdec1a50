import pytest

from folkmoot.chain.structs import Membership
from tests.support.evm import events, next_block_at, pass_to, reverts_with

FEE = 100
PERIOD = 1_000
RICH = 10 * FEE


@pytest.fixture
def end(cast, apply, outsider):
    """When a period that the outsider paid for ends. It can pay for more."""
    cast.decide(cast.federation.setMembershipPeriod, PERIOD)
    admission = cast.decide(cast.federation.admit, apply(outsider))
    cast.token.mint(outsider, RICH, {"from": outsider})
    cast.token.approve(cast.treasury, RICH, {"from": outsider})
    return admission.timestamp + PERIOD


def paid_until(cast, account):
    return cast.federation.accountOf(account)["paidUntil"]


def test_renew(cast, outsider, end):
    before = cast.token.balanceOf(outsider), cast.treasury.pool(), cast.token.balanceOf(cast.treasury)
    transaction = cast.federation.renew({"from": outsider})
    assert events(transaction, "MembershipRenewed") == [{"member": outsider, "fee": FEE, "paidUntil": end + PERIOD}]
    assert events(transaction, "FeeCollected") == [{"amount": FEE}]
    assert paid_until(cast, outsider) == end + PERIOD
    after = cast.token.balanceOf(outsider), cast.treasury.pool(), cast.token.balanceOf(cast.treasury)
    assert [b - a for a, b in zip(before, after, strict=True)] == [-FEE, FEE, FEE]
    assert cast.treasury.escrowed() == 0


def test_several_periods_ahead(cast, outsider, end):
    for _ in range(3):
        cast.federation.renew({"from": outsider})
    assert paid_until(cast, outsider) == end + 3 * PERIOD


@pytest.mark.parametrize("late", [-1, 0, 1, 5 * PERIOD])
def test_early_nothing_is_lost_and_late_it_counts_from_now(cast, outsider, end, late):
    next_block_at(end + late)
    cast.federation.renew({"from": outsider})
    assert paid_until(cast, outsider) == end + max(0, late) + PERIOD


def test_the_fee_and_the_period_in_force_are_paid(cast, outsider, end):
    pool = cast.treasury.pool()
    cast.decide(cast.federation.setFee, 7)
    cast.decide(cast.federation.setMembershipPeriod, 10)
    cast.federation.renew({"from": outsider})
    assert paid_until(cast, outsider) == end + 10
    assert cast.treasury.pool() == pool + 7


@pytest.mark.usefixtures("end")
def test_for_ever_when_the_fee_is_paid_once(cast, outsider):
    cast.decide(cast.federation.setMembershipPeriod, 0)
    transaction = cast.federation.renew({"from": outsider})
    assert events(transaction, "MembershipRenewed") == [{"member": outsider, "fee": FEE, "paidUntil": 0}]
    assert paid_until(cast, outsider) == 0


def test_without_a_fee_no_token_moves(cast, outsider, end):
    cast.decide(cast.federation.setFee, 0)
    assert events(cast.federation.renew({"from": outsider}), "Escrowed") == []
    assert paid_until(cast, outsider) == end + PERIOD


def test_not_by_who_has_paid_for_ever(cast, member):
    cast.decide(cast.federation.setMembershipPeriod, PERIOD)
    with reverts_with("MembershipNeverExpires", member):
        cast.federation.renew({"from": member})


def test_not_after_the_membership_has_expired(cast, outsider, end, stranger):
    pass_to(end)
    cast.federation.expireMembership(outsider, {"from": stranger})
    with reverts_with("NotMember", outsider):
        cast.federation.renew({"from": outsider})


@pytest.mark.usefixtures("end")
def test_not_when_banned(cast, outsider):
    cast.decide(cast.federation.ban, outsider)
    with reverts_with("NotMember", outsider):
        cast.federation.renew({"from": outsider})


def test_not_as_an_applicant(cast, apply, stranger):
    cast.decide(cast.federation.setMembershipPeriod, PERIOD)
    apply(stranger)
    with reverts_with("NotMember", stranger):
        cast.federation.renew({"from": stranger})


def test_only_members(cast, stranger):
    with reverts_with("NotMember", stranger):
        cast.federation.renew({"from": stranger})


def test_the_fee_must_be_allowed(cast, outsider, end):
    cast.token.approve(cast.treasury, FEE - 1, {"from": outsider})
    with reverts_with("ERC20InsufficientAllowance", cast.treasury, FEE - 1, FEE):
        cast.federation.renew({"from": outsider})
    assert paid_until(cast, outsider) == end
    assert cast.federation.accountOf(outsider)["membership"] == Membership.ADMITTED


def test_the_fee_must_be_there(cast, outsider, end, manager):
    cast.token.transfer(manager, RICH, {"from": outsider})
    with reverts_with("ERC20InsufficientBalance", outsider, 0, FEE):
        cast.federation.renew({"from": outsider})
    assert paid_until(cast, outsider) == end


@pytest.mark.usefixtures("end")
def test_not_beyond_all_times(cast, outsider):
    cast.decide(cast.federation.setFee, 0)
    cast.decide(cast.federation.setMembershipPeriod, 2**32 - 1)
    for _ in range(255):
        cast.federation.renew({"from": outsider})
    until = paid_until(cast, outsider)
    with reverts_with("SafeCastOverflowedUintDowncast", 40, until + 2**32 - 1):
        cast.federation.renew({"from": outsider})
    assert paid_until(cast, outsider) == until
