"""Sending on real geth nodes that ask for a price and take nothing, as those of consortia do."""

from collections.abc import Iterator

import pytest

from folkmoot.chain import Call, Client, GasSettings, Sender
from folkmoot.errors import InsufficientFunds
from folkmoot.testing.networks import LocalNetwork, run_network
from folkmoot.testing.servers import program, where
from tests.support.network import new_account

pytestmark = pytest.mark.skipif(not program("geth"), reason=f"there is no geth: {where('geth')}")

PATIENCE_S = 60


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalNetwork]:
    with run_network(tmp_path_factory.mktemp("free") / "network", "geth", validators=3) as network:
        yield network


def greet(client: Client) -> int | None:
    """The block of a transaction by an account that has never had a coin."""
    account = new_account()
    call = Call(account.address, b"hello", "greet", ())
    receipt = Sender(client, account).send(call, deadline=client.now() + PATIENCE_S)
    return receipt and receipt.block


def test_who_has_no_coin_sends_although_the_nodes_ask_for_a_price(network: LocalNetwork) -> None:
    with Client(network.urls) as client:
        assert int(client.request("eth_gasPrice"), 16) > 0
        assert greet(client)
        assert client.interval() is None or client.interval() < 4


def test_what_is_set_is_offered_and_what_lacks_is_said(network: LocalNetwork) -> None:
    with Client(network.urls, gas=GasSettings(gas_price=0)) as client:
        assert greet(client)
    with (
        Client(network.urls, gas=GasSettings(gas_price=1)) as client,
        pytest.raises(InsufficientFunds, match="at 1 wei"),
    ):
        greet(client)


def test_a_transaction_goes_on_when_the_node_that_took_it_first_dies(network: LocalNetwork) -> None:
    with Client(network.urls) as client:
        assert greet(client)
        network.kill(1)
        assert greet(client)
        network.start(1)
