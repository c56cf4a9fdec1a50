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


def renew(cast, account, max_fee=FEE, min_period=1):
    """On terms that the tests' fee and every period meet."""
    return cast.federation.renew(max_fee, min_period, {"from": account})


def paid_until(cast, account):
    return cast.federation.accountOf(account)["paidUntil"]


def test_renew(cast, outsider, end):
    before = cast.token.balanceOf(outsider), cast.treasury.pool(), cast.token.balanceOf(cast.treasury)
    transaction = renew(cast, outsider)
    assert events(transaction, "MembershipRenewed") == [{"member": outsider, "fee": FEE, "paidUntil": end + PERIOD}]
    assert events(transaction, "FeeCollected") == [{"amount": FEE}]
    assert paid_until(cast, outsider) == end + PERIOD
    after = cast.token.balanceOf(outsider), cast.treasury.pool(), cast.token.balanceOf(cast.treasury)
    assert [b - a for a, b in zip(before, after, strict=True)] == [-FEE, FEE, FEE]
    assert cast.treasury.escrowed() == 0


@pytest.mark.parametrize("early", [-1, 0, 1])
def test_at_most_two_periods_are_paid_ahead(cast, outsider, end, early):
    renew(cast, outsider)
    next_block_at(end - early)  # one period is left, and so many seconds
    if early <= 0:
        renew(cast, outsider)
        assert paid_until(cast, outsider) == end + 2 * PERIOD
    else:
        with reverts_with("PaidTooFarAhead", end + 2 * PERIOD, end + 2 * PERIOD - early):
            renew(cast, outsider)
        assert paid_until(cast, outsider) == end + PERIOD


def test_the_periods_ahead_are_of_the_length_in_force(cast, outsider, end):
    cast.decide(cast.federation.setMembershipPeriod, PERIOD // 2)
    next_block_at(end - PERIOD // 2 - 1)
    with reverts_with("PaidTooFarAhead", end + PERIOD // 2, end + PERIOD // 2 - 1):
        renew(cast, outsider)
    next_block_at(end - PERIOD // 2)
    renew(cast, outsider)
    assert paid_until(cast, outsider) == end + PERIOD // 2


def test_the_terms_are_as_the_member_accepts_them(cast, outsider, end):
    renew(cast, outsider, max_fee=FEE, min_period=PERIOD)
    assert paid_until(cast, outsider) == end + PERIOD


@pytest.mark.usefixtures("end")
@pytest.mark.parametrize(("max_fee", "min_period"), [(FEE - 1, PERIOD), (FEE, PERIOD + 1), (FEE, 0), (0, 0)])
def test_nothing_is_paid_on_other_terms(cast, outsider, max_fee, min_period):
    before = cast.token.balanceOf(outsider), paid_until(cast, outsider)
    with reverts_with("TermsNotAccepted", FEE, PERIOD):
        renew(cast, outsider, max_fee, min_period)
    assert (cast.token.balanceOf(outsider), paid_until(cast, outsider)) == before


@pytest.mark.usefixtures("end")
@pytest.mark.parametrize("min_period", [0, 1, 2**256 - 1])
def test_no_period_is_longer_than_one_that_does_not_expire(cast, outsider, min_period):
    cast.decide(cast.federation.setMembershipPeriod, 0)
    renew(cast, outsider, min_period=min_period)
    assert paid_until(cast, outsider) == 0


@pytest.mark.parametrize("late", [-1, 0, 1, 5 * PERIOD])
def test_early_nothing_is_lost_and_late_it_counts_from_now(cast, outsider, end, late):
    next_block_at(end + late)
    renew(cast, outsider)
    assert paid_until(cast, outsider) == end + max(0, late) + PERIOD


def test_the_fee_and_the_period_in_force_are_paid(cast, outsider, end):
    pool = cast.treasury.pool()
    cast.decide(cast.federation.setFee, 7)
    cast.decide(cast.federation.setMembershipPeriod, 2 * PERIOD)
    renew(cast, outsider)
    assert paid_until(cast, outsider) == end + 2 * PERIOD
    assert cast.treasury.pool() == pool + 7


@pytest.mark.usefixtures("end")
def test_for_ever_when_the_fee_is_paid_once(cast, outsider):
    cast.decide(cast.federation.setMembershipPeriod, 0)
    transaction = renew(cast, outsider)
    assert events(transaction, "MembershipRenewed") == [{"member": outsider, "fee": FEE, "paidUntil": 0}]
    assert paid_until(cast, outsider) == 0


def test_without_a_fee_no_token_moves(cast, outsider, end):
    cast.decide(cast.federation.setFee, 0)
    assert events(renew(cast, outsider), "Escrowed") == []
    assert paid_until(cast, outsider) == end + PERIOD


def test_not_by_who_has_paid_for_ever(cast, member):
    cast.decide(cast.federation.setMembershipPeriod, PERIOD)
    with reverts_with("MembershipNeverExpires", member):
        renew(cast, member)


def test_not_after_the_membership_has_expired(cast, outsider, end, stranger):
    pass_to(end)
    cast.federation.expireMembership(outsider, {"from": stranger})
    with reverts_with("NotMember", outsider):
        renew(cast, outsider)


@pytest.mark.usefixtures("end")
def test_not_when_banned(cast, outsider):
    cast.decide(cast.federation.ban, outsider)
    with reverts_with("NotMember", outsider):
        renew(cast, outsider)


def test_not_as_an_applicant(cast, apply, stranger):
    cast.decide(cast.federation.setMembershipPeriod, PERIOD)
    apply(stranger)
    with reverts_with("NotMember", stranger):
        renew(cast, stranger)


def test_only_members(cast, stranger):
    with reverts_with("NotMember", stranger):
        renew(cast, stranger)


def test_the_fee_must_be_allowed(cast, outsider, end):
    cast.token.approve(cast.treasury, FEE - 1, {"from": outsider})
    with reverts_with("ERC20InsufficientAllowance", cast.treasury, FEE - 1, FEE):
        renew(cast, outsider)
    assert paid_until(cast, outsider) == end
    assert cast.federation.accountOf(outsider)["membership"] == Membership.ADMITTED


def test_the_fee_must_be_there(cast, outsider, end, manager):
    cast.token.transfer(manager, RICH, {"from": outsider})
    with reverts_with("ERC20InsufficientBalance", outsider, 0, FEE):
        renew(cast, outsider)
    assert paid_until(cast, outsider) == end


def test_the_longest_period(cast, outsider, end):
    longest = 2**32 - 1
    cast.decide(cast.federation.setMembershipPeriod, longest)
    renew(cast, outsider, min_period=longest)
    assert paid_until(cast, outsider) == end + longest
