"""Attestations that weigh the stake: frozen when the round opens, relative to the median, at most twice that."""

from dataclasses import replace

import pytest

from folkmoot.chain.structs import Phase
from tests.contracts.cast import model
from tests.support.evm import events, word

RIGHT, WRONG = model(2), model(99)
ANY_SCORE = word(10_000 << 16)  # above 0 is accepted


@pytest.fixture(scope="module")
def rich(lifecycle):
    """Factory: round 1's Aggregating, whose seats earned these scores as trainers of round 0, and so their stakes."""

    def rich(*scores, trainers=4):
        life = lifecycle(
            trainers=trainers, committee=len(scores), updatesPerRound=len(scores), seats=len(scores),
            stakeWeighted=True, scoreParameters=ANY_SCORE, totalRounds=9,
        )  # fmt: skip
        life.to(Phase.TRAINING).submit(*life.trainers[: len(scores)])
        if life.phase == Phase.TRAINING:
            life.time_out()
        worthless = {seat.address: (0, scores) for seat in life.committee}
        replace(life, opinions=worthless).to(Phase.CLOSING).close()
        life.submit(*life.committee)
        if life.phase == Phase.TRAINING:
            life.time_out()
        life.opinions = {account.address: (0, [9_000] * len(scores)) for account in life.cast.members}
        life.to(Phase.AGGREGATING)
        assert life.seated == life.trainers[: len(scores)]
        return life

    return rich


def weights(life):
    return [seat["weight"] for seat in life.task.seats()]


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ((4_000, 2_999, 2_000), [1_333, 1_000, 667]),
        ((10_000, 100, 1), [2_000, 1_000, 19]),  # clipped
        ((5_999, 2_999, 2_998), [2_000, 1_000, 999]),
        ((5_998, 2_999, 2_999), [1_999, 1_000, 1_000]),
        ((9_000, 5_000, 99, 1), [2_000, 2_000, 1_000, 20]),  # the lower median
        ((7, 7, 7), [1_000] * 3),
    ],
    ids=str,
)
def test_weights(rich, scores, expected):
    life = rich(*scores)
    assert weights(life) == expected
    assert life.task.progress()["totalAttestingWeight"] == sum(expected)


def test_everybody_weighs_the_same_in_the_beginning(lifecycle):
    life = lifecycle(stakeWeighted=True).to(Phase.TRAINING)
    assert weights(life) == [1_000] * 3


def test_nothing_weighs_the_stake_where_votes_count(lifecycle):
    life = lifecycle().to(Phase.TRAINING).finish_round()
    assert weights(life) == [0] * 3


@pytest.fixture(scope="module")
def life(rich):
    return rich(10_000, 100, 1)


def test_a_tally_weighs_its_votes(life):
    one, two, three = life.seated
    life.attest(one, pointer=WRONG)
    life.attest(two, three)
    assert life.task.tallies() == [(WRONG, 1, 2_000, 1, 0), (RIGHT, 2, 1_019, 1, 0)]


def test_a_rich_minority_does_not_agree(life):
    life.attest(life.seated[0])
    assert life.phase == Phase.AGGREGATING
    life.attest(life.seated[2])
    assert life.phase == Phase.CLOSING


def test_a_poor_majority_does_not_agree(life):
    life.attest(*life.seated[1:])
    assert life.phase == Phase.AGGREGATING
    life.attest(life.seated[0])
    assert life.round == 2


def test_half_of_the_weight_does_not_agree(rich):
    life = rich(10_000, 100, 100)
    assert weights(life) == [2_000, 1_000, 1_000]
    life.attest(*life.seated[1:])
    assert life.phase == Phase.AGGREGATING


def test_half_of_the_seats_do_not_agree_whatever_they_weigh(rich):
    life = rich(9_000, 5_000, 99, 1)
    life.attest(*life.seated[:2])
    assert life.task.tallies()[0]["weight"] > life.task.progress()["totalAttestingWeight"] / 2
    assert life.phase == Phase.AGGREGATING


def test_a_seat_keeps_its_weight(life):
    """Whoever takes it: what all seats weigh together was frozen when the round opened."""
    _, poor, poorest = life.seated
    life.attest(poor, poorest)
    life.time_out()
    [filled] = events(life.recover(), "SeatFilled")
    assert (filled["seat"], life.task.participant(filled["member"])["stake"]) == (0, 1)
    assert weights(life) == [2_000, 1_000, 19]
    life.attest(poor, poorest)
    assert life.phase == Phase.AGGREGATING
    assert life.task.tallies() == [(RIGHT, 2, 1_019, 1, 1)]
    life.attest(life.seated[0])
    assert life.round == 2


def test_what_seats_weigh_ends_with_the_round(life):
    life.attest()
    life.close()
    assert life.seated == life.committee
    assert weights(life) == [1_000] * 3


def test_aggregators_weigh_their_own_stakes(lifecycle):
    """The first committee attests too; in round 1 it judges no more, and of its seats none weighs anything."""
    life = lifecycle(stakeWeighted=True, aggregators=3, trainers=5, totalRounds=9).to(Phase.TRAINING)
    assert weights(life) == [1_000] * 3
    life.finish_round()
    assert weights(life) == [0, 0, 0, 1_000, 1_000, 1_000]
    assert life.task.progress()["totalAttestingWeight"] == 3_000
    for author in life.trainers[3:]:
        life.submit(author)
    life.finish_round()
    stakes = [life.task.participant(seat)["stake"] for seat in life.attesting]
    median = sorted(stakes)[1]
    assert weights(life)[3:] == [min(stake * 1_000 // median, 2_000) for stake in stakes]


def test_a_round_without_seats_opens(lifecycle):
    """There is no median of nothing."""
    life = lifecycle(stakeWeighted=True).to(Phase.CLOSING)
    for account in (*life.committee, *life.trainers):
        life.cast.federation.leave({"from": account})
    assert events(life.close(), "RoundOpened")[0]["seats"] == []
    life.time_out()
    assert len(events(life.recover(), "RoundCarried")) == 1
