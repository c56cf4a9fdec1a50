from decimal import Decimal

import pytest
from eth_account import Account

from folkmoot.chain import public_key
from folkmoot.learning.descriptor_fields import HINTS, MAX_OBSERVERS, VALID, is_shape, plain_decimal

KEYS = [public_key(Account.from_key(number.to_bytes(32))).hex() for number in range(1, MAX_OBSERVERS + 2)]


def test_each_field_has_a_check_and_a_hint() -> None:
    assert VALID.keys() == HINTS.keys()


@pytest.mark.parametrize(("keys", "valid"), [((), True), ((KEYS[0],), True), (tuple(KEYS), False)])
def test_observers_are_some_public_keys(keys: tuple[str, ...], *, valid: bool) -> None:
    assert VALID["observers"](keys) is valid


def test_as_many_observers_as_are_allowed() -> None:
    assert VALID["observers"](tuple(KEYS[:MAX_OBSERVERS]))


@pytest.mark.parametrize("point", ["00" * 64, "ff" * 64, KEYS[0][64:] + KEYS[0][:64]])
def test_a_key_of_another_curve_is_refused(point: str) -> None:
    """Nothing could be encrypted for it, by anybody."""
    assert not VALID["observers"]((point,))


@pytest.mark.parametrize(("value", "text"), [("0.050", "0.05"), ("3", "3"), ("3.0", "3"), ("5E-2", "0.05")])
def test_a_decimal_is_plain(value: str, text: str) -> None:
    assert plain_decimal(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "valid"), [((1, 8), True), ((), True), ((0,), False), ([1], False), ((True,), False)]
)
def test_a_shape_is_a_tuple_of_whole_numbers(value: object, *, valid: bool) -> None:
    assert is_shape(value) is valid
