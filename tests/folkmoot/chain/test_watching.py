"""What is told of requests and transactions."""

from collections import Counter
from typing import Any

import pytest
from eth_account import Account
from requests import Response
from requests.exceptions import HTTPError, ReadTimeout

from folkmoot.chain import Call, Client, Sender
from folkmoot.chain.connection import kind_of
from folkmoot.chain.rpc_errors import Fault
from folkmoot.chain.watching import UNWATCHED, ChainWatch, watched
from folkmoot.errors import ChainError, ConnectionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.clockwork import Clockwork, raises

UNAVAILABLE = Response()
UNAVAILABLE.status_code = 503


class Told(ChainWatch):
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        self.faults: Counter[tuple[str, str]] = Counter()
        self.receipts: list[tuple[str, int, int]] = []

    def asked(self, url: str, seconds: float) -> None:
        assert seconds >= 0
        self.requests[url] += 1

    def failed(self, url: str, kind: str) -> None:
        self.faults[url, kind] += 1

    def executed(self, name: str, receipt: Any) -> None:
        self.receipts.append((name, receipt["status"], receipt["gasUsed"]))


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def client(chain: MemoryChain, node: MemoryNode, told: Told) -> Client:
    nodes = {"http://ada:secret@one": node, "http://two": MemoryNode(chain)}
    return Client([*nodes], connect=nodes.__getitem__, clock=chain.now, sleep=chain.sleep, watch=told)


ONE = "http://ada:…@one"


def test_each_request_is_told_once_with_its_node(client: Client, told: Told) -> None:
    client.head()
    before = told.requests[ONE]
    client.request("eth_gasPrice")
    assert told.requests[ONE] == before + 1
    assert told.faults == {}


def test_a_connection_that_nobody_watches_is_the_same(node: MemoryNode) -> None:
    assert watched("http://one", node, UNWATCHED) is node


def test_a_node_that_is_down_is_a_fault_and_the_other_answers(client: Client, node: MemoryNode, told: Told) -> None:
    client.head()
    node.down = True
    client.request("eth_gasPrice")
    assert told.faults == {(ONE, Fault.CONNECTION): 1}
    assert told.requests["http://two"] > 0


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (raises(RpcError("limit exceeded", -32005)), Fault.REFUSED),
        (raises(ReadTimeout()), Fault.TIMEOUT),
        (raises(HTTPError(response=UNAVAILABLE)), Fault.STATUS),
        (raises(ValueError("no JSON")), Fault.MALFORMED),
        (lambda *_: "no number", Fault.MALFORMED),
    ],
)
def test_faults_have_kinds(client: Client, node: MemoryNode, told: Told, answer: Any, kind: Fault) -> None:
    node.instead["eth_getBalance"] = iter([answer])
    client.balance("0x" + "11" * 20)
    assert told.faults == {(ONE, kind): 1}


def test_a_node_of_another_chain_is_a_fault(client: Client, node: MemoryNode, told: Told) -> None:
    client.head()
    node.down = True
    client.head()
    node.down, node.chain = False, MemoryChain(clock=node.chain.clock + 100, first="0x" + "22" * 32)
    client._nodes.clock = lambda: 1_000.0
    client.request("eth_gasPrice")
    assert told.faults[ONE, Fault.OTHER_CHAIN] == 1


def test_what_a_contract_refuses_is_no_fault_of_the_node(client: Client, node: MemoryNode, told: Told) -> None:
    node.instead["eth_call"] = iter([raises(RpcError("execution reverted", 3))])
    with pytest.raises(ChainError):
        client.call({"to": "0x" + "11" * 20}, "latest")
    assert told.faults == {}


def test_no_error_is_of_no_kind() -> None:
    assert kind_of(TimeoutError()) == Fault.TIMEOUT
    assert kind_of(ConnectionRefusedError()) == Fault.CONNECTION
    assert kind_of(UnicodeDecodeError("utf-8", b"", 0, 1, "")) == Fault.MALFORMED


@pytest.mark.parametrize("fails", [False, True])
def test_each_transaction_in_a_block_is_told_once(
    client: Client, chain: MemoryChain, clockwork: Clockwork, told: Told, *, fails: bool
) -> None:
    account = Account.from_key(b"\1" * 32)
    sender = Sender(client, account, clock=chain.now, sleep=clockwork.sleep)
    chain.fails = fails
    call = Call(account.address, b"", "greet", ())
    if fails:
        with pytest.raises(ChainError):
            sender.send(call, deadline=client.now() + 100)
    else:
        assert sender.send(call, deadline=client.now() + 100)
    ((name, status, gas),) = told.receipts
    assert (name, status, gas > 0) == ("greet", int(not fails), True)


def test_no_transaction_is_told_that_never_came_into_a_block(chain: MemoryChain, node: MemoryNode, told: Told) -> None:
    client = Client(["one"], connect=lambda _: node, clock=chain.now, sleep=chain.sleep, watch=told)
    client.head()
    node.down = True
    with pytest.raises(ConnectionFailed):
        Sender(client, Account.from_key(b"\1" * 32), clock=chain.now, sleep=chain.sleep).send(
            Call("0x" + "11" * 20, b"", "greet", ()), deadline=chain.time + 10
        )
    assert told.receipts == []
