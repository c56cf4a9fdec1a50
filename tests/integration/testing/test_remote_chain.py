"""A federation founded on chains of which nothing but their URLs is known."""

from collections.abc import Callable, Iterator, Sequence

import pytest
from eth_account import Account
from web3.types import Nonce

from folkmoot.chain import Client
from folkmoot.errors import ConfigError, ContractError, OutOfGas
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
        before = client.head().number
        federation = found(chain, [account_of(f"manager {number}") for number in range(3)])
        created = len(federation.deployment.rules) + len(federation.deployment.libraries) + 3
        took = federation.deployment.block_number - before
        assert (took < created) == (len(urls) > 1), "where blocks come by themselves one has several creations"
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


def test_what_cannot_be_created_is_told_when_it_is_waited_for(urls: Sequence[str]) -> None:
    with Client(urls) as client:
        chain = RemoteChain(client)
        stands, fails = chain.create("empty", bytes.fromhex("60006000f3")), chain.create("broken", b"\xfe")
        with pytest.raises(OutOfGas, match="broken"):
            chain.settle()
        nonces = [client.next_nonce(address) for address in (stands, fails)]
        assert nonces == [1, 0], "a contract begins at nonce 1"
        chain.settle()


class Beside(Client):
    """Its node has not heard of what another program sent by the same account."""

    def next_nonce(self, address: str) -> Nonce:
        del address
        return Nonce(0)


class Losing(Client):
    """Its first transaction is lost, and another program's has the nonce."""

    def __init__(self, urls: Sequence[str], other: Callable[[], object]) -> None:
        super().__init__(urls)
        self.others = [other]

    def broadcast(self, signed: bytes) -> None:
        if self.others:
            self.others.pop()()
        else:
            super().broadcast(signed)


@pytest.mark.parametrize("kind", ["beside", "losing"])
def test_an_account_may_be_used_by_another_program_as_well(urls: Sequence[str], kind: str) -> None:
    with Client(urls) as other:
        token = found(RemoteChain(other), [account_of("one")], quorum=1).token
        account = Account.create()

        def mint(client: Client, amount: int) -> None:
            chain = RemoteChain(client)
            chain.execute((chain.fund(account), token.mint(account.address, amount)))

        if kind == "beside":
            mint(other, 1)
        with Beside(urls) if kind == "beside" else Losing(urls, lambda: mint(other, 1)) as client:
            mint(client, 10)
        assert token.balance_of(account.address) == 11


def test_who_cannot_pay_for_gas_is_told_so() -> None:
    with (
        run_anvil("--accounts", "0") as anvil,
        Client([anvil.url]) as client,
        pytest.raises(ConfigError, match="gas costs something here"),
    ):
        RemoteChain(client).fund(account_of("a poor one"))
