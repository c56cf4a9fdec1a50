"""What the rules other than the median make of a round's scores. How they judge alone is in test_rules.py."""

import pytest

from folkmoot.chain.structs import Phase, StrikeReason, Verdict
from tests.support.evm import events, word

FAULT, REJECTED, PASSED, ACCEPTED = Verdict.FAULT, Verdict.REJECTED, Verdict.PASSED, Verdict.ACCEPTED
VH = 800


@pytest.fixture(scope="module")
def voted(lifecycle, cast):
    """Factory of tasks whose seats vote: the current model has 5000 with all of them."""

    def voted(*scores, **changes):
        life = lifecycle(scoreRule=cast.rules["MajorityVote"], scoreParameters=word(VH), **changes)
        life.scores = scores
        return life

    return voted


def settled(life):
    [event] = events(life.to_last_reveal().settle(), "RoundSettled")
    return event


def struck(transaction):
    return [(event["member"], event["reason"]) for event in events(transaction, "MemberStruck")]


def test_votes(voted):
    event = settled(voted(4_199, 4_200, 4_201, 9_000))
    assert event["scores"] == [0, 10_000, 10_000, 10_000]
    assert event["verdicts"] == [FAULT, ACCEPTED, ACCEPTED, ACCEPTED]
    assert event["ranking"] == [1, 2, 3]  # alike, so by arrival


def test_two_of_three_seats_outvote_the_third(voted):
    life = voted(9_000, 9_000, 0, 0)
    life.opinions = {life.committee[0].address: (5_000, [0, 0, 9_000, 9_000])}
    event = settled(life)
    assert event["scores"] == [6_666, 6_666, 3_333, 3_333]
    assert event["verdicts"] == [ACCEPTED, ACCEPTED, FAULT, FAULT]


def test_half_of_the_votes_are_enough(voted):
    life = voted(9_000, 9_000, seats=4, trainers=2, committee=4, updatesPerRound=4)
    life.opinions = {seat.address: (5_000, [0, 9_000]) for seat in life.committee[:2]}
    event = settled(life)
    assert (event["scores"], event["verdicts"]) == ([5_000, 10_000], [ACCEPTED, ACCEPTED])


def test_who_does_not_reveal_votes_for_nothing_and_strikes_nobody(voted):
    life = voted(9_000, 9_000, 0, 0)
    life.opinions = {life.committee[0].address: (5_000, [9_000, 0, 0, 0])}
    life.to(Phase.REVEALING).reveal(*life.committee[:2])
    life.time_out()
    [event] = events(life.settle(), "RoundSettled")
    assert event["scores"] == [6_666, 3_333, 0, 0]
    assert event["verdicts"] == [ACCEPTED, REJECTED, FAULT, FAULT]


def test_who_is_voted_down_is_struck(voted):
    life = voted(9_000, 9_000, 9_000, 4_199)
    assert struck(life.to(Phase.CLOSING).close()) == [(life.trainers[3], StrikeReason.UPDATE)]


def test_who_is_voted_down_again_is_suspended(voted):
    life = voted(9_000, 9_000, 9_000, 4_199).to(Phase.TRAINING).finish_round()
    culprit = life.trainers[3]
    life.scores = (4_199, 9_000, 9_000, 9_000)
    life.submit(culprit, *life.committee)
    transaction = life.to(Phase.CLOSING).close()
    assert events(transaction, "MemberSuspended") == [{"round": 1, "member": culprit, "until": 3}]


def test_availability(lifecycle, cast):
    """Whatever more than half of the seats could fetch is accepted; whatever they could not is a fault."""
    life = lifecycle(scoreRule=cast.rules["Availability"])
    life.scores = (10_000, 10_000, 0, 10_000)
    life.opinions = {life.committee[0].address: (10_000, [0, 10_000, 10_000, 10_000])}
    event = settled(life)
    assert event["scores"] == [6_666, 10_000, 3_333, 10_000]
    assert event["verdicts"] == [ACCEPTED, ACCEPTED, FAULT, ACCEPTED]
    assert event["ranking"] == [1, 3, 0]
    assert struck(life.to(Phase.CLOSING).close()) == [(life.trainers[2], StrikeReason.UPDATE)]


def test_half_of_the_seats_that_could_fetch_it_are_not_enough(lifecycle, cast):
    life = lifecycle(scoreRule=cast.rules["Availability"], seats=4, trainers=2, committee=4, updatesPerRound=4)
    life.scores = (10_000, 10_000)
    life.opinions = {seat.address: (10_000, [0, 10_000]) for seat in life.committee[:2]}
    event = settled(life)
    assert (event["scores"], event["verdicts"]) == ([5_000, 10_000], [FAULT, ACCEPTED])
