import pytest

from folkmoot.chain.structs import Membership, Phase
from tests.support.evm import events, next_block_at, pass_to, reverts_with
from tests.support.keys import public_key_of

FEE = 100
PERIOD = 1_000


@pytest.fixture
def replace(cast):
    """Two managers replace a member, by its successor's own key unless another is given."""

    def replace(member, successor, key=None):
        return cast.decide(cast.federation.replaceMember, member, successor, key or public_key_of(successor))

    return replace


def account(cast, address):
    return cast.federation.accountOf(address)


def test_replace(cast, replace, member, outsider):
    application = account(cast, member)["application"]
    before, key = cast.treasury.pool(), cast.federation.publicKeyOf(member)
    count = cast.federation.memberCount()
    transaction = replace(member, outsider)
    given = {"member": member, "successor": outsider, "publicKey": "0x" + public_key_of(outsider).hex()}
    assert events(transaction, "MemberReplaced") == [given]
    assert events(transaction, "MemberLeft") == [{"member": member}]
    assert events(transaction, "Reassigned") == []
    assert account(cast, outsider) == (Membership.ADMITTED, application, 0, 0, FEE)
    assert account(cast, member) == (Membership.LEFT, 0, 0, 0, 0)
    assert (cast.federation.isMember(outsider), cast.federation.isMember(member)) == (True, False)
    assert cast.federation.applicant(application) == outsider
    assert bytes(cast.federation.publicKeyOf(outsider)) == public_key_of(outsider)
    assert cast.federation.publicKeyOf(member) == key
    assert (cast.federation.departureCount(), cast.treasury.pool()) == (1, before)
    assert cast.federation.memberCount() == count


def test_what_is_paid_goes_on(cast, replace, apply, outsider, stranger):
    cast.decide(cast.federation.setMembershipPeriod, PERIOD)
    end = cast.decide(cast.federation.admit, apply(outsider)).timestamp + PERIOD
    replace(outsider, stranger)
    assert account(cast, stranger)["paidUntil"] == end
    next_block_at(end)
    cast.federation.expireMembership(stranger, {"from": outsider})
    assert account(cast, stranger)["membership"] == Membership.LEFT


def test_one_that_is_past_due_is_past_due_as_its_successor(cast, replace, apply, outsider, stranger):
    cast.decide(cast.federation.setMembershipPeriod, PERIOD)
    end = cast.decide(cast.federation.admit, apply(outsider)).timestamp + PERIOD
    pass_to(end + 1)
    replace(outsider, stranger)
    assert account(cast, stranger)["paidUntil"] == end
    cast.token.mint(stranger, FEE, {"from": stranger})
    cast.token.approve(cast.treasury, FEE, {"from": stranger})
    renewed = cast.federation.renew(FEE, PERIOD, {"from": stranger})
    assert account(cast, stranger)["paidUntil"] == renewed.timestamp + PERIOD


def test_what_is_owed_is_owed_to_the_successor(cast, replace, apply, outsider, stranger):
    apply(outsider)
    cast.federation.withdrawApplication({"from": outsider})
    cast.decide(cast.federation.admit, apply(outsider))
    transaction = replace(outsider, stranger)
    assert events(transaction, "Reassigned") == [{"from": outsider, "to": stranger, "amount": FEE}]
    assert (cast.treasury.owedTo(outsider), cast.treasury.owedTo(stranger), cast.treasury.owed()) == (0, FEE, FEE)
    with reverts_with("NothingOwed", outsider):
        cast.treasury.withdraw({"from": outsider})
    cast.treasury.withdraw({"from": stranger})
    assert cast.token.balanceOf(stranger) == FEE


def test_the_successor_keeps_what_it_was_owed(cast, replace, apply, member, outsider):
    apply(outsider)
    cast.federation.withdrawApplication({"from": outsider})
    replace(member, outsider)
    assert (cast.treasury.owedTo(outsider), cast.treasury.owed()) == (FEE, FEE)


def test_by_one_that_left(cast, replace, members):
    cast.federation.leave({"from": members[1]})
    first, second = (account(cast, who)["application"] for who in members[:2])
    replace(members[0], members[1])
    assert account(cast, members[1])["application"] == first
    assert [cast.federation.applicant(number) for number in (first, second)] == [members[1], members[1]]


def test_who_was_replaced_may_apply_and_come_back(cast, replace, apply, member, outsider, stranger):
    replace(member, outsider)
    cast.decide(cast.federation.admit, apply(member))
    assert cast.federation.isMember(member)
    replace(member, stranger)
    replace(outsider, member)
    assert [cast.federation.isMember(who) for who in (member, outsider, stranger)] == [True, False, True]


def test_the_successor_acts_as_the_member_that_it_is(cast, replace, member, outsider):
    replace(member, outsider)
    assert cast.propose(outsider)
    with reverts_with("NotMember", member):
        cast.propose(member)
    cast.federation.leave({"from": outsider})


@pytest.mark.parametrize("gone", ["left", "banned", "applied", "unknown"])
def test_only_a_member_is_replaced(cast, apply, outsider, stranger, manager, gone):
    if gone != "unknown":
        application = apply(outsider)
    if gone in {"left", "banned"}:
        cast.decide(cast.federation.admit, application)
    if gone == "left":
        cast.federation.leave({"from": outsider})
    if gone == "banned":
        cast.decide(cast.federation.ban, outsider)
    with reverts_with("NotMember", outsider):
        cast.federation.replaceMember(outsider, stranger, public_key_of(stranger), {"from": manager})


def test_not_by_a_member(cast, members, manager):
    with reverts_with("WrongMembership", members[1], Membership.ADMITTED):
        cast.federation.replaceMember(*members[:2], public_key_of(members[1]), {"from": manager})


def test_not_by_itself(cast, member, manager):
    with reverts_with("WrongMembership", member, Membership.ADMITTED):
        cast.federation.replaceMember(member, member, public_key_of(member), {"from": manager})


def test_not_by_an_applicant(cast, apply, member, outsider, manager):
    apply(outsider)
    with reverts_with("WrongMembership", outsider, Membership.APPLIED):
        cast.federation.replaceMember(member, outsider, public_key_of(outsider), {"from": manager})


def test_not_by_one_that_is_banned(cast, member, outsider, manager):
    cast.decide(cast.federation.ban, outsider)
    with reverts_with("WrongMembership", outsider, Membership.BANNED):
        cast.federation.replaceMember(member, outsider, public_key_of(outsider), {"from": manager})


def test_the_public_key_is_the_successors(cast, member, outsider, manager):
    with reverts_with("InvalidPublicKey", outsider, member):
        cast.federation.replaceMember(member, outsider, public_key_of(member), {"from": manager})


def test_not_when_the_member_left_between_two_confirmations(cast, member, outsider, managers):
    key = public_key_of(outsider)
    cast.federation.replaceMember(member, outsider, key, {"from": managers[0]})
    cast.federation.leave({"from": member})
    with reverts_with("NotMember", member):
        cast.federation.replaceMember(member, outsider, key, {"from": managers[1]})


def test_one_manager_is_not_enough(cast, member, outsider, manager):
    cast.federation.replaceMember(member, outsider, public_key_of(outsider), {"from": manager})
    assert (cast.federation.isMember(member), cast.federation.isMember(outsider)) == (True, False)


def test_only_managers(cast, members, outsider):
    with reverts_with("NotManager", members[1]):
        cast.federation.replaceMember(members[0], outsider, public_key_of(outsider), {"from": members[1]})


def test_in_a_task_the_member_counts_as_gone_and_the_successor_enrols(lifecycle, replace, outsider):
    life = lifecycle().to(Phase.TRAINING)
    gone = life.trainers[0]
    replace(gone, outsider)
    with reverts_with("NotMember", gone):
        life.submit(gone)
    life.task.retire(gone, life.anyone)
    life.task.enrol({"from": outsider})
    assert life.task.participant(gone)["retired"]
    newcomer = life.task.participant(outsider)
    assert (newcomer["number"], newcomer["since"], newcomer["stake"], newcomer["retired"]) == (8, 1, 1, False)
    life.submit(*life.trainers[1:])
    life.time_out()
    life.finish_round()
    life.submit(outsider)
    assert life.task.updates(0, 1)[0][0]["author"] == outsider


def test_what_a_task_pays_afterwards_is_owed_to_the_member(cast, lifecycle, replace, outsider):
    life = lifecycle().to(Phase.CLOSING)
    gone = life.trainers[0]
    replace(gone, outsider)
    life.close()
    assert cast.treasury.owedTo(gone) > 0
    assert cast.treasury.owedTo(outsider) == 0
