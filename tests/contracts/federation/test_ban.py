from folkmoot.chain.structs import Membership
from tests.support.evm import events, reverts_with


def test_ban_a_member(cast, member):
    pool = cast.treasury.pool()
    transaction = cast.decide(cast.federation.ban, member)
    assert events(transaction, "MemberBanned") == [{"member": member}]
    assert events(transaction, "ApplicationRejected") == []
    assert cast.federation.accountOf(member)["membership"] == Membership.BANNED
    assert not cast.federation.isMember(member)
    assert cast.federation.departureCount() == 1
    assert (cast.treasury.pool(), cast.treasury.owedTo(member)) == (pool, 0)  # the fee stays


def test_an_open_application_is_rejected(cast, apply, outsider):
    application = apply(outsider)
    transaction = cast.decide(cast.federation.ban, outsider)
    assert events(transaction, "ApplicationRejected") == [{"application": application, "member": outsider}]
    assert events(transaction, "MemberBanned") == [{"member": outsider}]
    assert cast.federation.accountOf(outsider)["membership"] == Membership.BANNED
    assert (cast.treasury.escrowed(), cast.treasury.owedTo(outsider)) == (0, 100)


def test_ban_somebody_who_never_applied(cast, stranger):
    cast.decide(cast.federation.ban, stranger)
    assert cast.federation.accountOf(stranger)["membership"] == Membership.BANNED


def test_one_manager_is_not_enough(cast, member, manager):
    cast.federation.ban(member, {"from": manager})
    assert cast.federation.isMember(member)


def test_not_twice(cast, member, manager):
    cast.decide(cast.federation.ban, member)
    with reverts_with("WrongMembership", member, Membership.BANNED):
        cast.federation.ban(member, {"from": manager})


def test_only_managers(cast, members):
    with reverts_with("NotManager", members[1]):
        cast.federation.ban(members[0], {"from": members[1]})
