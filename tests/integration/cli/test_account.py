"""`account` on a real chain."""

from collections.abc import Callable, Iterator

import pytest
from requests import Session

from folkmoot.chain.connection import HttpConnection
from folkmoot.testing import Anvil
from folkmoot.testing.rpc_faults import answer
from folkmoot.testing.rpc_proxy import RpcProxy, rpc_proxy
from tests.integration.cli.people import FED, FEE, People

MINT, NO_MINT = "40c10f19", "40c10f18"  # the selector of `mint`, and none of the token's
NOTHING = "0x60206000f3"  # code that answers 0 to everything
NO_COINS = "no coins: this node keeps no account that holds any"
ISSUER = "get it from its issuer"


@pytest.fixture
def keeping_none(people: People) -> Iterator[RpcProxy]:
    """The chain through a node that keeps no accounts, as those of consortia."""
    with Session() as session, rpc_proxy(HttpConnection(people.network.urls[0], 10.0, session)) as proxy:
        proxy.rules = [answer([], {"eth_accounts"})]
        yield proxy


@pytest.fixture
def changing(people: People, anvil: Anvil) -> Iterator[Callable[[str], None]]:
    """Gives the fee token other code, until the end of the test."""
    token = people.network.deployment.token
    snapshot = anvil.ask("evm_snapshot")
    yield lambda code: anvil.ask("anvil_setCode", token, code)
    anvil.ask("evm_revert", snapshot)


@pytest.mark.usefixtures("costly_gas")
def test_the_faucet_gives_coins_and_the_fee(people: People) -> None:
    nina = people("nina")
    address = nina.json("account", "new")["address"]
    assert nina.json("account", "show") == {
        "address": address, "membership": "none", "paid_until": None, "manager": False, "coins": 0, "tokens": 0,
        "owed": 0,
    }  # fmt: skip
    assert nina.json("account", "faucet") == {"address": address, "coins": FED, "tokens": FEE}
    nina.ok("account", "faucet", "--coins", "0.5", "--tokens", "1.25")
    shown = nina.json("account", "show")
    assert (shown["coins"], shown["tokens"]) == (15 * FED // 10, FEE + 125 * FED // 100)
    assert "6.25 FED" in nina.ok("account", "show")


@pytest.mark.usefixtures("costly_gas")
def test_the_faucet_gives_no_more_than_its_account_holds(people: People) -> None:
    people.account("otto")
    told = people("otto").refused("account", "faucet", "--coins", "9" * 40)
    assert told.startswith("error: the node's account holds no more than ")
    assert told.endswith("hint: ask for less by --coins\n")
    assert "is not an amount of ETH" in people("otto").refused("account", "faucet", "--coins", "9" * 5_000)


@pytest.mark.usefixtures("costly_gas")
def test_the_faucet_gives_to_another_account(people: People) -> None:
    other = people.account("oscar").address
    said = people("m0").ok("account", "faucet", other, "--tokens", "1")
    assert said == f"{other} received 1 ETH and 1 FED\n"
    assert people("oscar").json("account", "show")["tokens"] == FED


def test_where_the_node_keeps_no_account_ones_own_key_mints_and_no_coins_come(
    people: People, keeping_none: RpcProxy
) -> None:
    """Whatever the node calls itself."""
    address, rpc = people.account("olinda").address, ("--rpc", keeping_none.url)
    coins = people.network.client.balance(address)
    given = people("olinda").json("account", "faucet", *rpc)
    assert given == {"address": address, "coins": 0, "tokens": FEE}
    assert people.network.token.balance_of(address) == FEE
    assert people.network.client.balance(address) < coins or not coins, "it paid for its transaction"
    assert people.network.client.next_nonce(address) == 1
    other = people.account("oda").address
    said = people("olinda").ok("account", "faucet", other, "--tokens", "2", *rpc)
    assert f"{other} received 2 FED; {NO_COINS}" in said
    assert people.network.token.balance_of(other) == 2 * FED
    assert people("olinda").ok("account", "faucet", "--coins", "0", *rpc) == f"{address} received 5 FED\n"


def test_coins_that_are_asked_for_and_cannot_be_given_are_refused_and_nothing_is_minted(
    people: People, keeping_none: RpcProxy
) -> None:
    address = people.account("ortwin").address
    told = people("ortwin").refused("account", "faucet", "--coins", "1", "--rpc", keeping_none.url)
    assert told.startswith(f"error: {NO_COINS}\n")
    assert "--coins 0" in told
    assert people.network.client.next_nonce(address) == 0


@pytest.mark.parametrize(("name", "keeps"), [("osane", True), ("osilia", False)])
def test_of_a_token_that_nobody_may_mint_nothing_is_sent(
    people: People, keeping_none: RpcProxy, changing: Callable[[str], None], name: str, keeps: bool
) -> None:
    address, token = people.account(name).address, people.network.deployment.token
    changing(people.network.client.request("eth_getCode", token, "latest").replace(MINT, NO_MINT))
    before, coins = people.network.client.head().number, people.network.client.balance(address)
    rpc = () if keeps else ("--rpc", keeping_none.url)
    told = people(name).refused("account", "faucet", *rpc)
    assert told.startswith("error: FED is not a token that anyone may mint\n")
    assert ISSUER in told
    assert (people.network.client.head().number, people.network.client.balance(address)) == (before, coins)


def test_a_token_that_takes_the_call_and_mints_nothing_is_told(
    people: People, keeping_none: RpcProxy, changing: Callable[[str], None]
) -> None:
    """As those do whose fallback takes any call."""
    people.account("ottmar")
    changing(NOTHING)
    told = people("ottmar").refused("account", "faucet", "--tokens", "1", "--rpc", keeping_none.url)
    assert "units is not a token that anyone may mint" in told
