import pytest
from folkmoot.cli.amounts import COINS, Money, seconds
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.errors import ConfigError

FED = Money("FED", 18)


@pytest.mark.parametrize(
    ("units", "text"),
    [
        (0, "0 FED"),
        (1, "0.000000000000000001 FED"),
        (10**18, "1 FED"),
        (12_500_000_000_000_000_000, "12.5 FED"),
        (10**24, "1,000,000 FED"),
        (2**64, "18.446744073709551616 FED"),
    ],
)
def test_amounts_as_text(units: int, text: str) -> None:
    assert FED.text(units) == text


def test_a_token_without_decimals() -> None:
    assert Money("POINT", 0).text(7) == "7 POINT"
    assert Money("POINT", 0).units("7") == 7
    with pytest.raises(ConfigError):
        Money("POINT", 0).units("7.5")


@given(st.integers(0, 2**256 - 1), st.integers(0, 30))
def test_what_is_written_is_read_again(units: int, decimals: int) -> None:
    money = Money("T", decimals)
    assert money.units(money.text(units).removesuffix(" T").replace(",", "")) == units


@pytest.mark.parametrize("text", ["", "-1", "1,5", ".5", "5.", "1e3", "0x10", " 1", "١", "0." + "0" * 18 + "1"])
def test_what_is_no_amount(text: str) -> None:
    with pytest.raises(ConfigError, match="is no amount of FED"):
        FED.units(text)


def test_coins_have_18_decimals() -> None:
    assert COINS.units("1.5") == 15 * 10**17


@pytest.mark.parametrize(("text", "length"), [("90", 90), ("90s", 90), ("30min", 1_800), ("2h", 7_200), ("1d", 86_400)])
def test_lengths_of_time(text: str, length: int) -> None:
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "0", "0h", "-1h", "1.5h", "1 h", "2w", "h"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ConfigError, match="is no length of time"):
        seconds(text)
