"""Seats that attest beside those that judge."""

from dataclasses import replace

import pytest

from folkmoot.chain.structs import Phase, StrikeReason
from tests.contracts.cast import model
from tests.contracts.lifecycle import BASELINE
from tests.support.evm import events, reverts_with, word


@pytest.fixture(scope="module")
def start(lifecycle):
    """Factory of tasks with three seats that judge and three that attest."""

    def start(aggregators=3, **changes):
        return lifecycle(**{"seats": 3 + aggregators, "trainers": 4, "aggregators": aggregators, **changes})

    return start


@pytest.fixture(scope="module")
def life(start):
    return start().to(Phase.COMMITTING)


@pytest.fixture(scope="module")
def aggregating(start):
    return start().to(Phase.AGGREGATING)


def struck(transaction):
    return [(event["member"], event["reason"]) for event in events(transaction, "MemberStruck")]


def filled(transaction):
    return {event["seat"]: event["member"] for event in events(transaction, "SeatFilled")}


# Who does what


def test_the_committee_sits_first(start):
    life = start().to(Phase.ENROLLING)
    life.enrol()
    [opened] = events(life.start(), "RoundOpened")
    assert (opened["seats"], opened["eligible"]) == (life.committee, 4)
    assert (life.task.round()["seats"], life.task.progress()["aggregators"]) == (3, 3)
    assert (life.judging, life.attesting) == (life.committee[:3], life.committee[3:])


def test_aggregators_do_not_train(start):
    life = start().to(Phase.TRAINING)
    with reverts_with("SeatedMembersDoNotTrain", life.committee[4], 0):
        life.submit(life.committee[4])


def test_aggregators_do_not_judge(life):
    with reverts_with("NotSeated", life.committee[3], 0):
        life.task.commitScores(0, 3, word(1), {"from": life.committee[3]})
    life.commit()
    with reverts_with("NotSeated", life.committee[3], 0):
        life.task.revealScores(0, 3, BASELINE, [1] * 4, word(1), {"from": life.committee[3]})
    life.reveal()
    assert life.phase == Phase.AGGREGATING


@pytest.mark.parametrize("seat", [0, 2])
def test_the_committee_does_not_attest(aggregating, seat):
    with reverts_with("SeatDoesNotAttest", seat, 3, 6):
        aggregating.attest(aggregating.committee[seat])


def test_there_is_no_seat_after_the_last(aggregating):
    with reverts_with("NotSeated", aggregating.committee[4], 0):
        aggregating.task.attest(0, 6, model(1), {"from": aggregating.committee[4]})


def test_more_than_half_of_the_aggregators_agree(aggregating):
    first, second, _ = aggregating.attesting
    aggregating.attest(first)
    assert aggregating.phase == Phase.AGGREGATING
    aggregating.attest(second)
    assert aggregating.phase == Phase.CLOSING


def test_the_committee_attests_where_nobody_else_is_seated(lifecycle):
    life = lifecycle(aggregators=3, trainers=5).to(Phase.AGGREGATING)
    assert (life.attesting, life.task.progress()["aggregators"]) == (life.committee, 0)
    life.attest(*life.committee[:2])
    assert life.phase == Phase.CLOSING
    [opened] = events(life.close(), "RoundOpened")
    assert opened["seats"] == [*life.trainers[:3], *life.committee]
    assert (life.judging, life.attesting) == (life.trainers[:3], life.committee)


def test_providers_judge_next_and_vacancies_come_after_them(aggregating):
    aggregating.attest()
    [opened] = events(aggregating.close(), "RoundOpened")
    assert opened["seats"] == [*aggregating.trainers[:3], *aggregating.committee[:3]]
    assert opened["fillers"] == [False] * 3 + [True] * 3
    assert opened["eligible"] == 4


def test_managers_name_aggregators_too(aggregating):
    named = [*aggregating.trainers[:3], *aggregating.committee[3:]]
    aggregating.rollback(0, named)
    assert (aggregating.judging, aggregating.attesting) == (named[:3], named[3:])
    with reverts_with("CommitteeOutOfBounds", 5, 3, 3):
        aggregating.rollback(0, named[:5])
    aggregating.rollback(0, named[:3])
    assert (aggregating.judging, aggregating.attesting) == (named[:3], named[:3])
    with reverts_with("CommitteeOutOfBounds", 7, 3, 6):
        aggregating.rollback(0, [*named, aggregating.committee[0]])


# Whom closing strikes


def test_silence_is_a_fault_of_who_judges(life):
    life.commit()
    life.reveal(*life.committee[:2])
    life.time_out()
    assert struck(life.to(Phase.CLOSING).close()) == [(life.committee[2], StrikeReason.ABSENCE)]


def test_a_minority_is_of_those_who_attest(start):
    life = start().to(Phase.AGGREGATING)
    life.attest(life.committee[4], pointer=model(99))
    life.attest(life.committee[3], life.committee[5])
    transaction = life.close()
    assert struck(transaction) == [(life.committee[4], StrikeReason.MINORITY)]
    assert life.committee[4] not in events(transaction, "RoundOpened")[0]["seats"]


def test_who_had_not_attested_when_the_others_agreed_is_not_absent(start):
    life = start().to(Phase.AGGREGATING)
    life.attest(*life.committee[3:5])
    assert struck(life.close()) == []


# Recovery


def test_committing_strikes_and_replaces_who_judges(life):
    life.time_out()
    transaction = life.recover()
    assert struck(transaction) == [(seat, StrikeReason.ABSENCE) for seat in life.committee[:3]]
    assert list(filled(transaction)) == [0, 1, 2]
    assert life.attesting == life.committee[3:]


def test_committing_replaces_an_aggregator_that_left(life):
    gone = life.committee[4]
    life.cast.federation.leave({"from": gone})
    life.commit(life.committee[0])
    life.time_out()
    transaction = life.recover()
    assert struck(transaction) == [(seat, StrikeReason.ABSENCE) for seat in life.committee[1:3]]
    assert list(filled(transaction)) == [1, 2, 4]
    life.to(Phase.AGGREGATING)
    life.attest(life.committee[3], life.account(filled(transaction)[4]))
    assert life.phase == Phase.CLOSING
    assert struck(life.close()) == []


def test_aggregating_strikes_and_replaces_who_attests(aggregating):
    life = aggregating
    life.attest(life.committee[3])
    life.time_out()
    transaction = life.recover()
    assert struck(transaction) == [(seat, StrikeReason.ABSENCE) for seat in life.committee[4:]]
    assert list(filled(transaction)) == [4, 5]
    assert life.judging == life.committee[:3]
    life.attest()
    assert life.phase == Phase.CLOSING
    assert struck(life.close()) == []


def test_aggregating_does_not_need_a_judge_that_left(aggregating):
    life = aggregating
    life.cast.federation.leave({"from": life.committee[0]})
    life.time_out()
    assert list(filled(life.recover())) == [3, 4, 5]


def test_all_seats_judge_the_update_of_an_author_that_came_to_attest(life):
    """Its seat gives no scores, so none of them is its own."""
    life.cast.federation.leave({"from": life.committee[3]})
    life.commit(life.committee[0])
    life.time_out()
    author = filled(life.recover())[3]
    opinions = {seat.address: (0, [score] * 4) for seat, score in zip(life.judging, (5, 9, 7), strict=True)}
    [settled] = events(replace(life, opinions=opinions).to_last_reveal().settle(), "RoundSettled")
    assert settled["scores"][life.trainers.index(author)] == 7


def test_a_vacant_seat_that_attests_costs_the_committee_nothing(start):
    """Nobody can take it, so its holder keeps it; three still judge, and the round goes on."""
    life = start(trainers=2).to(Phase.AGGREGATING)
    for author in life.trainers:
        life.cast.federation.leave({"from": author})
    life.attest(life.committee[3])
    life.time_out()
    transaction = life.recover()
    assert (filled(transaction), struck(transaction)) == (
        {},
        [(seat, StrikeReason.ABSENCE) for seat in life.committee[4:]],
    )
    assert life.phase == Phase.AGGREGATING
    life.attest(*life.committee[3:5])
    assert life.phase == Phase.CLOSING
