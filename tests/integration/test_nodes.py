"""A client of several nodes, which are proxies in front of one Anvil (one hangs, or is a block behind), and halts."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

import pytest
from requests import Session
from requests.exceptions import Timeout

from folkmoot.chain import Call, Client, Event, EventFeed, Sender
from folkmoot.chain import client as clients
from folkmoot.chain.connection import HttpConnection
from folkmoot.chain.events.federation import MembershipApplied
from folkmoot.chain.nodes import LOOK_AROUND_S, PROBE_S
from folkmoot.errors import ConnectionFailed
from folkmoot.testing import run_anvil
from folkmoot.testing.anvil import FREE_GAS
from folkmoot.testing.rpc_faults import Ask, Request, fail, lag, slow
from folkmoot.testing.rpc_proxy import RpcProxy, rpc_proxy
from tests.support.network import Network, new_account

LONG_S = 5.0
HANGING_S = 60.0


@pytest.fixture
def pair(deployed: Network) -> Iterator[tuple[RpcProxy, RpcProxy]]:
    with Session() as session:
        line = HttpConnection(deployed.urls[0], 30.0, session)
        with rpc_proxy(line) as first, rpc_proxy(line) as second:
            yield first, second


@pytest.fixture
def timeouts(monkeypatch: pytest.MonkeyPatch) -> Counter[float]:
    """How often a request was given up, by its time-out in seconds."""
    counts = Counter[float]()

    class Line(HttpConnection):
        def _answer(self, asked: Any) -> Any:
            try:
                return super()._answer(asked)
            except Timeout:
                counts[self.options["timeout"]] += 1
                raise

    monkeypatch.setattr(clients, "HttpConnection", Line)
    return counts


@pytest.fixture
def asking(pair: tuple[RpcProxy, RpcProxy], timeouts: Counter[float]) -> Iterator[Client]:
    del timeouts
    with Client([proxy.url for proxy in pair], timeout=LONG_S) as asking:
        yield asking


def test_a_node_that_hangs_but_tells_its_head_is_waited_for_once(
    pair: tuple[RpcProxy, RpcProxy], asking: Client, timeouts: Counter[float]
) -> None:
    asking.head()
    pair[0].rules = [slow(HANGING_S, {"eth_gasPrice"})]
    end = time.monotonic() + 10 * LOOK_AROUND_S
    while not timeouts[PROBE_S] and time.monotonic() < end:
        asking.request("eth_gasPrice")
        time.sleep(0.05)
    assert timeouts[LONG_S] == 1
    assert timeouts[PROBE_S] == 1, "it was tried again after its rest"


def test_a_dead_node_is_looked_at_for_a_short_time(
    pair: tuple[RpcProxy, RpcProxy], asking: Client, timeouts: Counter[float]
) -> None:
    pair[0].rules = [slow(HANGING_S)]
    for _ in range(5):
        asking.request("eth_gasPrice")
    assert timeouts == {PROBE_S: 1}


def test_a_node_that_hangs_with_transactions_does_not_keep_them_from_the_others(
    pair: tuple[RpcProxy, RpcProxy], asking: Client, deployed: Network
) -> None:
    """It answers everything else."""
    told: list[str] = []

    def note(requests: Sequence[Request], ask: Ask) -> Any:
        told.extend(request["method"] for request in requests)
        return ask(requests)

    sending = "eth_sendRawTransaction"
    pair[0].rules = [note, slow(HANGING_S, {sending})]
    account = deployed.chain.fund(new_account())
    sender = Sender(asking, account)
    for _ in range(3):
        assert sender.send(Call(account.address, b"", "greet", ()), deadline=asking.now() + 1_000)
    assert told.count(sending) == 1


def test_no_event_is_skipped_where_a_node_that_lags_takes_over(
    pair: tuple[RpcProxy, RpcProxy], asking: Client, deployed: Network
) -> None:
    """The first tells its head and no logs; the second has the newest block a little later."""
    first, second = pair
    first.rules = [fail(-32005, "limit exceeded", {"eth_getLogs"})]
    feed = EventFeed(asking, deployed.federation.address, asking.head().number + 1, [MembershipApplied])
    applied: list[str] = []
    told: list[Event] = []
    for _ in range(3):
        applied.append(deployed.apply()[0].address)
        second.rules = [lag(1)]
        with suppress(ConnectionFailed):
            told += feed()
        second.rules = []
        told += feed()
    assert [event.member for event in told if isinstance(event, MembershipApplied)] == applied


# ----------------------------------------------------------------------- halts


def test_a_chain_that_stands_shows_to_one_who_looks_for_the_first_time() -> None:
    """It has made a block each second before: these are mined at once here, with such times."""
    with run_anvil() as chain, Client([chain.url], halted_after=1) as client:
        chain.ask("anvil_mine", hex(300), hex(1))
        head = client.head()
        end = time.monotonic() + 60
        while not client.halted_for() and time.monotonic() < end:
            assert client.now() <= head.time + 2
            time.sleep(0.2)
        assert client.halted_for() >= 4, "four times its interval"


def test_a_chain_of_blocks_for_transactions_does_not_stand() -> None:
    """However fast they come, some nodes give each a time a second after the one before."""
    with run_anvil(*FREE_GAS) as chain, Client([chain.url], halted_after=1) as client:
        account = new_account()
        chain.ask("anvil_setBlockTimestampInterval", 1)
        with Client([chain.url], connect=chain.connect) as other:
            sender = Sender(other, account)
            for _ in range(80):
                sender.send(Call(account.address, b"", "greet", ()), deadline=other.now() + 100)
        chain.ask("anvil_removeBlockTimestampInterval")
        before = client.now()
        chain.pass_time(500)
        assert client.now() >= before + 400, "they were some 80 s ahead"
        assert client.halted_for() == 0


@pytest.mark.parametrize("is_busy", [False, True])
def test_a_halt_of_a_chain_that_made_a_block_each_second_shows(is_busy: bool) -> None:
    options = (*FREE_GAS, "--block-time", "1")
    with run_anvil(*options) as chain, Client([chain.url], halted_after=5) as client:
        address = new_account().address
        end = time.monotonic() + (20 if is_busy else 6)
        while time.monotonic() < end:
            if is_busy and time.monotonic() > end - 15:
                chain.ask("eth_sendTransaction", {"from": chain.ask("eth_accounts")[0], "to": address})
            client.head()
            time.sleep(0.25)
        assert client.halted_for() == 0
        head = client.head()
        chain.ask("evm_setIntervalMining", 0)
        end = time.monotonic() + 30
        while not client.halted_for() and time.monotonic() < end:
            client.head()
            time.sleep(0.25)
        assert client.halted_for() >= 5
        assert client.now() <= head.time + 4
