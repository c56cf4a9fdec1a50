import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.errors import ConfigError
from folkmoot.rule_settings import pack, unpack


@given(st.lists(st.integers(0, 65_535), max_size=16))
def test_what_is_packed_can_be_read_but_for_zeros_at_its_end(numbers: list[int]) -> None:
    word = pack("score_settings", "MedianScore", numbers)
    assert len(word) == 32
    found = unpack(word)
    assert [*found, *[0] * (len(numbers) - len(found))] == numbers


def test_the_first_number_is_in_the_lowest_bits() -> None:
    assert int.from_bytes(pack("score_settings", "MedianScore", (5_000, 300))) == 5_000 | 300 << 16


@pytest.mark.parametrize("numbers", [(-1,), (65_536,), (1,) * 17])
def test_numbers_that_do_not_fit_are_refused_by_the_settings_name(numbers: tuple[int, ...]) -> None:
    with pytest.raises(ConfigError) as raised:
        pack("reward_settings", "StakeReward", numbers)
    assert raised.value.message == f"reward_settings cannot be {list(numbers)}"
    assert raised.value.hint == "at most 16 numbers, each at least 0, at most 65535"


@pytest.mark.parametrize("rule", ["MultiFactorElection", "FlatReward", "ContestReward"])
def test_a_rule_whose_weights_would_be_0_asks_for_them(rule: str) -> None:
    with pytest.raises(ConfigError, match=f"{rule} needs some_settings") as raised:
        pack("some_settings", rule, ())
    assert raised.value.hint.startswith("for example some_settings = [")
