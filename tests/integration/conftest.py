from collections.abc import Iterator

import pytest

from folkmoot.chain import Client
from folkmoot.testing import Anvil, run_anvil
from tests.support.network import Network, found
from tools import contracts


@pytest.fixture(scope="session")
def anvil() -> Iterator[Anvil]:
    """One chain for all tests, by the rules that the environment variable EVM names."""
    with run_anvil() as chain:
        yield chain


@pytest.fixture(scope="session")
def client(anvil: Anvil) -> Iterator[Client]:
    with Client([anvil.url], connect=anvil.connect) as client:
        yield client


@pytest.fixture(scope="session")
def deployed(anvil: Anvil, client: Client) -> Network:
    """A real federation on it."""
    contracts.build()
    return found(anvil, client)
