"""Who takes the seats of the absent: members who did not submit, then authors; each by the vacancy order."""

from dataclasses import replace

import pytest

from folkmoot.chain.structs import Phase
from folkmoot.rules import draw
from tests.contracts.lifecycle import pointer
from tests.support.evm import events


def filled(transaction):
    return [event["member"] for event in events(transaction, "SeatFilled")]


def by_draw(life, strangers):
    """Strangers in the order of the draw."""
    seed = bytes(life.task.seed())
    return sorted(strangers, key=lambda account: draw(seed, life.task.participant(account)["number"]), reverse=True)


@pytest.fixture(scope="module")
def stalled(lifecycle):
    """Nobody has committed. Of four trainers the first and the third have submitted. All are strangers."""
    life = lifecycle().to(Phase.TRAINING)
    life.submit(life.trainers[0], life.trainers[2])
    life.time_out()
    life.time_out(Phase.COMMITTING)
    return life


def test_authors_come_last(stalled):
    order = filled(stalled.recover())
    silent, authors = [stalled.trainers[1], stalled.trainers[3]], [stalled.trainers[0], stalled.trainers[2]]
    assert order == [*by_draw(stalled, silent), by_draw(stalled, authors)[0]]
    assert stalled.seated == order


def test_who_fills_a_seat_serves_a_term(stalled):
    for filler in filled(stalled.recover()):
        marks = stalled.task.participant(filler)
        assert (marks["seatedIn"], marks["filledIn"], marks["terms"]) == (1, 1, 1)


def test_no_seat_goes_to_who_left(stalled):
    gone = stalled.trainers[1]
    stalled.cast.federation.leave({"from": gone})
    order = filled(stalled.recover())
    assert gone not in order
    assert order[0] == stalled.trainers[3]


def test_no_seat_goes_to_who_came_in_this_round(stalled, members):
    stalled.enrol(members[9])
    assert members[9] not in filled(stalled.recover())


def test_the_absent_may_come_back_when_nobody_else_is_there(stalled):
    """In the second attempt the fillers are absent too, and the first committee is free again, struck as it is."""
    fillers = filled(stalled.recover())
    stalled.time_out()
    assert filled(stalled.recover()) == by_draw(stalled, list(stalled.committee))
    assert not set(fillers) & set(stalled.seated)


def test_who_is_suspended_does_not_come_back(lifecycle):
    life = lifecycle(maxStrikes=1).to(Phase.TRAINING)
    life.submit(*life.trainers[:2])
    life.time_out()
    life.time_out(Phase.COMMITTING)
    transaction = life.recover()
    suspended = [(event["member"], event["until"]) for event in events(transaction, "MemberSuspended")]
    assert suspended == [(seat, 2) for seat in life.committee]
    assert life.task.roster()["active"] == 4
    life.time_out()
    assert not set(filled(life.recover())) & set(life.committee)


@pytest.fixture(scope="module")
def proven(lifecycle):
    """In round 2 the first committee sits again. Of those who train, the first three are proven, the richest first."""
    life = lifecycle(maxTerms=1).to(Phase.TRAINING)
    life.finish_round()
    life.submit(*life.committee, life.trainers[3])
    replace(life, scores=(9_000, 8_500, 8_000, 100)).finish_round()
    assert life.seated == life.committee
    return life


def submit(life, *authors):
    for author in authors:
        life.task.submitUpdate(2, pointer(author, 2), 1, {"from": author})


def test_the_richest_of_the_proven_come_first(proven):
    rich, middle, poor, stranger = proven.trainers
    submit(proven, poor, stranger)
    proven.time_out()
    proven.commit(proven.committee[2])
    proven.time_out()
    assert filled(proven.recover()) == [rich, middle]


def test_a_proven_member_comes_before_a_stranger(proven):
    rich, middle, poor, stranger = proven.trainers
    submit(proven, rich, middle)
    proven.time_out()
    proven.commit(proven.committee[2])
    proven.time_out()
    assert filled(proven.recover()) == [poor, stranger]


def test_a_proven_author_comes_after_a_stranger_who_did_not_submit(proven):
    rich, middle, poor, stranger = proven.trainers
    submit(proven, rich, middle, poor)
    proven.time_out()
    proven.commit(proven.committee[2])
    proven.time_out()
    assert filled(proven.recover()) == [stranger, rich]


def test_a_tired_filler_comes_after_the_proven(lifecycle):
    """In round 3 who filled seats in round 2 is tired: its term is over."""
    life = lifecycle(maxTerms=1, totalRounds=6, maxStrikes=9, maxEmptyRounds=10).to(Phase.TRAINING)
    life.finish_round()  # three trainers are proven
    life.submit(*life.committee, life.trainers[3])
    replace(life, scores=(9_000, 8_500, 8_000, 100)).finish_round()  # and the first committee too
    rich, middle, poor, stranger = life.trainers
    submit(life, middle, poor)
    life.time_out()
    life.commit(*life.committee[1:])
    life.time_out()
    life.reveal(life.committee[1])
    life.time_out()
    assert filled(life.recover()) == [rich, stranger]
    life.finish_round()
    assert life.seated == [middle, poor, life.committee[1]]
    for author in (life.committee[0], stranger):
        life.task.submitUpdate(3, pointer(author, 3), 1, {"from": author})
    life.time_out()
    life.time_out(Phase.COMMITTING)
    assert life.task.participant(rich)["stake"] > life.task.participant(life.committee[2])["stake"]
    assert filled(life.recover()) == [life.committee[2], rich, life.committee[0]]


def test_a_seat_that_nobody_can_take_stays_with_its_holder(lifecycle):
    life = lifecycle(seats=5, trainers=2, committee=5, updatesPerRound=5).to(Phase.COMMITTING)
    life.commit(life.committee[0])
    life.time_out()
    transaction = life.recover()
    assert set(filled(transaction)) == set(life.trainers)
    assert life.seated == [life.committee[0], *filled(transaction), *life.committee[3:]]
    assert life.phase == Phase.COMMITTING
    life.commit(*life.seated)
    assert life.phase == Phase.REVEALING


def test_one_strike_a_round_however_often_one_is_absent(lifecycle):
    life = lifecycle(seats=5, trainers=2, committee=5, updatesPerRound=5).to(Phase.COMMITTING)
    life.commit(life.committee[0])
    life.time_out()
    life.recover()
    holder = life.committee[4]
    life.commit(*life.seated[:2])
    life.time_out()
    transaction = life.recover()
    assert holder not in [event["member"] for event in events(transaction, "MemberStruck")]
    assert life.task.participant(holder)["strikes"] == 1


def test_a_second_seat_in_one_round_is_no_second_term(lifecycle):
    life = lifecycle(trainers=4, maxStrikes=9, maxEmptyRounds=10, maxAttempts=9).to(Phase.TRAINING)
    life.submit(*life.trainers[:2])
    life.time_out()
    life.time_out(Phase.COMMITTING)
    first = filled(life.recover())
    seatings = dict.fromkeys(first, 1)
    for _ in range(3):
        life.time_out()
        for member in filled(life.recover()):
            seatings[member] = seatings.get(member, 0) + 1
    twice = [member for member, times in seatings.items() if times > 1]
    assert twice
    assert [life.task.participant(member)["terms"] for member in twice] == [1] * len(twice)
