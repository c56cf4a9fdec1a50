"""recover, where trying again cannot help: the old model is carried forward without pay."""

import pytest

from folkmoot.chain.structs import Milestone, Phase, StrikeReason
from tests.contracts.cast import model
from tests.contracts.lifecycle import BUDGET
from tests.support.evm import events


def assert_carried(life, transaction, *, number=0, empty=1):
    """The round ended with the model that it started from, and nobody was paid."""
    assert events(transaction, "RoundCarried") == [{"round": number, "emptyRounds": empty}]
    assert events(transaction, "ModelBlockWritten") == [{"round": number, "model": number + 1, "pointer": model(0)}]
    assert life.task.ledger(number + 1) == model(0)
    assert events(transaction, "UpdateBlockWritten") == events(transaction, "Credited") == []
    assert life.cast.treasury.budgetOf(life.task) == BUDGET or life.phase == Phase.FINISHED


def test_with_nothing_accepted(lifecycle):
    life = lifecycle().waste_round()
    seed = life.task.seed()
    transaction = life.recover()
    assert_carried(life, transaction)
    assert events(transaction, "MemberStruck") == []
    [opened] = events(transaction, "RoundOpened")
    assert (opened["round"], opened["seats"], opened["fillers"]) == (1, life.committee, [True] * 3)
    assert (life.phase, life.round, life.task.roster()["emptyRounds"]) == (Phase.TRAINING, 1, 1)
    assert life.task.seed() != seed


def struck(transaction):
    return [(event["member"], StrikeReason(event["reason"])) for event in events(transaction, "MemberStruck")]


def test_faults_are_struck_all_the_same(lifecycle):
    """Otherwise a member could fill every round with noise before the others submit."""
    life = lifecycle()
    life.scores = (100, 100, 100, 100)
    life.to_last_reveal().settle()
    transaction = life.recover()
    assert_carried(life, transaction)
    assert struck(transaction) == [(author, StrikeReason.UPDATE) for author in life.trainers]


def test_who_withheld_its_scores_is_struck_and_does_not_sit_on(lifecycle):
    life = lifecycle()
    life.opinions = {seat.address: (0, [0] * 4) for seat in life.committee}
    life.to(Phase.REVEALING).reveal(*life.committee[:2])
    life.time_out()
    life.settle()
    transaction = life.recover()
    assert_carried(life, transaction)
    assert struck(transaction) == [(life.committee[2], StrikeReason.ABSENCE)]
    assert events(transaction, "RoundOpened")[0]["seats"][:2] == life.committee[:2]


def test_verdicts_count_though_nobody_agreed_on_a_model(lifecycle):
    life = lifecycle(maxAttempts=1)
    life.scores = (9_000, 8_000, 100, 7_000)
    life.to_stalled(Phase.AGGREGATING)
    transaction = life.recover()
    assert_carried(life, transaction)
    assert set(struck(transaction)) == {
        (life.trainers[2], StrikeReason.UPDATE),
        *((seat, StrikeReason.ABSENCE) for seat in life.committee),
    }


def test_an_accepted_update_clears_a_strike_though_nobody_agreed_on_a_model(lifecycle):
    life = lifecycle(maxAttempts=1)
    life.scores = (100, 8_000, 9_000, 7_000)
    life.finish_round()
    noisy = life.trainers[0]
    assert life.task.participant(noisy)["strikes"] == 1
    life.scores = (9_000, 8_000, 7_000, 6_000)
    life.to_stalled(Phase.AGGREGATING)
    assert [event["member"] for event in events(life.recover(), "StrikeCleared")] == [noisy]


@pytest.mark.parametrize("phase", [Phase.TRAINING, Phase.COMMITTING, Phase.REVEALING, Phase.AGGREGATING])
def test_after_the_last_attempt(lifecycle, phase):
    life = lifecycle(maxAttempts=2).to_stalled(phase)
    assert events(life.recover(), "RoundCarried") == []
    assert life.round == 0
    life.to_stalled(phase)
    assert_carried(life, life.recover())
    assert (life.phase, life.round, life.task.round()["attempt"]) == (Phase.TRAINING, 1, 0)


def test_absence_in_the_last_attempt_is_struck_too(lifecycle):
    life = lifecycle(maxAttempts=1).to_stalled(Phase.COMMITTING)
    transaction = life.recover()
    assert [event["member"] for event in events(transaction, "MemberStruck")] == life.committee
    assert events(transaction, "SeatFilled") == []


def test_when_fewer_than_three_can_sit(lifecycle):
    life = lifecycle(trainers=2).to(Phase.COMMITTING)
    life.time_out()
    transaction = life.recover()
    assert_carried(life, transaction)
    assert events(transaction, "SeatFilled") == []


def test_when_just_three_can_sit(lifecycle):
    life = lifecycle(trainers=3).to(Phase.COMMITTING)
    life.time_out()
    transaction = life.recover()
    assert events(transaction, "RoundCarried") == []
    assert (life.phase, set(life.seated)) == (Phase.COMMITTING, set(life.trainers))


def test_when_a_committee_is_too_small_from_the_start(lifecycle):
    """Only two members were left for the seats of round 1: it trains in vain."""
    life = lifecycle().to(Phase.CLOSING)
    for account in (*life.committee, *life.trainers[2:]):
        life.cast.federation.leave({"from": account})
    life.close()
    life.time_out()
    assert (life.phase, Phase(life.task.stalledPhase())) == (Phase.STALLED, Phase.TRAINING)
    transaction = life.recover()
    assert events(transaction, "RoundCarried") == [{"round": 1, "emptyRounds": 1}]
    assert life.task.ledger(2) == model(1)


def test_with_too_few_eligible_trainers_one_attempt_is_enough(lifecycle):
    life = lifecycle(trainers=3, minUpdates=3, minEnrolled=6, maxStrikes=1, suspensionRounds=1)
    life.scores = (9_000, 8_000, 0)
    life.to(Phase.TRAINING).finish_round()
    assert (life.round, life.task.round()["eligible"]) == (1, 2)
    life.time_out()
    transaction = life.recover()
    assert events(transaction, "RoundRecovered") == []
    assert events(transaction, "RoundCarried") == [{"round": 1, "emptyRounds": 1}]
    assert life.task.round()["eligible"] == 3  # the suspension is over


def test_empty_rounds_in_a_row_end_the_task(lifecycle, cast):
    pool = cast.treasury.pool()
    life = lifecycle(maxEmptyRounds=2, maxStrikes=1)
    life.waste_round().recover()
    transaction = life.waste_round().recover()
    assert_carried(life, transaction, number=1, empty=2)
    assert events(transaction, "TaskFinished") == [{"round": 1, "released": BUDGET}]
    assert (life.phase, life.task.round()["milestone"]) == (Phase.FINISHED, Milestone.FINISHED)
    assert (cast.treasury.pool(), cast.treasury.budgetOf(life.task)) == (pool, 0)


def test_a_round_with_a_model_starts_the_count_anew(lifecycle):
    life = lifecycle(maxEmptyRounds=2, maxStrikes=1, totalRounds=6)
    life.waste_round().recover()
    life.finish_round()
    assert life.task.roster()["emptyRounds"] == 0
    life.waste_round().recover()
    assert (life.phase, life.task.roster()["emptyRounds"]) == (Phase.TRAINING, 1)


def test_who_was_to_fill_a_seat_has_done_no_duty(lifecycle):
    """Two strangers take the seats of the absent, but three would be needed: they do not come before the proven."""
    life = lifecycle(trainers=3).to(Phase.TRAINING).finish_round()
    proven, gone = life.seated, life.committee[2]
    life.cast.federation.leave({"from": gone})
    life.task.retire(gone, life.anyone)
    life.submit(*life.committee[:2])
    life.time_out()
    life.time_out(Phase.COMMITTING)
    transaction = life.recover()
    assert [event["member"] for event in events(transaction, "MemberStruck")] == proven
    assert events(transaction, "SeatFilled") == []
    assert events(transaction, "RoundCarried") == [{"round": 1, "emptyRounds": 1}]
    [opened] = events(transaction, "RoundOpened")
    assert (opened["seats"], opened["fillers"]) == (proven, [True] * 3)


def test_who_left_is_counted_out_before_the_next_committee(lifecycle):
    """The election would choose the first committee again; one of it has left meanwhile."""
    life = lifecycle().waste_round()
    gone = life.committee[1]
    life.cast.federation.leave({"from": gone})
    transaction = life.recover()
    assert events(transaction, "MemberRetired") == [{"member": gone}]
    assert_carried(life, transaction)
    assert events(transaction, "RoundOpened")[0]["seats"][:2] == [life.committee[0], life.committee[2]]


def test_the_last_round_ends_the_task(lifecycle):
    life = lifecycle(totalRounds=1)
    transaction = life.waste_round().recover()
    assert_carried(life, transaction)
    assert events(transaction, "RoundOpened") == []
    assert life.phase == Phase.FINISHED


def test_what_is_carried_is_the_latest_model(lifecycle):
    life = lifecycle().to(Phase.TRAINING)
    life.finish_round()
    life.waste_round().recover()
    assert life.task.ledger(2) == life.task.ledger(1) == model(1)
