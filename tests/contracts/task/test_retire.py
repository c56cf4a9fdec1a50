import pytest

from folkmoot.chain.structs import Phase
from tests.support.evm import events, now, pass_to, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.TRAINING)


@pytest.fixture(params=["leave", "ban", "expire"])
def gone(life, apply, request):
    """A trainer that is no member of the federation any more."""
    trainer, cast = life.trainers[0], life.cast
    if request.param == "ban":
        cast.decide(cast.federation.ban, trainer)
        return trainer
    cast.federation.leave({"from": trainer})
    if request.param == "expire":
        cast.decide(cast.federation.setMembershipPeriod, 10)
        cast.decide(cast.federation.admit, apply(trainer))
        pass_to(now() + 10)
        cast.federation.expireMembership(trainer, life.anyone)
    return trainer


def test_retire(life, gone, stranger):
    transaction = life.task.retire(gone, {"from": stranger})
    assert events(transaction, "MemberRetired") == [{"member": gone}]
    assert life.task.participant(gone)["retired"]
    roster = life.task.roster()
    assert (roster["active"], roster["enrolled"]) == (6, 7)
    assert life.task.round()["eligible"] == 4  # frozen when the round opened


def test_the_next_round_counts_one_less(life, gone):
    life.task.retire(gone, life.anyone)
    life.submit(*life.trainers[1:])
    life.time_out()
    life.finish_round()
    assert life.task.round()["eligible"] == 3


def test_before_the_start(lifecycle):
    life = lifecycle().to(Phase.ENROLLING)
    life.enrol()
    life.cast.federation.leave({"from": life.trainers[0]})
    life.task.retire(life.trainers[0], life.anyone)
    life.start()
    assert life.task.round()["eligible"] == 3


def test_not_twice(life, gone):
    life.task.retire(gone, life.anyone)
    with reverts_with("NotEnrolled", gone):
        life.task.retire(gone, life.anyone)


def test_no_member_of_the_federation(life):
    with reverts_with("StillMember", life.trainers[0]):
        life.task.retire(life.trainers[0], life.anyone)


def test_only_who_is_enrolled(life, stranger):
    with reverts_with("NotEnrolled", stranger):
        life.task.retire(stranger, life.anyone)


def test_who_is_suspended_is_counted_out_once(lifecycle):
    life = lifecycle(maxStrikes=1, suspensionRounds=1)
    life.scores = (9_000, 8_000, 7_000, 0)
    life.to(Phase.TRAINING).finish_round()
    culprit = life.trainers[3]
    assert life.task.roster()["active"] == 6
    life.cast.federation.leave({"from": culprit})
    life.task.retire(culprit, life.anyone)
    assert life.task.roster()["active"] == 6
    life.scores = (9_000, 8_000, 7_000)
    life.finish_round()
    assert life.task.roster()["active"] == 6


def test_who_was_suspended_is_counted_out(lifecycle):
    life = lifecycle(maxStrikes=1, suspensionRounds=1)
    life.scores = (9_000, 8_000, 7_000, 0)
    culprit = life.trainers[3]
    life.to(Phase.TRAINING).finish_round()
    life.scores = (9_000, 8_000, 7_000)
    life.finish_round()
    assert life.task.roster()["active"] == 7
    life.cast.federation.leave({"from": culprit})
    life.task.retire(culprit, life.anyone)
    assert life.task.roster()["active"] == 6
