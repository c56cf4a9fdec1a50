from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from folkmoot.chain import Block, Client
from folkmoot.chain.bidding import Bidding
from folkmoot.chain.fees import GasSettings
from folkmoot.errors import InsufficientFunds
from folkmoot.testing.memory import MemoryChain, MemoryNode

ACCOUNT = "0x" + "11" * 20
GAS = 100_000
HEAD = Block(number=1, hash="", time=1_000, gas_limit=30_000_000, base_fee=None)

Bid = Callable[..., Bidding]


@pytest.fixture
def bid(chain: MemoryChain, node: MemoryNode) -> Bid:
    """Makes the bidding of an account with so many coins; the nodes ask 1,000 wei a unit."""

    def bid(coins: int, **settings: int) -> Bidding:
        chain.coins = coins
        client = Client(
            ["memory"], connect=lambda _: node, clock=chain.now, sleep=chain.sleep, gas=GasSettings(**settings)
        )
        return Bidding(client, ACCOUNT)

    return bid


def test_without_coin_nothing_is_offered_until_a_node_refuses_that(bid: Bid) -> None:
    poor = bid(0)
    assert (poor.first(HEAD, GAS), poor.price(HEAD)) == ({"gasPrice": 0}, 0)
    poor.refused()
    assert poor.price(HEAD) == 1_000
    with pytest.raises(InsufficientFunds, match="holds 0 wei, and 100000 gas at 1000 wei costs up to 100000000"):
        poor.first(HEAD, GAS)


def test_who_has_coins_offers_what_is_asked(bid: Bid) -> None:
    rich = bid(10**18)
    assert (rich.first(HEAD, GAS), rich.price(HEAD)) == ({"gasPrice": 1_000}, 1_000)
    assert rich.first(replace(HEAD, base_fee=100), GAS) == {"maxPriorityFeePerGas": 5, "maxFeePerGas": 205}


def test_what_cannot_be_paid_is_not_offered(bid: Bid) -> None:
    poor = bid(5)
    assert (poor.first(HEAD, GAS), poor.price(HEAD)) == ({"gasPrice": 0}, 0), "a few wei from anybody change nothing"
    poor.refused()
    with pytest.raises(InsufficientFunds, match="send it coins"):
        poor.first(HEAD, GAS)
    with pytest.raises(InsufficientFunds, match="at 205 wei"):
        bid(0).first(replace(HEAD, base_fee=100), GAS)


def test_free_gas_costs_no_question(bid: Bid, node: MemoryNode) -> None:
    assert bid(0).first(replace(HEAD, base_fee=0), GAS) == {"gasPrice": 0}
    assert "eth_getBalance" not in node.asked


@pytest.mark.parametrize(
    ("settings", "base_fee", "offer"),
    [
        ({"gas_price": 0}, None, {"gasPrice": 0}),
        ({"gas_price": 7}, None, {"gasPrice": 7}),
        ({"gas_price": 7}, 100, {"gasPrice": 7}),
        ({"max_fee": 900}, None, {"gasPrice": 900}),
        ({"max_fee": 150}, 100, {"maxPriorityFeePerGas": 5, "maxFeePerGas": 150}),
        ({"max_fee": 3}, 100, {"maxPriorityFeePerGas": 3, "maxFeePerGas": 3}),
    ],
)
def test_settings_are_obeyed(bid: Bid, settings: dict[str, int], base_fee: int | None, offer: Any) -> None:
    assert bid(10**18, **settings).first(replace(HEAD, base_fee=base_fee), GAS) == offer


def test_what_has_become_too_cheap_is_outbid_by_what_is_asked_now(bid: Bid, chain: MemoryChain) -> None:
    waiting: Any = {"nonce": 3, "gas": GAS, "maxPriorityFeePerGas": 5, "maxFeePerGas": 205}
    chain.base_fee = 206
    dearer = waiting | {"maxPriorityFeePerGas": 6, "maxFeePerGas": 417}
    assert bid(10**18).again(waiting, replace(HEAD, base_fee=205)) is None
    assert bid(10**18).again(waiting, replace(HEAD, base_fee=206)) == dearer


@pytest.mark.parametrize(
    ("coins", "settings", "dearer"),
    [
        (10**18, {}, 1_000),
        (1_000 * GAS, {}, 1_000),
        (1_000 * GAS - 1, {}, None),
        (0, {}, None),
        (10**18, {"max_fee": 999}, 999),
        (10**18, {"gas_price": 500}, None),
        (10**18, {"gas_price": 600}, 600),
    ],
)
def test_no_more_is_offered_than_can_be_paid_and_is_allowed(
    bid: Bid, coins: int, settings: dict[str, int], dearer: int | None
) -> None:
    waiting: Any = {"nonce": 3, "gas": GAS, "gasPrice": 500}
    found = bid(coins, **settings).again(waiting, HEAD)
    assert found == (None if dearer is None else waiting | {"gasPrice": dearer})
