from collections.abc import Iterator

import pytest

from folkmoot.chain import Client
from folkmoot.testing import Anvil
from tests.support.chains import AnyChain, anvil_of, chain_under_test, gas_costs
from tests.support.network import Network, found
from tools import contracts


@pytest.fixture(scope="session")
def chain() -> Iterator[AnyChain]:
    """One chain for all tests: an Anvil, or what FOLKMOOT_CHAIN names."""
    with chain_under_test() as chain:
        yield chain


@pytest.fixture(scope="session")
def anvil(chain: AnyChain) -> Anvil:
    """Its Anvil, for tests that ask of it what no other chain does; elsewhere they are skipped."""
    return anvil_of(chain)


@pytest.fixture
def costly_gas(chain: AnyChain) -> None:
    """Skip the test where there is no coin, and nothing that it would be needed for."""
    if not gas_costs(chain):
        pytest.skip("gas is free on this chain")


@pytest.fixture(scope="session")
def client(chain: AnyChain) -> Client:
    return chain.client


@pytest.fixture(scope="session")
def deployed(chain: AnyChain) -> Network:
    """A real federation on it."""
    contracts.build()
    return found(chain)
