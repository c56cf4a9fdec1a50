"""The rules on chain and their twins off chain give the same answers to random questions."""

import brownie
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.core import given  # brownie's own rewinds the chain after each question; here nothing changes it

from offchain import rules as twin
from offchain.chain.structs import Phase
from tests.contracts.lifecycle import BUDGET
from tests.support.evm import events, word

FEW = settings(max_examples=40, deadline=None, derandomize=True)

basis_points = st.integers(0, 10_000)
several_scores = st.lists(basis_points, min_size=1, max_size=40)  # up to 12 values the median is found in another way
seeds = st.binary(min_size=32, max_size=32)
words = st.integers(0, 2**256 - 1)
candidates = st.lists(
    st.builds(
        twin.Candidate,
        standing=st.one_of(st.just(twin.Standing.PROVIDER), st.sampled_from(twin.Standing)),
        score=basis_points,
        stake=st.one_of(st.integers(1, 3), st.integers(10**6, 10**6 + 9), st.integers(1, 2**48 - 1)),
        presence=st.integers(0, 10),
    ),
    max_size=20,
)
shares = st.one_of(words, st.sampled_from([1, 0xFFFF, 1 << 16, 0xFFFF << 16, 1 << 32, 1 | 1 << 16]))
elections = pytest.mark.parametrize(
    ("name", "elect"),
    [
        ("TopScoreElection", twin.top_score_election),
        ("RandomElection", twin.random_election),
        ("MultiFactorElection", twin.multi_factor_election),
    ],
)


@pytest.fixture(scope="module")
def maths(deployer):
    return deployer.deploy(brownie.MathsHarness)


@FEW
@given(values=several_scores)
def test_medians(maths, values):
    assert maths.lowerMedian(values) == twin.lower_median(values)
    assert maths.upperMedian(values) == twin.upper_median(values)


@pytest.mark.parametrize("count", [1, 2, 11, 12, 13, 14])
def test_medians_of_equal_and_of_extreme_values(maths, count):
    for values in ([0] * count, [10_000] * count, [0, 10_000] * count):
        assert maths.lowerMedian(values) == twin.lower_median(values)
        assert maths.upperMedian(values) == twin.upper_median(values)


@FEW
@given(keys=st.lists(st.one_of(st.integers(0, 5), words), max_size=40), count=st.integers(0, 45))
def test_the_largest_keys(maths, keys, count):
    assert maths.largest(keys, count) == sorted(keys, reverse=True)[:count]


@FEW
@given(baselines=several_scores, scores=several_scores, parameters=words)
def test_median_score(rules, baselines, scores, parameters):
    answer = rules["MedianScore"].score(baselines, scores, word(parameters))
    assert answer == twin.median_score(baselines, scores, parameters)


@FEW
@given(
    score=basis_points,
    baseline=basis_points,
    best=basis_points,
    ratio=st.one_of(basis_points, st.integers(0, 2**16 - 1)),
    tolerance=st.one_of(st.just(10_000), st.integers(0, 2**16 - 1)),
    rest=st.integers(0, 2**32),
)
def test_what_the_median_score_accepts(rules, score, baseline, best, ratio, tolerance, rest):
    parameters = rest << 32 | tolerance << 16 | ratio
    answer = rules["MedianScore"].accepts(score, baseline, best, word(parameters))
    assert answer == twin.median_score_accepts(score, baseline, best, parameters)


@pytest.mark.parametrize(
    ("score", "baseline", "best", "accepted"),
    [(5_000, 0, 10_000, True), (4_999, 0, 10_000, False), (5_000, 6_000, 5_000, True), (4_999, 6_000, 5_000, False)],
)
def test_limits_of_the_median_score(rules, score, baseline, best, accepted):
    parameters = 1_000 << 16 | 5_000
    assert rules["MedianScore"].accepts(score, baseline, best, word(parameters)) == accepted
    assert twin.median_score_accepts(score, baseline, best, parameters) == accepted


@elections
@FEW
@given(slate=candidates, seats=st.integers(0, 22), seed=seeds, parameters=shares)
def test_elections(rules, name, elect, slate, seats, seed, parameters):
    answer = rules[name].elect([one.packed for one in slate], seats, seed, word(parameters))
    assert answer == elect(slate, seats, seed, parameters)


@pytest.mark.parametrize("name", ["TopScoreElection", "RandomElection", "MultiFactorElection"])
@FEW
@given(slate=candidates, seats=st.integers(1, 10), seed=seeds, parameters=words)
def test_no_seat_goes_to_a_lower_standing_while_a_higher_one_is_there(rules, name, slate, seats, seed, parameters):
    chosen = rules[name].elect([one.packed for one in slate], seats, seed, word(parameters))
    assert len(set(chosen)) == len(chosen) == min(seats, len(slate))
    seated = [slate[index].standing for index in chosen]
    waiting = [one.standing for index, one in enumerate(slate) if index not in chosen]
    assert seated == sorted(seated, reverse=True)
    assert not seated or not waiting or min(seated) >= max(waiting)


@FEW
@given(scores=several_scores, samples=several_scores, parameters=words)
def test_score_share_reward(rules, scores, samples, parameters):
    answer = rules["ScoreShareReward"].weights(scores, samples, word(parameters))
    assert answer == twin.score_share_reward(scores, samples, parameters)


@pytest.mark.parametrize("scores", [(9_000, 8_000, 7_000, 6_000), (10_000, 1, 1, 1), (3, 2, 2, 1), (7, 7, 7, 7)])
def test_what_a_round_pays(lifecycle, scores):
    life = lifecycle(scoreParameters=word(10_000 << 16))
    life.scores = scores
    life.opinions = {seat.address: (0, scores) for seat in life.committee}
    transaction = life.to(Phase.CLOSING).close()
    best = sorted(scores, reverse=True)[:3]
    assert [event["amount"] for event in events(transaction, "UpdateBlockWritten")] == twin.pay(best, BUDGET, 4)
