import pytest

from folkmoot.rules import (
    Candidate,
    Judgement,
    Standing,
    availability,
    availability_judge,
    contest_reward,
    draw,
    draw_trainers,
    flat_reward,
    lower_median,
    majority_vote,
    majority_vote_judge,
    median_score,
    median_score_judge,
    multi_factor_election,
    pay,
    random_election,
    redraw_election,
    score_share_reward,
    stake_reward,
    top_score_election,
    upper_median,
)

FAULT, REJECTED, PASSED = Judgement
SEED = bytes(range(32))


def provider(score: int, stake: int = 1, presence: int = 10, reputation: int = 5_000) -> Candidate:
    return Candidate(Standing.PROVIDER, score, stake, presence, reputation)


def other(standing: Standing, stake: int = 1) -> Candidate:
    return Candidate(standing, 0, stake, 10, 5_000)


@pytest.mark.parametrize(
    ("values", "lower", "upper"), [([7], 7, 7), ([9, 1], 1, 9), ([3, 1, 2], 2, 2), ([4, 1, 3, 2], 2, 3)]
)
def test_medians(values: list[int], lower: int, upper: int) -> None:
    assert (lower_median(values), upper_median(values)) == (lower, upper)
    assert median_score([], values, 0) == lower


@pytest.mark.parametrize(
    ("score", "baseline", "best", "tolerance", "judgement"),
    [
        (5_000, 0, 10_000, 10_000, PASSED),
        (4_999, 0, 10_000, 10_000, REJECTED),  # less than half of the best
        (0, 0, 0, 10_000, REJECTED),  # worthless
        (5_000, 6_000, 6_000, 1_000, PASSED),
        (4_999, 6_000, 6_000, 1_000, REJECTED),  # below the tolerance
        (3_000, 6_000, 6_000, 10_000, PASSED),
        (2_999, 6_000, 5_000, 10_000, FAULT),  # it would ruin the model
    ],
)
def test_what_the_median_score_means(
    score: int, baseline: int, best: int, tolerance: int, judgement: Judgement
) -> None:
    assert median_score_judge(score, baseline, best, tolerance << 16 | 5_000) == judgement


@pytest.mark.parametrize(
    ("scores", "share"),
    [((4_000, 4_000), 10_000), ((4_000, 3_999), 5_000), ((3_999, 3_999), 0), ((9_000, 9_000, 0), 6_666)],
)
def test_a_vote_forgives_a_loss_up_to_the_threshold(scores: tuple[int, ...], share: int) -> None:
    assert majority_vote([4_800] * len(scores), scores, 800) == share


def test_half_of_the_votes_carry_an_update_and_half_of_the_seats_do_not_have_it() -> None:
    assert [majority_vote_judge(score, 0, 0, 0) for score in (4_999, 5_000)] == [FAULT, PASSED]
    assert [availability_judge(score, 0, 0, 0) for score in (5_000, 5_001)] == [FAULT, PASSED]


def test_availability_is_the_share_of_those_who_have_it() -> None:
    assert [availability([], scores, 0) for scores in ([0, 0], [1, 0, 0], [1, 10_000])] == [0, 3_333, 10_000]


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


def test_a_redraw_looks_at_nothing_but_the_seed() -> None:
    candidates = [*map(other, Standing), provider(9_000, stake=9)]
    order = sorted(range(6), key=lambda index: draw(SEED, index), reverse=True)
    assert redraw_election(candidates, 9, SEED, 0) == order
    assert redraw_election(candidates, 4, SEED, 0) == order[:4]


@pytest.mark.parametrize(
    ("weights", "order"),
    [((1, 0, 0, 0), [0, 1, 2]), ((0, 1, 0, 0), [1, 2, 0]), ((0, 0, 1, 0), [2, 0, 1]), ((0, 0, 0, 1), [1, 0, 2])],
)
def test_many_factors_weigh_as_they_are_told(weights: tuple[int, int, int, int], order: list[int]) -> None:
    candidates = [provider(900, 1, 5, 6_000), provider(800, 100, 3, 7_000), provider(700, 50, 9, 4_000)]
    parameters = sum(weight << 16 * place for place, weight in enumerate(weights))
    assert multi_factor_election(candidates, 3, SEED, parameters) == order


def test_stakes_that_hardly_differ_are_told_apart() -> None:
    candidates = [provider(0, stake) for stake in (999_998, 999_999, 1_000_000)]
    assert multi_factor_election(candidates, 3, SEED, 0xFFFF << 16) == [2, 1, 0]
    assert multi_factor_election(candidates, 3, SEED, 1 << 16) == [2, 0, 1]  # of what is cut off, nothing weighs


def test_a_candidate_in_one_word() -> None:
    assert other(Standing.STRANGER, stake=7).packed == 5_000 << 72 | 10 << 64 | 7
    assert provider(9_000, 2**48 - 1, 3, 1).packed == 4 << 88 | 1 << 72 | 3 << 64 | 9_000 << 48 | 2**48 - 1


def test_nobody_is_elected_of_nobody() -> None:
    assert multi_factor_election([], 3, SEED, 1) == []


def test_who_is_drawn_to_train() -> None:
    able = {1, 2, 5, 9}
    drawn = draw_trainers(able, 3, SEED, 20)
    assert drawn == draw_trainers(able, 4, SEED, 20)[:3]
    assert set(draw_trainers(able, 9, SEED, 20)) == able
    assert {tuple(draw_trainers(able, 1, bytes([index]) * 32, 20)) for index in range(99)} == {(n,) for n in able}
    assert draw_trainers(set(), 3, SEED, 20) == draw_trainers(able, 0, SEED, 20) == []


def test_pay_follows_the_scores_and_never_exceeds_the_rounds_share() -> None:
    assert score_share_reward([9_000, 8_000, 7_000], [1, 1, 1], 4, 3, 0) == [9_000, 8_000, 7_000, 0, 0]
    assert pay([9_000, 8_000, 7_000], 4_000, 4) == [375, 333, 291]
    assert pay([1, 1], 4_001, 4) == [500, 500]  # half of 1000.25 each
    assert pay([0, 0], 4_000, 4) == [0, 0]


def test_rewards_by_role() -> None:
    rule = 5 | 3 << 16  # five epochs, three a unit
    assert stake_reward([0] * 4, [10, 20, 41, 900], 6, 2, rule) == [
        150,
        300,
        600,
        600,
        36,
        36,
    ]  # twice the median is 40
    assert stake_reward([], [], 6, 2, rule) == [36, 36]
    assert stake_reward([0], [7], 0, 0, rule) == [105, 0, 0]
    assert stake_reward([0], [2**32 - 1], 600, 400, 0xFFFF_FFFF) == [2**24 - 1] * 3


def test_the_same_for_everybody() -> None:
    assert flat_reward([1, 2], [3, 4], 5, 6, 20 | 30 << 16 | 40 << 32) == [20, 20, 30, 40]
    assert flat_reward([], [], 0, 0, 20) == [0, 0]


def test_a_contest_has_prizes_for_the_best() -> None:
    assert contest_reward([9, 8, 7], [1, 1, 1], 3, 3, 2) == [2, 1, 0, 0, 0]
    assert contest_reward([9], [1], 3, 3, 2) == [2, 0, 0]
