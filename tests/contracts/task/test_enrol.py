import pytest

from folkmoot.chain.structs import Phase
from tests.support.evm import events, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.ENROLLING)


@pytest.fixture(scope="module")
def late(members):
    """A member that takes no part yet."""
    return members[9]


def test_before_the_start_it_counts_at_once(life, members):
    for number, account in enumerate(members[:3], start=1):
        transaction = life.task.enrol({"from": account})
        assert events(transaction, "MemberEnrolled") == [{"member": account, "number": number, "since": 0}]
        assert life.task.enrolledAt(number) == account
    assert [int(life.task.enrolledAt(number), 16) for number in (0, 4)] == [0, 0]
    marks = life.task.participant(members[2])
    assert (marks["number"], marks["since"], marks["stake"], marks["retired"]) == (3, 0, 1, False)
    roster = life.task.roster()
    assert (roster["enrolled"], roster["active"]) == (3, 3)


@pytest.mark.parametrize("phase", [Phase.TRAINING, Phase.REVEALING, Phase.CLOSING, Phase.STALLED, Phase.PAUSED])
def test_later_it_counts_from_the_next_round_on(life, late, phase):
    life.to(phase)
    eligible = life.task.round()["eligible"]
    transaction = life.task.enrol({"from": late})
    assert events(transaction, "MemberEnrolled") == [{"member": late, "number": 8, "since": 1}]
    assert life.task.round()["eligible"] == eligible == 4


def test_the_next_round_counts_who_came_late(life, late):
    life.to(Phase.TRAINING)
    life.enrol(late)
    life.finish_round()
    assert life.task.round()["eligible"] == 5
    assert late in life.free_trainers()


def test_not_twice(life, member):
    life.enrol(member)
    with reverts_with("AlreadyEnrolled", member):
        life.task.enrol({"from": member})


def test_only_members(life, outsider):
    with reverts_with("NotMember", outsider):
        life.task.enrol({"from": outsider})


def test_only_while_there_is_room(lifecycle, members):
    life = lifecycle(maxEnrolled=7).to(Phase.ENROLLING)
    life.enrol()
    with reverts_with("TaskFull", 7):
        life.task.enrol({"from": members[7]})


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.CANCELLED, Phase.EXPIRED])
def test_only_in_a_task_that_may_run(lifecycle, member, phase):
    life = lifecycle().to(phase)
    with reverts_with("TaskNotRunning", phase):
        life.task.enrol({"from": member})


def test_not_when_it_is_finished(lifecycle, late):
    life = lifecycle(totalRounds=1).to(Phase.FINISHED)
    with reverts_with("TaskNotRunning", Phase.FINISHED):
        life.task.enrol({"from": late})


@pytest.fixture
def returned(life, apply):
    """A trainer that left, was counted out, and is a member again."""
    life.to(Phase.TRAINING)
    trainer = life.trainers[0]
    life.cast.federation.leave({"from": trainer})
    life.task.retire(trainer, life.anyone)
    life.cast.decide(life.cast.federation.admit, apply(trainer))
    return trainer


def test_who_returns_keeps_its_number(life, returned):
    transaction = life.task.enrol({"from": returned})
    assert events(transaction, "MemberEnrolled") == [{"member": returned, "number": 4, "since": 1}]
    marks, roster = life.task.participant(returned), life.task.roster()
    assert (marks["number"], marks["retired"]) == (4, False)
    assert (roster["enrolled"], roster["active"]) == (7, 7)


def test_who_returns_finds_its_place_in_a_full_task(lifecycle, apply):
    life = lifecycle(maxEnrolled=7).to(Phase.TRAINING)
    trainer = life.trainers[0]
    life.cast.federation.leave({"from": trainer})
    life.task.retire(trainer, life.anyone)
    life.cast.decide(life.cast.federation.admit, apply(trainer))
    life.enrol(trainer)
    assert life.task.roster()["active"] == 7


def test_a_suspension_outlasts_a_return(lifecycle, apply):
    life = lifecycle(maxStrikes=1, suspensionRounds=2)
    life.scores = (9_000, 9_000, 9_000, 0)
    culprit = life.trainers[3]
    life.to(Phase.TRAINING).finish_round()
    assert life.task.participant(culprit)["suspendedUntil"] == 3
    life.cast.federation.leave({"from": culprit})
    life.task.retire(culprit, life.anyone)
    life.cast.decide(life.cast.federation.admit, apply(culprit))
    life.enrol(culprit)
    life.scores = (9_000, 9_000, 9_000)
    assert (life.task.roster()["active"], life.task.participant(culprit)["suspendedUntil"]) == (6, 3)
    assert culprit not in life.finish_round().free_trainers()
    assert culprit in life.finish_round().free_trainers()
    assert life.task.roster()["active"] == 7
