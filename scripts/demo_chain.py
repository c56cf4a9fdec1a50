"""Where the demonstration's contracts stand: an Anvil of its own, or a private network of four validators."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from folkmoot.chain import Client
from folkmoot.chain.finality import finality
from folkmoot.chain.nodes import MAX_LAG
from folkmoot.testing import FREE_GAS, Chain, LocalChain, RemoteChain, run_anvil
from folkmoot.testing.networks import KINDS, LocalNetwork, run_network
from folkmoot.testing.networks.kinds import find_program
from scripts.demo_settings import Plan

VALIDATORS = 4


@dataclass(frozen=True, slots=True)
class Ground:
    """A chain, its nodes' URLs, and what there is to say of it.

    A block is final, and known to every node that is asked, when `final_after` others follow. `network` is None for an
    Anvil.
    """

    chain: Chain
    urls: Sequence[str]
    fact: str
    final_after: int = 0
    network: LocalNetwork | None = None


def check_chain(plan: Plan) -> None:
    """Raise `ConfigError` if a validator's program is missing."""
    if plan.client:
        find_program(plan.client, plan.binary)


@contextmanager
def run_chain(plan: Plan, folder: Path) -> Iterator[Ground]:
    """The plan's chain, with files in `folder`. Raises `FolkmootError`."""
    if not plan.client:
        with run_anvil("--accounts", "1", *FREE_GAS) as anvil, Client([anvil.url]) as client:
            yield Ground(LocalChain(anvil, client), [anvil.url], "an Anvil makes the chain")
        return
    kind, place = KINDS[plan.client], folder / "chain"
    with (
        run_network(place, plan.client, plan.binary, validators=VALIDATORS) as network,
        Client(network.urls) as client,
    ):
        fact = f"{VALIDATORS} validators make the chain: {kind.title}, {kind.consensus}, rules of {network.network.evm}"
        yield Ground(RemoteChain(client), network.urls, fact, max(finality(client).blocks or 0, MAX_LAG), network)
