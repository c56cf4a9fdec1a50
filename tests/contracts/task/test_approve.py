import pytest

from folkmoot.chain.structs import Milestone, Phase
from tests.support.evm import events, out_of_bounds, reverts_with

BUDGET = 4_000


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle()


def test_approve(life):
    pool = life.cast.treasury.pool()
    transaction = life.approve(BUDGET)
    start_by = transaction.timestamp + 10_000
    assert events(transaction, "TaskApproved") == [{"budget": BUDGET, "committee": life.committee, "startBy": start_by}]
    assert life.phase == Phase.ENROLLING
    assert life.task.budget() == BUDGET
    assert life.task.roster()["startBy"] == start_by
    assert life.seated == life.committee
    assert life.cast.treasury.pool() == pool  # the money moves at the start


def test_without_a_budget(life):
    life.approve(0)
    assert life.task.budget() == 0


def test_one_manager_is_not_enough(life, manager):
    life.task.approve(BUDGET, life.committee, {"from": manager})
    assert life.phase == Phase.PROPOSED


@pytest.mark.parametrize("other", [lambda life: (BUDGET + 1, life.committee), lambda life: (BUDGET, life.trainers[:3])])
def test_managers_must_agree_on_everything(life, managers, other):
    life.task.approve(BUDGET, life.committee, {"from": managers[0]})
    life.task.approve(*other(life), {"from": managers[1]})
    assert life.phase == Phase.PROPOSED


def test_the_committee_need_not_be_enrolled_yet(life):
    life.approve()
    assert (life.phase, life.task.roster()["enrolled"]) == (Phase.ENROLLING, 0)


def test_but_it_consists_of_members(life, manager, outsider):
    with reverts_with("NotMember", outsider):
        life.task.approve(BUDGET, [*life.committee[:2], outsider], {"from": manager})


@pytest.mark.parametrize(("trains", "beside"), [(False, 3), (True, 0)])
def test_there_are_members_enough_for_seats_and_trainers(lifecycle, cast, manager, trains, beside):
    members = cast.federation.memberCount()
    sizes = {"updatesPerRound": 20, "maxUpdates": 20, "maxEnrolled": 40, "seatsTrain": trains}
    lifecycle(minUpdates=members - beside, minEnrolled=members, **sizes).approve()
    large = lifecycle(minUpdates=members - beside + 1, minEnrolled=members + 1, **sizes)
    with reverts_with("TooFewMembers", members + 1, members):
        large.task.approve(BUDGET, large.committee, {"from": manager})


def test_a_committee_need_not_be_named(life):
    transaction = life.cast.decide(life.task.approve, BUDGET, [])
    assert events(transaction, "TaskApproved")[0]["committee"] == []
    assert (life.task.round()["seats"], life.seated) == (0, [])


@pytest.mark.parametrize(("committee", "fits"), [(64, True), (65, False)])
def test_a_large_one_does(lifecycle, manager, committee, fits):
    life = lifecycle(committee=committee, maxEnrolled=400, updatesPerRound=65, maxUpdates=65)
    if fits:
        life.task.approve(BUDGET, [], {"from": manager})
        return
    with reverts_with("CommitteeOutOfBounds", 0, 3, 65):
        life.task.approve(BUDGET, [], {"from": manager})


def test_a_committee_may_be_smaller_than_later_ones(lifecycle):
    life = lifecycle(committee=5, updatesPerRound=5)
    life.approve()
    assert life.task.round()["seats"] == 3


@pytest.mark.parametrize("size", [1, 2, 4])
def test_the_committee_fits(life, manager, size):
    with reverts_with("CommitteeOutOfBounds", size, 3, min(size, 3)):
        life.task.approve(BUDGET, life.cast.members[:size], {"from": manager})


@pytest.mark.parametrize(("size", "fits"), [(2, 2), (3, 0), (4, 3), (5, 3), (6, 0), (7, 6)])
def test_aggregators_are_named_after_the_committee_and_never_one_or_two(lifecycle, manager, size, fits):
    life = lifecycle(seats=size, trainers=2, aggregators=3)
    if not fits:
        life.approve()
        assert life.seated == life.committee
        return
    with reverts_with("CommitteeOutOfBounds", size, 3, fits):
        life.task.approve(BUDGET, life.committee, {"from": manager})


@pytest.mark.parametrize("places", [(0, 0, 1), (0, 1, 0), (1, 0, 0)])
def test_nobody_twice(life, manager, members, places):
    with reverts_with("DuplicateMember", members[0]):
        life.task.approve(BUDGET, [members[place] for place in places], {"from": manager})


def test_the_budget_fits_into_its_slot(life, manager):
    with out_of_bounds("budget", 2**128):
        life.task.approve(2**128, life.committee, {"from": manager})


def test_the_pool_holds_the_budget(life, manager):
    pool = life.cast.treasury.pool()
    with reverts_with("InsufficientPool", pool + 1, pool):
        life.task.approve(pool + 1, life.committee, {"from": manager})
    life.approve(pool)
    assert life.task.budget() == pool


def test_not_twice(life, manager):
    life.approve()
    with reverts_with("WrongPhase", 0, Phase.ENROLLING, Phase.PROPOSED):
        life.task.approve(BUDGET, life.committee, {"from": manager})


def test_not_when_it_was_cancelled(life, manager):
    life.to(Phase.CANCELLED)
    assert life.task.round()["milestone"] == Milestone.CANCELLED
    with reverts_with("WrongPhase", 0, Phase.CANCELLED, Phase.PROPOSED):
        life.task.approve(BUDGET, life.committee, {"from": manager})


def test_only_managers(life, member):
    with reverts_with("NotManager", member):
        life.task.approve(BUDGET, life.committee, {"from": member})
