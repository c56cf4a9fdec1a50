from collections.abc import Iterator

import pytest

from tests.support.chains import LocalChain, chain_under_test
from tests.support.network import Network, found
from tools import contracts


@pytest.fixture(scope="session")
def network() -> Iterator[Network]:
    """A federation on an Anvil of its own."""
    contracts.build()
    with chain_under_test() as chain:
        if not isinstance(chain, LocalChain):
            pytest.skip("browsers look at the tests' own Anvil")
        yield found(chain)


@pytest.fixture
def url(network: Network) -> str:
    """Of its node."""
    assert isinstance(network.chain, LocalChain)
    return network.chain.anvil.url
