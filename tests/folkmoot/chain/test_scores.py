import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.chain.scores import packed, unpacked

SCORES = st.lists(st.one_of(st.integers(0, 10_000), st.just(65_535)), max_size=40)


def test_the_first_score_has_the_lowest_bits() -> None:
    assert packed([1, 2, 65_535]) == [1 + (2 << 16) + (65_535 << 32)]


@pytest.mark.parametrize(("count", "words"), [(0, 0), (1, 1), (16, 1), (17, 2), (600, 38)])
def test_a_word_has_16(count: int, words: int) -> None:
    assert len(packed([7_000] * count)) == words


@given(SCORES)
def test_scores_survive(scores: list[int]) -> None:
    words = packed(scores)
    assert all(word < 2**256 for word in words)
    assert unpacked(words, len(scores)) == tuple(scores)
