import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.errors import ConfigError
from folkmoot.rule_settings import check_kind, pack, unpack

OWN = "0x" + "1" * 40  # a rule that no federation is deployed with


@given(st.lists(st.integers(0, 65_535), max_size=16))
def test_what_is_packed_can_be_read_but_for_zeros_at_its_end(numbers: list[int]) -> None:
    word = pack("score_settings", OWN, numbers)
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


@pytest.mark.parametrize(
    ("rule", "numbers", "hint"),
    [
        ("MedianScore", (5_000,), "[5000, 10000]: least ratio"),
        ("MedianScore", (1, 2, 3), "[5000, 10000]: least ratio"),
        ("MajorityVote", (5_000, 10_000), "[800]: how far below"),
        ("Availability", (5_000,), "[]: it takes none"),
        ("TopScoreElection", (1,), "[]: it takes none"),
        ("MultiFactorElection", (0, 0, 0, 0), "[1, 1, 1, 1]: weights"),
        ("StakeReward", (5,), "[5, 1]: epochs"),
        ("FlatReward", (1,), "[1, 0, 0]: weights"),
        ("ContestReward", (0,), "[3]: the number of prizes"),
    ],
)
def test_a_rule_takes_so_many_numbers_and_not_only_zeros(rule: str, numbers: tuple[int, ...], hint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        pack("its_settings", rule, numbers)
    assert raised.value.message == f"its_settings cannot be {list(numbers)} with {rule}"
    assert raised.value.hint.startswith(f"for example its_settings = {hint}")


def test_flat_pay_may_be_none() -> None:
    assert pack("reward_settings", "FlatReward", (0, 0, 0)) == bytes(32)


@pytest.mark.parametrize(("kind", "rule"), [("score", "FlatReward"), ("election", "MedianScore")])
def test_a_rule_of_another_kind_is_refused_with_those_of_this(kind: str, rule: str) -> None:
    with pytest.raises(ConfigError, match=f"^{kind}_rule cannot be {rule}, which is of the kind ") as raised:
        check_kind(kind, rule)
    for allowed in raised.value.hint.removeprefix("one of ").split(", "):
        check_kind(kind, allowed)
    check_kind(kind, OWN)
