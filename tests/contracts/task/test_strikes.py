"""close: whom it strikes, suspends and forgives."""

from dataclasses import replace

import pytest

from folkmoot.chain.structs import Phase, StrikeReason
from tests.contracts.cast import model
from tests.support.evm import events


def struck(transaction):
    return [(event["member"], event["reason"], event["strikes"]) for event in events(transaction, "MemberStruck")]


def test_an_update_that_would_ruin_the_model(lifecycle):
    life = lifecycle()
    life.scores = (9_000, 8_000, 7_000, 2_499)
    transaction = life.to(Phase.CLOSING).close()
    assert struck(transaction) == [(life.trainers[3], StrikeReason.UPDATE, 1)]
    marks = life.task.participant(life.trainers[3])
    assert (marks["strikes"], marks["struckIn"], marks["absentIn"], marks["suspendedUntil"]) == (1, 1, 0, 0)
    assert marks["reputation"] == 3_750


def test_to_be_rejected_or_not_among_the_best_is_no_fault(lifecycle):
    life = lifecycle()
    life.scores = (10_000, 4_999, 9_000, 9_000)
    assert struck(life.to(Phase.CLOSING).close()) == []


def test_a_seat_that_was_silent(lifecycle):
    life = lifecycle().to(Phase.REVEALING)
    life.reveal(*life.committee[:2])
    life.time_out()
    transaction = life.to(Phase.CLOSING).close()
    assert struck(transaction) == [(life.committee[2], StrikeReason.ABSENCE, 1)]
    assert life.task.participant(life.committee[2])["absentIn"] == 1


def test_a_seat_that_attested_something_else(lifecycle):
    life = lifecycle().to(Phase.AGGREGATING)
    life.attest(life.committee[0], pointer=model(99))
    life.attest(*life.committee[1:])
    transaction = life.close()
    assert struck(transaction) == [(life.committee[0], StrikeReason.MINORITY, 1)]
    assert life.task.participant(life.committee[0])["absentIn"] == 0


def test_who_had_not_attested_when_the_others_agreed_is_not_absent(lifecycle):
    life = lifecycle().to(Phase.CLOSING)
    assert [seat["attestedIn"] for seat in life.task.seats()] == [1, 1, 0]
    assert struck(life.close()) == []


def test_who_filled_a_seat_while_aggregating_is_not_struck(lifecycle):
    """Nobody could reveal any more when it was seated."""
    life = lifecycle().to(Phase.AGGREGATING)
    life.attest(life.committee[0])
    life.time_out()
    life.recover()
    fillers = life.seated[1:]
    life.attest(life.committee[0], *fillers[:1])
    transaction = life.close()
    assert struck(transaction) == []
    assert [life.task.participant(filler)["absentIn"] for filler in fillers] == [0, 0]


def test_who_filled_a_seat_while_aggregating_is_struck_for_a_minority(lifecycle):
    life = lifecycle().to(Phase.AGGREGATING)
    life.attest(life.committee[0])
    life.attest(life.committee[1], pointer=model(99))
    life.time_out()
    life.recover()
    filler = life.seated[2]
    life.attest(filler, pointer=model(99))
    life.attest(*life.committee[:2])
    assert struck(life.close()) == [(filler, StrikeReason.MINORITY, 1)]


def test_one_strike_a_round(lifecycle):
    """An author that had to sit spoils its update and is silent on its seat: one strike, and the absence is marked."""
    life = lifecycle(seats=5, trainers=3, committee=5, updatesPerRound=5).to(Phase.COMMITTING)
    life.commit(*life.committee[:2])
    life.time_out()
    life.recover()
    *others, culprit = life.seated
    spoilt = life.trainers.index(culprit)
    life = replace(life, scores=[0 if index == spoilt else 9_000 for index in range(3)])
    life.commit(*others)
    life.time_out()
    life.reveal(*others)
    transaction = life.to(Phase.CLOSING).close()
    assert struck(transaction) == [(culprit, StrikeReason.UPDATE, 1)]
    marks = life.task.participant(culprit)
    assert (marks["strikes"], marks["absentIn"], marks["struckIn"], marks["reputation"]) == (1, 1, 1, 3_750)


def test_strikes_suspend(lifecycle):
    life = lifecycle(maxStrikes=1, suspensionRounds=2)
    life.scores = (9_000, 8_000, 7_000, 0)
    transaction = life.to(Phase.CLOSING).close()
    culprit = life.trainers[3]
    assert events(transaction, "MemberSuspended") == [{"round": 0, "member": culprit, "until": 3}]
    assert events(transaction, "RoundOpened")[0]["eligible"] == 3
    marks = life.task.participant(culprit)
    assert (marks["strikes"], marks["suspendedUntil"]) == (0, 3)
    assert life.task.roster()["active"] == 6


def test_who_is_suspended_comes_back(lifecycle):
    life = lifecycle(maxStrikes=1, suspensionRounds=2)
    life.scores = (9_000, 8_000, 7_000, 0)
    life.to(Phase.TRAINING).finish_round()
    life.scores = (9_000, 8_000, 7_000)
    for _ in range(2):
        assert life.task.roster()["active"] == 6
        life.finish_round()
    assert (life.round, life.task.roster()["active"]) == (3, 7)


@pytest.fixture
def second_round(lifecycle):
    """In round 1 the last trainer has one strike and all four updates are in."""
    life = lifecycle()
    life.scores = (9_000, 8_000, 7_000, 0)
    life.to(Phase.TRAINING).finish_round()
    culprit = life.trainers[3]
    life.submit(culprit, *life.committee)
    return life, culprit


@pytest.mark.parametrize(
    ("score", "cleared"), [(9_000, True), (5_000, True), (4_400, False)], ids=["accepted", "passed", "rejected"]
)
def test_an_update_that_passes_clears_a_strike(second_round, score, cleared):
    life, culprit = second_round
    life.scores = (score, 9_000, 9_000, 9_000)
    transaction = life.to(Phase.CLOSING).close()
    expected = [{"round": 1, "member": culprit, "strikes": 0}] if cleared else []
    assert events(transaction, "StrikeCleared") == expected
    assert life.task.participant(culprit)["strikes"] == int(not cleared)


def test_a_second_strike_suspends(second_round):
    life, culprit = second_round
    life.scores = (0, 9_000, 9_000, 9_000)
    transaction = life.to(Phase.CLOSING).close()
    assert struck(transaction) == [(culprit, StrikeReason.UPDATE, 2)]
    assert events(transaction, "MemberSuspended") == [{"round": 1, "member": culprit, "until": 3}]


def test_an_update_does_not_clear_a_strike_of_its_own_round(lifecycle):
    """Authors that had to sit were absent; what they had submitted passes."""
    life = lifecycle(updatesPerRound=4).to(Phase.COMMITTING)
    for _ in range(2):
        life.commit(life.committee[0])
        life.time_out()
        recovery = life.recover()
    fillers = [member for member, *_ in struck(recovery)]
    assert set(fillers) < set(life.trainers)
    assert struck(recovery) == [(member, StrikeReason.ABSENCE, 1) for member in fillers]
    transaction = life.to(Phase.CLOSING).close()
    assert {*fillers} <= {event["author"] for event in events(transaction, "UpdateBlockWritten")}
    assert events(transaction, "StrikeCleared") == []
    assert [life.task.participant(filler)["strikes"] for filler in fillers] == [1, 1]
