"""A federation founded on chains of which nothing but their URLs is known."""

from collections.abc import Iterator, Sequence

import pytest

from folkmoot.chain import Client
from folkmoot.errors import ConfigError, ContractError
from folkmoot.testing import RemoteChain, account_of, found, run_anvil
from folkmoot.testing.networks import run_network
from folkmoot.testing.servers import program, where

NO_GETH = pytest.mark.skipif(not program("geth"), reason=f"there is no geth: {where('geth')}")


@pytest.fixture(scope="module", params=["anvil", pytest.param("geth", marks=NO_GETH)])
def urls(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sequence[str]]:
    """An Anvil where gas costs something, and geth nodes where nobody has a coin."""
    if request.param == "anvil":
        with run_anvil() as anvil:
            yield [anvil.url]
    else:
        with run_network(tmp_path_factory.mktemp("remote") / "network", "geth", validators=3) as network:
            yield network.urls


def test_members_are_admitted_to_a_federation_there(urls: Sequence[str]) -> None:
    with Client(urls) as client:
        chain = RemoteChain(client)
        federation = found(chain, [account_of(f"manager {number}") for number in range(3)])
        members = [account_of(f"member {number}") for number in range(4)]
        federation.admit(*members)
        assert all(federation.contract.is_member(member.address) for member in members)
        with pytest.raises(ContractError, match="is a member"):
            federation.apply(members[0])
        minted = chain.execute(*((members[0], federation.token.mint(members[0].address, 1)) for _ in range(6)))
        blocks = [receipt.block for receipt in minted]
        assert blocks == sorted(blocks)
        assert (len({*blocks}) < len(blocks)) == (len(urls) > 1), "where blocks come by themselves they are shared"


def test_a_block_s_filter_tells_who_has_logged_nothing_in_it(urls: Sequence[str]) -> None:
    with Client(urls) as client:
        chain = RemoteChain(client)
        federation = found(chain, [account_of("alone")], quorum=1)
        account = account_of("a minter")
        (minted,) = chain.execute((account, federation.token.mint(account.address, 1)))
        block = client.block(minted.block)
        assert block.may_have_logs(federation.deployment.token)
        others = [account_of(f"nobody {number}").address for number in range(100)]
        assert sum(map(block.may_have_logs, others)) <= 1
        assert not any(map(client.block(0).may_have_logs, others))


def test_who_cannot_pay_for_gas_is_told_so() -> None:
    with (
        run_anvil("--accounts", "0") as anvil,
        Client([anvil.url]) as client,
        pytest.raises(ConfigError, match="gas costs something here"),
    ):
        RemoteChain(client).fund(account_of("a poor one"))
