from collections.abc import Callable, Iterator
from itertools import combinations_with_replacement as multisets
from itertools import product

import pytest

from folkmoot.rules import (
    Judgement,
    availability,
    availability_judge,
    lower_median,
    majority_vote,
    majority_vote_judge,
    median_score,
    median_score_judge,
    upper_median,
)

FAULT, REJECTED, PASSED = Judgement
Voices = tuple[int, ...]
Score = Callable[[Voices, Voices, int], int]
Judge = Callable[[int, int, int, int], Judgement]


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


BEST = 10_000
LIES = (0, 5_000, BEST)
HONEST = (4_000, 5_000, 6_000)


def others(seats: int, liars: int) -> Iterator[tuple[Voices, Voices]]:
    """All that so many honest seats and liars can say; the order of voices does not matter."""
    return product(multisets(HONEST, seats - liars), multisets(LIES, liars))


def left_out(voices: Voices) -> int:
    """The median of the voices that are left without an author's own: of an even number the lowest goes, too."""
    rest = sorted(voices)
    return lower_median(rest[1:] if len(rest) % 2 == 0 else rest)


@pytest.mark.parametrize("seats", range(3, 8))
def test_a_minority_of_liars_bends_no_median(seats: int) -> None:
    for liars in range((seats + 1) // 2):
        for honest, lies in others(seats, liars):
            assert min(honest) <= median_score([], (*honest, *lies), 0) <= max(honest)


@pytest.mark.parametrize("seats", range(3, 8))
def test_a_minority_of_liars_strikes_no_honest_author_that_sits(seats: int) -> None:
    for liars in range((seats + 1) // 2):
        for honest, lies in others(seats - 1, liars):
            score = median_score([], (*honest, *lies, BEST), 0)
            assert score == left_out((*honest, *lies))
            assert score >= min(honest)


@pytest.mark.parametrize("seats", range(3, 8))
@pytest.mark.parametrize(("score", "judge"), [(majority_vote, majority_vote_judge), (availability, availability_judge)])
def test_a_minority_of_liars_votes_down_no_honest_author_that_sits(seats: int, score: Score, judge: Judge) -> None:
    """Whatever baseline goes with a lie: a high score beside a higher baseline is a vote against, too."""
    for liars in range((seats + 1) // 2):
        for lies in multisets([(10_000, 0), (10_000, 9_000), (0, 0)], liars):
            voices = [(5_000, BEST), *[(5_000, 5_000)] * (seats - 1 - liars), *lies]
            baselines, scores = zip(*voices, strict=True)
            assert judge(score(baselines, scores, 0), 5_000, 5_000, 0) == PASSED


@pytest.mark.parametrize("seats", range(3, 8))
def test_a_liar_that_sits_raises_its_own_update_no_higher_than_an_honest_seat_does(seats: int) -> None:
    for liars in range(1, (seats + 1) // 2):
        for honest, lies in others(seats - 1, liars - 1):
            score = median_score([], (*honest, *lies, BEST), 0)
            assert score == left_out((*honest, *lies))
            assert score <= max(honest)
