from folkmoot.rules import sample_trainers
from folkmoot.rules.election import draw_word
from folkmoot.rules.sampling import MAX_DRAWS_PER_NUMBER

SEED = bytes(range(32))
ABLE = {1, 2, 5, 9}


def test_all_who_are_wanted_and_able_are_sampled_once() -> None:
    sampled = sample_trainers(ABLE, 9, SEED, 20)
    assert sorted(sampled) == sorted(ABLE)
    assert sample_trainers(ABLE, 3, SEED, 20) == sampled[:3]


def test_each_draw_is_a_number_that_the_seed_gives() -> None:
    numbers = (draw_word(SEED, index) % 20 + 1 for index in range(20 * MAX_DRAWS_PER_NUMBER))
    assert sample_trainers(ABLE, 1, SEED, 20) == [next(number for number in numbers if number in ABLE)]


def test_everyone_who_is_able_can_be_the_first() -> None:
    assert {tuple(sample_trainers(ABLE, 1, bytes([index]) * 32, 20)) for index in range(99)} == {(n,) for n in ABLE}


def test_no_one_is_sampled_where_no_one_is_able_or_wanted() -> None:
    assert sample_trainers(set(), 3, SEED, 20) == sample_trainers(ABLE, 0, SEED, 20) == []


def test_the_draws_come_to_an_end() -> None:
    """With this seed none of the 24 draws among three numbers is number 1."""
    seed = (23479).to_bytes(32)
    assert sample_trainers({1}, 1, seed, 3) == []
    assert sorted(sample_trainers({1, 2, 3}, 3, seed, 3)) == [2, 3]
