"""recover: the phase that stalled starts again. See also test_refill.py (who sits) and test_carry.py (no way on)."""

import pytest

from folkmoot.chain.structs import Milestone, Phase, StrikeReason
from tests.contracts.cast import model
from tests.contracts.lifecycle import pointer
from tests.support.evm import events, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.TRAINING)


def struck(transaction):
    return [(event["member"], event["reason"]) for event in events(transaction, "MemberStruck")]


def filled(transaction):
    """The seats that were filled and who sat there before."""
    return [(event["seat"], event["predecessor"]) for event in events(transaction, "SeatFilled")]


def recovered(life, stalled, attempt=1):
    transaction = life.recover()
    assert events(transaction, "RoundRecovered") == [{"round": 0, "attempt": attempt, "stalled": stalled}]
    assert life.task.round()["attempt"] == attempt
    return transaction


# Training


def test_training_keeps_the_updates_and_strikes_nobody(life):
    author = life.trainers[0]
    life.submit(author)
    life.time_out()
    assert (life.phase, Phase(life.task.stalledPhase())) == (Phase.STALLED, Phase.TRAINING)
    transaction = recovered(life, Phase.TRAINING)
    assert (struck(transaction), filled(transaction)) == ([], [])
    now = transaction.timestamp
    assert events(transaction, "DeadlineSet") == [
        {
            "round": 0,
            "attempt": 1,
            "milestone": Milestone.OPEN,
            "deadline": now + 6_000,
            "endBlock": transaction.block_number,
        }
    ]
    assert life.phase == Phase.TRAINING
    assert life.task.updates(0, 9)[1] == [pointer(author, 0)]
    with reverts_with("AlreadySubmitted", author, 0):
        life.submit(author)
    life.submit(*life.trainers[1:])
    assert life.phase == Phase.COMMITTING


def test_training_replaces_a_seat_that_may_not_act_any_more(life):
    life.cast.federation.leave({"from": life.committee[1]})
    life.time_out()
    transaction = recovered(life, Phase.TRAINING)
    assert events(transaction, "MemberRetired") == [{"member": life.committee[1]}]
    assert struck(transaction) == []
    assert filled(transaction) == [(1, life.committee[1])]
    assert life.seated[1] in life.trainers


# Committing


@pytest.fixture(scope="module")
def uncommitted(lifecycle):
    """Of three seats one has committed. Two trainers have submitted, two have not."""
    life = lifecycle().to(Phase.TRAINING)
    life.submit(*life.trainers[:2])
    life.time_out()
    life.commit(life.committee[1])
    life.time_out()
    assert (life.phase, Phase(life.task.stalledPhase())) == (Phase.STALLED, Phase.COMMITTING)
    return life


def test_committing_strikes_and_replaces_who_did_not_commit(uncommitted):
    life = uncommitted
    transaction = recovered(life, Phase.COMMITTING)
    absent = [life.committee[0], life.committee[2]]
    assert struck(transaction) == [(seat, StrikeReason.ABSENCE) for seat in absent]
    assert filled(transaction) == [(0, absent[0]), (2, absent[1])]
    assert life.seated[1] == life.committee[1]
    now = transaction.timestamp
    [announced] = events(transaction, "DeadlineSet")
    assert (announced["deadline"], life.deadline()) == (now + 5_000, now + 2_000)
    assert life.phase == Phase.COMMITTING
    assert (life.task.round()["committed"], life.task.round()["submitted"]) == (0, 2)


def test_who_committed_and_left_is_replaced_without_a_strike(uncommitted):
    life = uncommitted
    life.cast.federation.leave({"from": life.committee[1]})
    transaction = recovered(life, Phase.COMMITTING)
    assert [seat for seat, _ in filled(transaction)] == [0, 1, 2]
    assert (life.committee[1], StrikeReason.ABSENCE) not in struck(transaction)


def test_the_new_seats_finish_the_round(uncommitted):
    recovered(uncommitted, Phase.COMMITTING)
    uncommitted.finish_round()
    assert uncommitted.round == 1
    assert uncommitted.task.ledger(1) == model(1)


def test_the_absent_are_marked(uncommitted):
    recovered(uncommitted, Phase.COMMITTING)
    marks = [uncommitted.task.participant(seat) for seat in uncommitted.committee]
    assert [(one["strikes"], one["absentIn"], one["struckIn"]) for one in marks] == [(1, 1, 1), (0, 0, 0), (1, 1, 1)]


# Revealing


@pytest.fixture(scope="module")
def unrevealed(lifecycle):
    """All seats have committed, one has revealed."""
    life = lifecycle().to(Phase.REVEALING)
    life.reveal(life.committee[1])
    life.time_out()
    assert (life.phase, Phase(life.task.stalledPhase())) == (Phase.STALLED, Phase.REVEALING)
    return life


def test_revealing_goes_back_to_committing_without_who_has_revealed(unrevealed):
    life = unrevealed
    transaction = recovered(life, Phase.REVEALING)
    absent = [life.committee[0], life.committee[2]]
    assert struck(transaction) == [(seat, StrikeReason.ABSENCE) for seat in absent]
    assert filled(transaction) == [(0, absent[0]), (2, absent[1])]
    current = life.task.round()
    assert (current["committed"], current["revealed"]) == (1, 1)
    assert life.phase == Phase.COMMITTING
    fillers = [life.seated[0], life.seated[2]]
    life.commit(*fillers)
    assert life.phase == Phase.REVEALING
    life.reveal(*fillers)
    assert life.phase == Phase.AGGREGATING


def test_who_has_revealed_and_left_need_not_be_replaced(unrevealed):
    life = unrevealed
    life.cast.federation.leave({"from": life.committee[1]})
    assert [seat for seat, _ in filled(recovered(life, Phase.REVEALING))] == [0, 2]
    assert life.seated[1] == life.committee[1]


def test_what_was_revealed_counts(unrevealed):
    """The first attempt's voice and that of one filler are a majority."""
    life = unrevealed
    recovered(life, Phase.REVEALING)
    filler = life.seated[0]
    life.commit(filler)
    life.time_out()
    assert life.phase == Phase.REVEALING
    life.reveal(filler)
    assert life.phase == Phase.AGGREGATING


# Aggregating


@pytest.fixture(scope="module")
def unattested(lifecycle):
    """One seat has attested."""
    life = lifecycle().to(Phase.AGGREGATING)
    life.attest(life.committee[1])
    life.time_out()
    return life


def test_aggregating_keeps_the_verdicts_and_clears_the_attestations(unattested):
    life = unattested
    verdicts = life.task.updates(0, 9)
    transaction = recovered(life, Phase.AGGREGATING)
    absent = [life.committee[0], life.committee[2]]
    assert struck(transaction) == [(seat, StrikeReason.ABSENCE) for seat in absent]
    assert filled(transaction) == [(0, absent[0]), (2, absent[1])]
    assert events(transaction, "DeadlineSet")[0]["deadline"] == transaction.timestamp + 4_000
    assert (life.phase, life.task.tallies(), life.task.updates(0, 9)) == (Phase.AGGREGATING, [], verdicts)
    life.attest(*life.seated[:2])
    assert life.phase == Phase.CLOSING


def test_aggregating_replaces_a_seat_that_attested_and_left(unattested):
    life = unattested
    life.cast.federation.leave({"from": life.committee[1]})
    transaction = recovered(life, Phase.AGGREGATING)
    assert [seat for seat, _ in filled(transaction)] == [0, 1, 2]
    assert (life.committee[1], StrikeReason.ABSENCE) not in struck(transaction)


# Around


def test_each_phase_may_stall_in_turn(lifecycle):
    life = lifecycle(maxAttempts=9, maxStrikes=9, maxEmptyRounds=10).to(Phase.TRAINING)
    for attempt, phase in enumerate((Phase.TRAINING, Phase.COMMITTING, Phase.REVEALING, Phase.AGGREGATING), start=1):
        life.to_stalled(phase)
        recovered(life, phase, attempt)
    assert life.phase == Phase.AGGREGATING
    life.finish_round()
    assert (life.round, life.task.round()["attempt"]) == (1, 0)


def test_anyone_recovers(uncommitted, stranger):
    uncommitted.task.recover({"from": stranger})
    assert uncommitted.phase == Phase.COMMITTING


def test_not_twice(uncommitted):
    uncommitted.recover()
    with reverts_with("WrongPhase", 0, Phase.COMMITTING, Phase.STALLED):
        uncommitted.recover()


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.ENROLLING, Phase.TRAINING, Phase.SETTLING, Phase.CLOSING])
def test_only_what_stalled(lifecycle, phase):
    life = lifecycle().to(phase)
    with reverts_with("WrongPhase", 0, phase, Phase.STALLED):
        life.recover()
