from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import pytest

from folkmoot.rules import (
    Candidate,
    Standing,
    draw,
    multi_factor_election,
    random_election,
    redraw_election,
    top_score_election,
)

SEED = bytes(range(32))

ElectionRule = Callable[[Sequence[Candidate], int, bytes, int], list[int]]


def provider(score: int, stake: int = 1, presence: int = 10, reputation: int = 5_000, number: int = 1) -> Candidate:
    return Candidate(number, Standing.PROVIDER, score, stake, presence, reputation)


def other(standing: Standing, stake: int = 1, number: int = 1) -> Candidate:
    return Candidate(number, standing, 0, stake, 10, 5_000)


def numbered(candidates: Iterable[Candidate]) -> list[Candidate]:
    """With enrolment numbers from 11 on."""
    return [replace(candidate, number=number) for number, candidate in enumerate(candidates, start=11)]


def drawn(candidates: Sequence[Candidate]) -> list[int]:
    return sorted(range(len(candidates)), key=lambda index: draw(SEED, candidates[index].number), reverse=True)


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
    candidates = numbered([other(Standing.STRANGER)] * 6)
    order = top_score_election(candidates, 6, SEED, 0)
    assert order == drawn(candidates)
    assert order != top_score_election(candidates, 6, bytes(32), 0)


def test_a_random_election_does_not_look_at_scores() -> None:
    candidates = numbered(provider(score) for score in range(6))
    order = random_election(candidates, 6, SEED, 0)
    assert order == random_election(numbered([provider(9)] * 6), 6, SEED, 0)
    assert order == drawn(candidates)


def test_a_redraw_looks_at_nothing_but_the_seed() -> None:
    candidates = numbered([*map(other, Standing), provider(9_000, stake=9)])
    order = drawn(candidates)
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


@pytest.mark.parametrize("elect", [top_score_election, random_election, redraw_election])
def test_who_is_no_candidate_any_more_moves_nobody_else(elect: ElectionRule) -> None:
    kinds = [other(Standing.STRANGER), provider(9_000), other(Standing.STRANGER), provider(9_000)] * 3
    candidates = numbered(kinds)
    whole = [candidates[index].number for index in elect(candidates, 12, SEED, 0)]
    for gone in candidates:
        left = [candidate for candidate in candidates if candidate != gone]
        order = [left[index].number for index in elect(left, 11, SEED, 0)]
        assert order == [number for number in whole if number != gone.number]


def test_a_candidate_in_one_word() -> None:
    assert other(Standing.STRANGER, stake=7).packed == 1 << 96 | 5_000 << 72 | 10 << 64 | 7
    packed = 1_000 << 96 | 4 << 88 | 1 << 72 | 3 << 64 | 9_000 << 48 | 2**48 - 1
    assert provider(9_000, 2**48 - 1, 3, 1, 1_000).packed == packed


def test_nobody_is_elected_of_nobody() -> None:
    assert multi_factor_election([], 3, SEED, 1) == []
