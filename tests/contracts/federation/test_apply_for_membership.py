import pytest
from brownie import web3

from folkmoot.chain.structs import Membership
from tests.support.evm import events, reverts_with
from tests.support.keys import public_key_of

FEE = 100


@pytest.fixture(autouse=True)
def allowance(cast, outsider):
    """The outsider could pay twice."""
    cast.token.mint(outsider, 2 * FEE, {"from": outsider})
    cast.token.approve(cast.treasury, 2 * FEE, {"from": outsider})


def applied(cast, account, key=None, name="General Hospital"):
    return cast.federation.applyForMembership(key or public_key_of(account), name, {"from": account})


def derived(key):
    return web3.to_checksum_address(web3.keccak(key)[-20:])


def test_apply(cast, outsider):
    before = cast.token.balanceOf(outsider)
    application = cast.federation.applications() + 1
    transaction = applied(cast, outsider)
    key, name = "0x" + public_key_of(outsider).hex(), "General Hospital"
    assert events(transaction, "MembershipApplied") == [
        {"application": application, "member": outsider, "publicKey": key, "name": name, "fee": FEE, "period": 0}
    ]
    assert events(transaction, "Escrowed") == [{"member": outsider, "amount": FEE}]
    assert cast.federation.accountOf(outsider) == (Membership.APPLIED, application, 0, 0, FEE)
    assert cast.federation.applicant(application) == outsider
    assert cast.federation.publicKeyOf(outsider) == key
    assert not cast.federation.isMember(outsider)
    assert cast.treasury.escrowed() == FEE
    assert before - cast.token.balanceOf(outsider) == FEE


def test_without_a_fee_no_token_is_needed(cast, stranger):
    cast.decide(cast.federation.setFee, 0)
    transaction = applied(cast, stranger)
    assert events(transaction, "Escrowed") == []
    assert cast.federation.accountOf(stranger)["fee"] == 0


def test_a_later_fee_does_not_change_what_was_paid(cast, outsider):
    applied(cast, outsider)
    cast.decide(cast.federation.setFee, 7)
    assert cast.federation.accountOf(outsider)["fee"] == FEE
    assert cast.treasury.escrowed() == FEE


def test_who_left_may_apply_again(cast, outsider):
    cast.decide(cast.federation.admit, events(applied(cast, outsider), "MembershipApplied")[0]["application"])
    cast.federation.leave({"from": outsider})
    again = events(applied(cast, outsider), "MembershipApplied")[0]["application"]
    assert cast.federation.accountOf(outsider) == (Membership.APPLIED, again, 0, 0, FEE)


def test_what_was_paid_before_is_forgotten(cast, outsider):
    cast.decide(cast.federation.setMembershipPeriod, 1_000)
    cast.decide(cast.federation.admit, events(applied(cast, outsider), "MembershipApplied")[0]["application"])
    cast.federation.leave({"from": outsider})
    cast.decide(cast.federation.setMembershipPeriod, 2_000)
    [again] = events(applied(cast, outsider), "MembershipApplied")
    assert again["period"] == 2_000
    assert cast.federation.accountOf(outsider) == (Membership.APPLIED, again["application"], 2_000, 0, FEE)


def test_one_application_at_a_time(cast, outsider):
    applied(cast, outsider)
    with reverts_with("WrongMembership", outsider, Membership.APPLIED):
        applied(cast, outsider)


def test_a_member_does_not_apply(cast, member):
    with reverts_with("WrongMembership", member, Membership.ADMITTED):
        applied(cast, member)


def test_who_is_banned_does_not_apply(cast, outsider):
    cast.decide(cast.federation.ban, outsider)
    with reverts_with("WrongMembership", outsider, Membership.BANNED):
        applied(cast, outsider)


def test_the_key_of_somebody_else(cast, outsider, member):
    with reverts_with("InvalidPublicKey", outsider, member):
        applied(cast, outsider, public_key_of(member))


@pytest.mark.parametrize("spoil", [lambda key: key[:-1], lambda key: b"\4" + key, lambda _key: b""])
def test_a_key_has_64_bytes(cast, outsider, spoil):
    key = spoil(public_key_of(outsider))
    with reverts_with("InvalidPublicKey", outsider, derived(key)):
        cast.federation.applyForMembership(key, "", {"from": outsider})


@pytest.mark.parametrize("name", ["", "a" * 64, "é" * 32])
def test_a_name_has_at_most_64_bytes(cast, outsider, name):
    assert events(applied(cast, outsider, name=name), "MembershipApplied")[0]["name"] == name


@pytest.mark.parametrize("name", ["a" * 65, "é" * 32 + "a"])
def test_a_longer_name_is_refused(cast, outsider, name):
    with reverts_with("NameTooLong", 65, 64):
        applied(cast, outsider, name=name)


def test_two_may_give_the_same_name(cast, apply, outsider, stranger):
    apply(stranger)
    assert events(applied(cast, outsider, name=""), "MembershipApplied")[0]["name"] == ""


def test_the_fee_must_be_allowed(cast, outsider):
    cast.token.approve(cast.treasury, FEE - 1, {"from": outsider})
    with reverts_with("ERC20InsufficientAllowance", cast.treasury, FEE - 1, FEE):
        applied(cast, outsider)


def test_the_fee_must_be_there(cast, outsider, manager):
    balance = cast.token.balanceOf(outsider)
    cast.token.transfer(manager, balance, {"from": outsider})
    with reverts_with("ERC20InsufficientBalance", outsider, 0, FEE):
        applied(cast, outsider)
