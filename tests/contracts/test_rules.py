"""The rules on chain and their twins off chain give the same answers to random questions."""

import brownie
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.core import given  # brownie's own rewinds the chain after each question; here nothing changes it

from folkmoot import rules as twin
from folkmoot.chain.scores import packed
from folkmoot.chain.structs import Metric, Phase
from folkmoot.rules import Judgement
from tests.contracts.lifecycle import BUDGET
from tests.support.evm import events, word

FAULT, REJECTED, PASSED = Judgement

FEW = settings(max_examples=40, deadline=None, derandomize=True)

basis_points = st.integers(0, 10_000)
several_scores = st.lists(basis_points, min_size=1, max_size=40)  # up to 12 values the median is found in another way


def row_of(seats):
    return st.lists(st.one_of(st.just(0), basis_points), min_size=seats, max_size=seats)


def scores_of(rule, baselines, rows, parameters=0):
    """The rule's answer to `rows`, each the seats' votes on one update."""
    votes = [packed(seat)[0] for seat in zip(*rows, strict=True)]
    return rule.scores(baselines, votes, len(rows), word(parameters))


seeds = st.binary(min_size=32, max_size=32)
words = st.integers(0, 2**256 - 1)
candidates = st.lists(
    st.builds(
        twin.Candidate,
        number=st.integers(1, 1_000),
        standing=st.one_of(st.just(twin.Standing.PROVIDER), st.sampled_from(twin.Standing)),
        score=basis_points,
        stake=st.one_of(st.integers(1, 3), st.integers(10**6, 10**6 + 9), st.integers(1, 2**48 - 1)),
        presence=st.integers(0, 10),
        reputation=basis_points,
    ),
    max_size=20,
)
shares = st.one_of(words, st.sampled_from([1, 0xFFFF, 1 << 16, 0xFFFF << 16, 1 << 32, 1 << 48, 1 | 1 << 16]))
elections = pytest.mark.parametrize(
    ("name", "elect"),
    [
        ("TopScoreElection", twin.top_score_election),
        ("RandomElection", twin.random_election),
        ("MultiFactorElection", twin.multi_factor_election),
        ("RedrawElection", twin.redraw_election),
    ],
)
votes = st.integers(1, 20).flatmap(  # baselines, and what the seats say of each of a few updates
    lambda seats: st.tuples(row_of(seats), st.lists(row_of(seats), min_size=1, max_size=4))
)
counts = st.one_of(st.integers(1, 9), st.integers(1, 2**32 - 1))
rewards = pytest.mark.parametrize(
    ("name", "weigh"),
    [
        ("ScoreShareReward", twin.score_share_reward),
        ("StakeReward", twin.stake_reward),
        ("FlatReward", twin.flat_reward),
        ("ContestReward", twin.contest_reward),
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
@given(voices=votes, parameters=words)
def test_median_score(rules, voices, parameters):
    baselines, rows = voices
    answer = scores_of(rules["MedianScore"], baselines, rows, parameters)
    assert answer == [twin.median_score(baselines, row, parameters) for row in rows]


@FEW
@given(
    score=basis_points,
    baseline=basis_points,
    best=basis_points,
    ratio=st.one_of(basis_points, st.integers(0, 2**16 - 1)),
    tolerance=st.one_of(st.just(10_000), st.integers(0, 2**16 - 1)),
    rest=st.integers(0, 2**32),
)
def test_what_a_median_score_means(rules, score, baseline, best, ratio, tolerance, rest):
    parameters = rest << 32 | tolerance << 16 | ratio
    [answer] = rules["MedianScore"].judge([score], baseline, best, word(parameters))
    assert answer == twin.median_score_judge(score, baseline, best, parameters)


@pytest.mark.parametrize(
    ("score", "baseline", "best", "judgement"),
    [
        (5_000, 0, 10_000, PASSED),
        (4_999, 0, 10_000, REJECTED),
        (5_000, 6_000, 5_000, PASSED),
        (4_999, 6_000, 5_000, REJECTED),
        (3_000, 6_000, 5_000, REJECTED),
        (2_999, 6_000, 5_000, FAULT),
    ],
)
def test_limits_of_the_median_score(rules, score, baseline, best, judgement):
    parameters = 1_000 << 16 | 5_000
    assert rules["MedianScore"].judge([score], baseline, best, word(parameters)) == [judgement]
    assert twin.median_score_judge(score, baseline, best, parameters) == judgement


@FEW
@given(voices=votes, threshold=st.one_of(basis_points, st.just(0xFFFF)), rest=st.integers(0, 2**32))
def test_majority_vote(rules, voices, threshold, rest):
    baselines, rows = voices
    parameters = rest << 16 | threshold
    answer = scores_of(rules["MajorityVote"], baselines, rows, parameters)
    assert answer == [twin.majority_vote(baselines, row, parameters) for row in rows]


@pytest.mark.parametrize("drop", [0, 799, 800, 801, 5_000])
@pytest.mark.parametrize("seats", [1, 2, 3, 400])
def test_a_vote_turns_just_below_the_threshold(rules, drop, seats):
    """One seat votes against the first update in any case, and each for what is as good as the current model."""
    baselines, scores = [5_000] * seats, [0, *[5_000 - drop] * (seats - 1)]
    share = (seats - 1) * 10_000 // seats if drop <= 800 else 0
    assert scores_of(rules["MajorityVote"], baselines, [scores, baselines], 800) == [share, 10_000]
    assert twin.majority_vote(baselines, scores, 800) == share


def test_nobody_votes_for_what_it_cannot_use(rules):
    """However little the current model knows."""
    baselines, scores = [0, 0, 800, 800], [0, 1, 0, 1]
    assert scores_of(rules["MajorityVote"], baselines, [scores], 800) == [5_000]
    assert twin.majority_vote(baselines, scores, 800) == 5_000


@FEW
@given(voices=votes, parameters=words)
def test_availability(rules, voices, parameters):
    baselines, rows = voices
    answer = scores_of(rules["Availability"], baselines, rows, parameters)
    assert answer == [twin.availability(baselines, row, parameters) for row in rows]


@pytest.mark.parametrize(
    ("name", "judge", "limit"),
    [("MajorityVote", twin.majority_vote_judge, 5_000), ("Availability", twin.availability_judge, 5_001)],
)
def test_half_of_the_seats(rules, name, judge, limit):
    """Half of the votes carry an update; half of the seats that have it do not."""
    for score in (0, 1, 4_999, 5_000, 5_001, 10_000):
        for baseline, best in ((0, 10_000), (10_000, 5_000)):
            expected = PASSED if score >= limit else FAULT
            assert rules[name].judge([score], baseline, best, word(1)) == [expected]
            assert judge(score, baseline, best, 1) == expected


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("MedianScore", Metric.ACCURACY),
        ("MajorityVote", Metric.ACCURACY),
        ("Availability", Metric.AVAILABILITY),
    ],
)
def test_what_seats_have_to_measure(rules, name, metric):
    assert rules[name].metric() == metric


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


@rewards
@FEW
@given(
    accepted=st.lists(st.tuples(basis_points, counts), max_size=20),
    updates=st.integers(0, 750),
    revealed=st.integers(0, 400),
    parameters=words,
)
def test_rewards(rules, name, weigh, accepted, updates, revealed, parameters):
    scores, samples = [score for score, _ in accepted], [count for _, count in accepted]
    answer = rules[name].weights(scores, samples, updates, revealed, word(parameters))
    assert answer == weigh(scores, samples, updates, revealed, parameters)


@pytest.mark.parametrize("samples", [[], [7], [7, 7], [1, 2**32 - 1], [2, 4, 8, 9], [3, 6, 7, 2**32 - 1, 1]], ids=str)
def test_samples_count_up_to_twice_the_lower_median(rules, samples):
    parameters = 1 | 1 << 16
    weights = rules["StakeReward"].weights([0] * len(samples), samples, 6, 3, word(parameters))
    most = 2 * sorted(samples)[(len(samples) - 1) // 2] if samples else 0
    assert weights == [*(min(count, most) for count in samples), 12, 18]
    assert weights == twin.stake_reward([0] * len(samples), samples, 6, 3, parameters)


@pytest.mark.parametrize("prizes", [0, 1, 3, 9])
def test_prizes_of_a_contest(rules, prizes):
    weights = rules["ContestReward"].weights([9, 9, 8], [1, 1, 1], 6, 3, word(prizes))
    assert weights == [*(max(prizes - rank, 0) for rank in range(3)), 0, 0]
    assert weights == twin.contest_reward([9, 9, 8], [1, 1, 1], 6, 3, prizes)


@pytest.mark.parametrize("scores", [(9_000, 8_000, 7_000, 6_000), (10_000, 1, 1, 1), (3, 2, 2, 1), (7, 7, 7, 7)])
def test_what_a_round_pays(lifecycle, scores):
    life = lifecycle(scoreParameters=word(10_000 << 16))
    life.scores = scores
    life.opinions = {seat.address: (0, scores) for seat in life.committee}
    transaction = life.to(Phase.CLOSING).close()
    best = sorted(scores, reverse=True)[:3]
    assert [event["amount"] for event in events(transaction, "UpdateBlockWritten")] == twin.pay(best, BUDGET, 4)
