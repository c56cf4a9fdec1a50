from folkmoot.chain.structs import Membership
from tests.support.evm import events, reverts_with


def test_leave(cast, member):
    pool = cast.treasury.pool()
    transaction = cast.federation.leave({"from": member})
    assert events(transaction, "MemberLeft") == [{"member": member}]
    assert cast.federation.accountOf(member)["membership"] == Membership.LEFT
    assert not cast.federation.isMember(member)
    assert cast.federation.departureCount() == 1
    assert (cast.treasury.pool(), cast.treasury.owedTo(member)) == (pool, 0)  # the fee stays


def test_not_twice(cast, member):
    cast.federation.leave({"from": member})
    with reverts_with("NotMember", member):
        cast.federation.leave({"from": member})


def test_only_members(cast, outsider):
    with reverts_with("NotMember", outsider):
        cast.federation.leave({"from": outsider})


def test_not_as_an_applicant(cast, apply, outsider):
    apply(outsider)
    with reverts_with("NotMember", outsider):
        cast.federation.leave({"from": outsider})
