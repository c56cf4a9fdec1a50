"""Tokens that are not quite ERC-20."""

import brownie
import pytest

from folkmoot.chain.structs import Membership
from tests.support.evm import reverts_with
from tests.support.keys import public_key_of

FEE = 100


@pytest.fixture
def founded(deployer, found, outsider):
    """Factory: a federation with that token, of which the outsider has 1000 and allows the treasury all."""

    def founded(kind):
        token = deployer.deploy(kind)
        federation = found(token, fee=FEE)
        treasury = brownie.Treasury.at(federation.treasury())
        token.mint(outsider, 1_000, {"from": outsider})
        token.approve(treasury, 1_000, {"from": outsider})
        return federation, treasury, token

    return founded


def apply(federation, account):
    return federation.applyForMembership(public_key_of(account), "", {"from": account})


def test_a_token_that_returns_nothing(founded, outsider):
    federation, treasury, token = founded(brownie.NoReturnToken)
    apply(federation, outsider)
    assert token.balanceOf(treasury) == treasury.escrowed() == FEE
    federation.withdrawApplication({"from": outsider})
    treasury.withdraw({"from": outsider})
    assert (token.balanceOf(outsider), token.balanceOf(treasury)) == (1_000, 0)
    treasury.deposit(300, {"from": outsider})
    assert token.balanceOf(treasury) == treasury.pool() == 300


def test_a_fee_on_the_way_is_refused_when_applying(founded, outsider):
    federation, treasury, _ = founded(brownie.FeeToken)
    with reverts_with("FeeOnTransfer", FEE, FEE - FEE // 10):
        apply(federation, outsider)
    assert federation.accountOf(outsider)["membership"] == Membership.NONE
    assert treasury.escrowed() == 0


def subscribe(federation, account, managers):
    """Let an account be a member that paid nothing for the first 1000 seconds, and must pay the fee for the next."""
    for call, *arguments in [(federation.setFee, 0), (federation.setMembershipPeriod, 1_000)]:
        decide(managers, call, *arguments)
    decide(managers, federation.admit, apply(federation, account).events["MembershipApplied"]["application"])
    decide(managers, federation.setFee, FEE)


def decide(managers, call, *arguments):
    for manager in managers[:2]:
        call(*arguments, {"from": manager})


def test_a_renewal_by_a_token_that_returns_nothing(founded, outsider, managers):
    federation, treasury, token = founded(brownie.NoReturnToken)
    subscribe(federation, outsider, managers)
    federation.renew(FEE, 1, {"from": outsider})
    assert token.balanceOf(treasury) == treasury.pool() == FEE


def test_a_fee_on_the_way_is_refused_when_renewing(founded, outsider, managers):
    federation, treasury, _ = founded(brownie.FeeToken)
    subscribe(federation, outsider, managers)
    until = federation.accountOf(outsider)["paidUntil"]
    with reverts_with("FeeOnTransfer", FEE, FEE - FEE // 10):
        federation.renew(FEE, 1, {"from": outsider})
    assert federation.accountOf(outsider)["paidUntil"] == until
    assert (treasury.escrowed(), treasury.pool()) == (0, 0)


def test_a_renewal_that_calls_back(founded, outsider, managers):
    federation, treasury, token = founded(brownie.ReentrantToken)
    subscribe(federation, outsider, managers)
    token.arm(treasury, treasury.withdraw.encode_input(), {"from": outsider})
    with reverts_with("ReentrancyGuardReentrantCall"):
        federation.renew(FEE, 1, {"from": outsider})
    assert (treasury.escrowed(), treasury.pool()) == (0, 0)


def test_a_fee_on_the_way_is_refused_when_depositing(founded, outsider):
    _, treasury, _ = founded(brownie.FeeToken)
    with reverts_with("FeeOnTransfer", 50, 45):
        treasury.deposit(50, {"from": outsider})


def test_a_token_that_returns_false(founded, outsider):
    _, treasury, token = founded(brownie.FalseToken)
    with reverts_with("SafeERC20FailedOperation", token):
        treasury.deposit(50, {"from": outsider})


@pytest.mark.parametrize("again", ["deposit", "withdraw"])
def test_a_token_that_calls_back(founded, outsider, again):
    _, treasury, token = founded(brownie.ReentrantToken)
    token.mint(token, 1, {"from": outsider})
    token.allow(treasury, 1, {"from": outsider})
    call = treasury.deposit.encode_input(1) if again == "deposit" else treasury.withdraw.encode_input()
    token.arm(treasury, call, {"from": outsider})
    with reverts_with("ReentrancyGuardReentrantCall"):
        treasury.deposit(50, {"from": outsider})


def test_a_withdrawal_that_calls_back(founded, outsider):
    federation, treasury, token = founded(brownie.ReentrantToken)
    apply(federation, outsider)
    federation.withdrawApplication({"from": outsider})
    token.arm(treasury, treasury.withdraw.encode_input(), {"from": outsider})
    with reverts_with("ReentrancyGuardReentrantCall"):
        treasury.withdraw({"from": outsider})
    assert treasury.owedTo(outsider) == FEE
