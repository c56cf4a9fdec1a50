import pytest

from folkmoot.chain.structs import Phase
from tests.contracts.cast import model
from tests.contracts.lifecycle import BUDGET, pointer
from tests.support.evm import events, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    """In round 2 of five. Models 0, 1 and 2 stand."""
    return lifecycle(totalRounds=5).to(Phase.TRAINING).finish_round().finish_round()


@pytest.fixture(scope="module")
def named(life):
    """Three members that do not sit together now."""
    return [life.trainers[3], life.trainers[0], life.committee[0]]


def test_rollback(life, named):
    treasury, owed = life.cast.treasury, life.cast.treasury.owed()
    seed = life.task.seed()
    transaction = life.rollback(1, named)
    assert events(transaction, "RoundRolledBack") == [{"round": 2, "model": 1, "committee": named}]
    assert events(transaction, "ModelBlockWritten") == [{"round": 2, "model": 3, "pointer": model(1)}]
    [opened] = events(transaction, "RoundOpened")
    assert (opened["round"], opened["seats"], opened["committee"], opened["fillers"]) == (3, named, 3, [False] * 3)
    assert (opened["eligible"], opened["sampled"]) == (4, False)
    assert events(transaction, "DeadlineSet")[0]["deadline"] == transaction.timestamp + 6_000
    assert (life.phase, life.round, life.seated) == (Phase.TRAINING, 3, named)
    assert treasury.owed() == owed
    assert life.task.seed() != seed


@pytest.mark.parametrize("number", [0, 1, 2])
def test_to_any_model_there_is(life, named, number):
    life.rollback(number, named)
    assert life.task.ledger(3) == model(number)


def test_nothing_is_erased(life, named):
    before = [life.task.ledger(number) for number in range(3)]
    life.rollback(0, named)
    assert [life.task.ledger(number) for number in range(3)] == before
    assert life.task.ledger(2) == model(2)


def test_the_task_goes_on(life, named):
    life.rollback(0, named)
    life.finish_round()
    assert (life.round, life.task.ledger(4)) == (4, model(4))


@pytest.mark.parametrize("phase", [Phase.COMMITTING, Phase.REVEALING, Phase.SETTLING, Phase.AGGREGATING, Phase.STALLED])
def test_the_running_round_is_voided(lifecycle, phase):
    """Whatever was done in it: no record, no pay, no strike."""
    life = lifecycle().to(phase)
    transaction = life.rollback(0, life.committee)
    assert events(transaction, "MemberStruck") == events(transaction, "Credited") == []
    assert events(transaction, "UpdateBlockWritten") == []
    assert life.cast.treasury.budgetOf(life.task) == BUDGET
    current = life.task.round()
    assert (current["number"], current["submitted"], current["committed"], current["revealed"]) == (1, 0, 0, 0)
    closed = life.to(Phase.CLOSING).close()
    assert events(closed, "UpdateBlockWritten")[0]["pointer"] == pointer(life.trainers[0], 1)


def test_during_a_pause_the_next_round_waits_for_its_end(life, named):
    life.pause(500)
    until = life.task.round()["pausedUntil"]
    transaction = life.rollback(1, named)
    assert events(transaction, "DeadlineSet")[0]["deadline"] == until + 6_000
    assert (life.phase, life.round) == (Phase.PAUSED, 3)
    life.time_out()
    assert life.phase == Phase.TRAINING


def test_empty_rounds_are_forgotten(lifecycle):
    life = lifecycle().waste_round()
    life.recover()
    assert life.task.roster()["emptyRounds"] == 1
    life.rollback(0, life.committee)
    assert life.task.roster()["emptyRounds"] == 0


def test_in_the_last_round_it_ends_the_task(lifecycle, cast):
    pool = cast.treasury.pool()
    life = lifecycle(totalRounds=1).to(Phase.TRAINING)
    transaction = life.rollback(0, life.committee)
    assert events(transaction, "TaskFinished") == [{"round": 0, "released": BUDGET}]
    assert life.phase == Phase.FINISHED
    assert (life.task.ledger(1), cast.treasury.pool()) == (model(0), pool)


def test_one_manager_is_not_enough(life, named, manager):
    life.task.rollback(1, named, {"from": manager})
    assert life.round == 2


def test_managers_must_agree_on_everything(life, named, managers):
    life.task.rollback(1, named, {"from": managers[0]})
    life.task.rollback(0, named, {"from": managers[1]})
    life.task.rollback(1, named[::-1], {"from": managers[2]})
    assert life.round == 2


def test_no_model_that_is_not_there(life, named, manager):
    with reverts_with("UnknownModel", 3):
        life.task.rollback(3, named, {"from": manager})


def test_a_task_does_not_outrun_its_managers(life, named, managers):
    life.task.rollback(1, named, {"from": managers[0]})
    life.finish_round()
    transaction = life.task.rollback(1, named, {"from": managers[1]})
    assert events(transaction, "RoundRolledBack") == [{"round": 3, "model": 1, "committee": named}]
    assert (life.round, life.task.ledger(4), life.seated) == (4, model(1), named)


@pytest.mark.parametrize("paused", [False, True])
def test_not_when_the_next_model_is_agreed(life, named, manager, paused):
    life.to(Phase.CLOSING)
    if paused:
        life.pause(500)
    with reverts_with("CannotRollBack", 2):
        life.task.rollback(1, named, {"from": manager})


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.ENROLLING, Phase.CANCELLED, Phase.EXPIRED])
def test_only_a_running_task(lifecycle, manager, phase):
    life = lifecycle().to(phase)
    with reverts_with("TaskNotRunning", phase):
        life.task.rollback(0, life.committee, {"from": manager})


def test_not_a_finished_task(lifecycle, manager):
    life = lifecycle(totalRounds=1).to(Phase.FINISHED)
    with reverts_with("TaskNotRunning", Phase.FINISHED):
        life.task.rollback(0, life.committee, {"from": manager})


def test_only_managers(life, named, member):
    with reverts_with("NotManager", member):
        life.task.rollback(1, named, {"from": member})


# The named committee


@pytest.mark.parametrize("size", [0, 2, 4])
def test_the_committee_fits(life, manager, size):
    with reverts_with("CommitteeOutOfBounds", size, 3, min(size, 3)):
        life.task.rollback(1, life.trainers[:size], {"from": manager})


def test_nobody_twice(life, named, manager):
    with reverts_with("DuplicateMember", named[0]):
        life.task.rollback(1, [named[0], named[1], named[0]], {"from": manager})


def test_only_who_is_enrolled(life, named, manager, members):
    with reverts_with("NotEnrolled", members[9]):
        life.task.rollback(1, [*named[:2], members[9]], {"from": manager})


def test_only_members_of_the_federation(life, named, manager):
    life.cast.federation.leave({"from": named[1]})
    with reverts_with("NotMember", named[1]):
        life.task.rollback(1, named, {"from": manager})


def test_who_came_in_this_round_may_be_named(life, named, members):
    life.enrol(members[9])
    life.rollback(1, [*named[:2], members[9]])
    assert life.seated[2] == members[9]


def test_nobody_who_is_still_suspended(lifecycle, manager):
    life = lifecycle(maxStrikes=1, suspensionRounds=2, totalRounds=9)
    life.scores = (9_000, 8_000, 7_000, 0)
    life.to(Phase.TRAINING).finish_round()
    culprit = life.trainers[3]
    with reverts_with("Suspended", culprit, 3):
        life.task.rollback(0, [*life.committee[:2], culprit], {"from": manager})
    life.scores = (9_000, 8_000, 7_000)
    life.finish_round()
    life.rollback(0, [*life.committee[:2], culprit])  # for round 3, when the suspension is over
    assert life.seated[2] == culprit
