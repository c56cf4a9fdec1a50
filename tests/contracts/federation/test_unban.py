import pytest

from folkmoot.chain.structs import Membership
from tests.support.evm import events, reverts_with


@pytest.fixture
def banned(cast, member):
    cast.decide(cast.federation.ban, member)
    return member


def test_unban(cast, banned):
    transaction = cast.decide(cast.federation.unban, banned)
    assert events(transaction, "MemberUnbanned") == [{"member": banned}]
    assert cast.federation.accountOf(banned)["membership"] == Membership.NONE
    assert not cast.federation.isMember(banned)


def test_who_was_unbanned_may_apply(cast, banned, apply):
    cast.decide(cast.federation.unban, banned)
    cast.decide(cast.federation.admit, apply(banned))
    assert cast.federation.isMember(banned)


def test_one_manager_is_not_enough(cast, banned, manager):
    cast.federation.unban(banned, {"from": manager})
    assert cast.federation.accountOf(banned)["membership"] == Membership.BANNED


def test_only_who_is_banned(cast, members, manager):
    with reverts_with("WrongMembership", members[1], Membership.ADMITTED):
        cast.federation.unban(members[1], {"from": manager})


def test_only_managers(cast, banned):
    with reverts_with("NotManager", banned):
        cast.federation.unban(banned, {"from": banned})
