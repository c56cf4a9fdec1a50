import pytest

from offchain.rules import (
    Candidate,
    Standing,
    draw,
    lower_median,
    median_score,
    median_score_accepts,
    multi_factor_election,
    pay,
    random_election,
    score_share_reward,
    top_score_election,
    upper_median,
)

SEED = bytes(range(32))


def provider(score: int, stake: int = 1, presence: int = 10) -> Candidate:
    return Candidate(Standing.PROVIDER, score, stake, presence)


def other(standing: Standing, stake: int = 1) -> Candidate:
    return Candidate(standing, 0, stake, 10)


@pytest.mark.parametrize(
    ("values", "lower", "upper"), [([7], 7, 7), ([9, 1], 1, 9), ([3, 1, 2], 2, 2), ([4, 1, 3, 2], 2, 3)]
)
def test_medians(values: list[int], lower: int, upper: int) -> None:
    assert (lower_median(values), upper_median(values)) == (lower, upper)
    assert median_score([], values, 0) == lower


@pytest.mark.parametrize(
    ("score", "baseline", "best", "tolerance", "accepted"),
    [
        (5_000, 0, 10_000, 10_000, True),
        (4_999, 0, 10_000, 10_000, False),  # less than half of the best
        (0, 0, 0, 10_000, False),  # worthless
        (5_000, 6_000, 6_000, 1_000, True),
        (4_999, 6_000, 6_000, 1_000, False),  # below the tolerance
    ],
)
def test_what_the_median_score_accepts(score: int, baseline: int, best: int, tolerance: int, accepted: bool) -> None:
    assert median_score_accepts(score, baseline, best, tolerance << 16 | 5_000) == accepted


def test_the_best_providers_are_seated() -> None:
    candidates = [provider(7_000), provider(9_000), provider(8_000), provider(9_000)]
    assert top_score_election(candidates, 3, SEED, 0) == [1, 3, 2]


def test_vacancies_go_to_the_proven_before_strangers() -> None:
    candidates = [
        other(Standing.STRANGER),
        other(Standing.TIRED, stake=99_999),
        other(Standing.PROVEN, stake=5),
        other(Standing.PROVEN, stake=7),
        other(Standing.SITTING),
        provider(1),
    ]
    for elect in (top_score_election, random_election, multi_factor_election):
        assert elect(candidates, 9, SEED, 0) == [5, 4, 3, 2, 1, 0]


def test_strangers_are_drawn_by_the_seed() -> None:
    candidates = [other(Standing.STRANGER)] * 6
    order = top_score_election(candidates, 6, SEED, 0)
    assert order == sorted(range(6), key=lambda index: draw(SEED, index), reverse=True)
    assert order != top_score_election(candidates, 6, bytes(32), 0)


def test_a_random_election_does_not_look_at_scores() -> None:
    order = random_election([provider(score) for score in range(6)], 6, SEED, 0)
    assert order == random_election([provider(9)] * 6, 6, SEED, 0)
    assert order == sorted(range(6), key=lambda index: draw(SEED, index), reverse=True)


@pytest.mark.parametrize(("weights", "order"), [((1, 0, 0), [0, 1, 2]), ((0, 1, 0), [1, 2, 0]), ((0, 0, 1), [2, 0, 1])])
def test_many_factors_weigh_as_they_are_told(weights: tuple[int, int, int], order: list[int]) -> None:
    candidates = [provider(900, 1, 5), provider(800, 100, 3), provider(700, 50, 9)]
    parameters = weights[0] | weights[1] << 16 | weights[2] << 32
    assert multi_factor_election(candidates, 3, SEED, parameters) == order


def test_stakes_that_hardly_differ_are_told_apart() -> None:
    candidates = [provider(0, stake) for stake in (999_998, 999_999, 1_000_000)]
    assert multi_factor_election(candidates, 3, SEED, 0xFFFF << 16) == [2, 1, 0]
    assert multi_factor_election(candidates, 3, SEED, 1 << 16) == [2, 0, 1]  # of what is cut off, nothing weighs


def test_a_candidate_in_one_word() -> None:
    assert other(Standing.STRANGER, stake=7).packed == 10 << 64 | 7
    assert provider(9_000, 2**48 - 1, 3).packed == 4 << 72 | 3 << 64 | 9_000 << 48 | 2**48 - 1


def test_nobody_is_elected_of_nobody() -> None:
    assert multi_factor_election([], 3, SEED, 1) == []


def test_pay_follows_the_scores_and_never_exceeds_the_rounds_share() -> None:
    assert score_share_reward([9_000, 8_000, 7_000], [1, 1, 1], 0) == [9_000, 8_000, 7_000]
    assert pay([9_000, 8_000, 7_000], 4_000, 4) == [375, 333, 291]
    assert pay([0, 0], 4_000, 4) == [0, 0]
