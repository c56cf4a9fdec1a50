"""The chain under test: an Anvil of the tests' own, or the one whose nodes FOLKMOOT_CHAIN names."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from folkmoot.chain import Bidding, Client
from folkmoot.testing import Anvil, LocalChain, RemoteChain, run_anvil

AnyChain = LocalChain | RemoteChain

URLS = [url for url in os.environ.get("FOLKMOOT_CHAIN", "").replace(" ", "").split(",") if url]
ANVIL_ALONE = "Anvil alone does what this test asks of its chain: move the time, mine, revert, set balances or code"
LONGEST_S = 30  # that a test waits for, where time cannot be moved


@contextmanager
def chain_under_test() -> Iterator[AnyChain]:
    """A new Anvil by the rules that the environment variable EVM names, or the chain that FOLKMOOT_CHAIN names."""
    if URLS:
        with Client(URLS) as client:
            yield RemoteChain(client)
    else:
        with run_anvil() as anvil, Client([anvil.url], connect=anvil.connect) as client:
            yield LocalChain(anvil, client)


def anvil_of(chain: AnyChain) -> Anvil:
    """The chain's Anvil, if it is the tests' own; else the test is skipped."""
    if isinstance(chain, LocalChain):
        return chain.anvil
    pytest.skip(ANVIL_ALONE)


def gas_costs(chain: AnyChain) -> bool:
    """Whether an account without coin cannot send."""
    if isinstance(chain, LocalChain):
        return True
    return bool(Bidding(chain.client, chain.creator.address).price(chain.client.head()))


def pass_time(chain: AnyChain, seconds: int) -> None:
    """Move Anvil's time on, without a block. Elsewhere wait for a block of then, or skip what takes too long."""
    if isinstance(chain, LocalChain):
        chain.anvil.pass_time(seconds)
    elif seconds > LONGEST_S:
        pytest.skip(f"{ANVIL_ALONE}; elsewhere {seconds} s would have to pass")
    else:
        _wait(chain, chain.client.now() + seconds)


def pass_blocks(chain: AnyChain, blocks: int) -> None:
    """Mine blocks on Anvil. Elsewhere wait for so many."""
    if isinstance(chain, LocalChain):
        chain.anvil.mine(blocks)
        return
    first, end = chain.client.head().number, time.monotonic() + LONGEST_S
    while chain.client.head().number < first + blocks:
        if time.monotonic() > end:
            pytest.skip(f"{ANVIL_ALONE}; elsewhere {blocks} blocks would have to come")
        time.sleep(0.2)


def _wait(chain: AnyChain, until: int) -> None:
    """For a block of that time; on chains that make none without a transaction, for the time alone."""
    while chain.client.head().time < until and chain.client.now() < until + 3:
        time.sleep(0.2)
