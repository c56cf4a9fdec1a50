from typing import Any

import pytest

from folkmoot.chain import Block
from folkmoot.chain.fees import is_enough, outbid


def head(base_fee: int | None) -> Block:
    return Block(number=1, hash="", time=1_000, gas_limit=30_000_000, base_fee=base_fee)


@pytest.mark.parametrize(
    ("base_fee", "offered", "enough"),
    [
        (205, {"maxPriorityFeePerGas": 5, "maxFeePerGas": 205}, True),
        (206, {"maxPriorityFeePerGas": 5, "maxFeePerGas": 205}, False),
        (0, {"gasPrice": 0}, True),
        (100, {"gasPrice": 0}, False),
        (100, {"gasPrice": 100}, True),
        (None, {"gasPrice": 1_000}, False),
    ],
)
def test_the_base_fee_is_enough(base_fee: int | None, offered: Any, enough: bool) -> None:
    assert is_enough({"nonce": 3, **offered}, head(base_fee)) == enough


@pytest.mark.parametrize(
    ("offered", "fees", "dearer"),
    [
        (
            {"maxPriorityFeePerGas": 5, "maxFeePerGas": 205},
            {"maxPriorityFeePerGas": 5, "maxFeePerGas": 417},
            {"maxPriorityFeePerGas": 6, "maxFeePerGas": 417},
        ),
        (
            {"maxPriorityFeePerGas": 1, "maxFeePerGas": 205},
            {"maxPriorityFeePerGas": 5, "maxFeePerGas": 210},
            {"maxPriorityFeePerGas": 5, "maxFeePerGas": 226},
        ),
        (
            {"gasPrice": 0},
            {"maxPriorityFeePerGas": 5, "maxFeePerGas": 205},
            {"maxPriorityFeePerGas": 5, "maxFeePerGas": 205},
        ),
        ({"gasPrice": 1_000}, {"gasPrice": 1_000}, None),
        ({"gasPrice": 999}, {"gasPrice": 1_000}, {"gasPrice": 1_099}),
        ({"gasPrice": 500}, {"gasPrice": 1_000}, {"gasPrice": 1_000}),
    ],
)
def test_every_field_is_at_least_a_tenth_higher(offered: Any, fees: Any, dearer: Any) -> None:
    expected = dearer and {"nonce": 3, **dearer}
    assert outbid({"nonce": 3, **offered}, fees) == expected
