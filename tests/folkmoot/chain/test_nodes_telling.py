"""How nodes are handed a transaction: all that are well, side by side."""

from collections.abc import Callable, Sequence
from itertools import repeat
from threading import Event

import pytest
from eth_account import Account
from requests.exceptions import ReadTimeout

from folkmoot.chain import Client, Sender, nodes
from folkmoot.chain.node import REST_S
from folkmoot.chain.nodes import LOOK_AROUND_S, MAX_LAG
from folkmoot.errors import ConnectionFailed, InsufficientFunds, NonceTaken
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.clockwork import CALL, Clockwork, raises

Connect = Callable[..., Client]

PASSING = RpcError("limit exceeded", -32005)
RAW = bytes.fromhex("c180")  # a list of one empty string: nonce 0
LONG_S = 10.0  # until a request is given up


@pytest.fixture
def pair(chain: MemoryChain) -> tuple[MemoryNode, MemoryNode]:
    return MemoryNode(chain), MemoryNode(chain)


@pytest.fixture
def client(pair: Sequence[MemoryNode], connected: Connect) -> Client:
    return connected(*pair)


def test_a_transaction_goes_to_every_node(client: Client, pair: Sequence[MemoryNode]) -> None:
    client.broadcast(RAW)
    assert [node.asked.count("eth_sendRawTransaction") for node in pair] == [1, 1]


def test_a_node_that_hangs_does_not_keep_a_transaction_from_the_others(
    client: Client, pair: Sequence[MemoryNode], chain: MemoryChain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It hangs really here, for longer than it is waited for."""
    monkeypatch.setattr(nodes, "PROBE_S", 0.05)
    first, second = pair
    over, hung = Event(), list[bool]()

    def hang(_raw: str) -> str:
        hung.append(over.wait(60))
        raise ReadTimeout

    first.instead["eth_sendRawTransaction"] = repeat(hang)
    try:
        client.broadcast(RAW)
        assert chain.pool == {0: RAW}
        client.broadcast(RAW)
        assert hung == []
        told = [node.asked.count("eth_sendRawTransaction") for node in (first, second)]
        assert told == [1, 2], "it is left out for a while"
    finally:
        over.set()


def test_a_node_that_hangs_with_each_transaction_is_left_out_although_it_answers_all_else(
    client: Client, pair: Sequence[MemoryNode], chain: MemoryChain, clockwork: Clockwork
) -> None:
    sender = Sender(client, Account.from_key(b"\1" * 32), clock=chain.now, sleep=clockwork.sleep)

    def hang(*_: object) -> None:
        chain.clock += LONG_S
        raise ReadTimeout

    pair[0].instead["eth_sendRawTransaction"] = repeat(hang)
    took = []
    for _ in range(4):
        begun = chain.clock
        assert sender.send(CALL, deadline=5_000)
        took.append(chain.clock - begun)
        chain.clock += 2 * LOOK_AROUND_S
        client.head()  # which it answers
    assert max(took[1:]) < LONG_S, f"it is waited for in full each time: {took}"


def test_a_node_that_is_back_is_handed_transactions_although_another_is_asked_first(
    client: Client, pair: Sequence[MemoryNode], chain: MemoryChain
) -> None:
    """Else the validators that went down once have none of them when it is their turn to make a block."""
    _, second = pair
    second.instead["eth_blockNumber"] = iter([raises(ReadTimeout())])
    client.head()
    client.broadcast(RAW)
    assert second.asked.count("eth_sendRawTransaction") == 0
    for _ in range(4):
        chain.clock += LOOK_AROUND_S
        client.head()
    client.broadcast(RAW)
    assert second.asked.count("eth_sendRawTransaction") == 1


def test_a_node_that_gave_no_answer_to_a_transaction_is_handed_others_a_minute_later(
    client: Client, pair: Sequence[MemoryNode], chain: MemoryChain
) -> None:
    first, _ = pair
    first.instead["eth_sendRawTransaction"] = iter([raises(ReadTimeout())])
    told = []
    for _ in range(3):
        client.broadcast(RAW)
        client.head()
        told.append(first.asked.count("eth_sendRawTransaction"))
        chain.clock += REST_S / 2
        client.head()
    assert told == [1, 1, 2]


def test_a_node_that_gave_no_answer_to_a_transaction_is_handed_the_next_where_no_other_answers(
    client: Client, pair: Sequence[MemoryNode], chain: MemoryChain
) -> None:
    first, second = pair
    first.instead["eth_sendRawTransaction"] = iter([raises(ReadTimeout())])
    client.broadcast(RAW)
    chain.pool.clear()
    second.down = True
    client.broadcast(RAW)
    assert chain.pool == {0: RAW}


@pytest.mark.parametrize(
    "refusal",
    [
        RpcError("the moon"),
        RpcError("insufficient funds"),
        RpcError("nonce too low"),
        PASSING,
        RpcError("in sync", -32002),
    ],
)
def test_one_node_that_takes_a_transaction_is_enough(
    refusal: Exception, client: Client, pair: Sequence[MemoryNode], chain: MemoryChain
) -> None:
    first, _ = pair
    first.instead["eth_sendRawTransaction"] = iter([raises(refusal)])
    client.broadcast(RAW)
    assert chain.pool == {0: RAW}


def test_a_taken_nonce_is_told_before_other_refusals(client: Client, pair: Sequence[MemoryNode]) -> None:
    for node, message in zip(pair, ("insufficient funds", "nonce too low"), strict=True):
        node.instead["eth_sendRawTransaction"] = iter([raises(RpcError(message))])
    with pytest.raises(NonceTaken):
        client.broadcast(RAW)


def test_a_refusal_is_told_where_others_do_not_answer(client: Client, pair: Sequence[MemoryNode]) -> None:
    first, second = pair
    first.down = True
    second.instead["eth_sendRawTransaction"] = iter([raises(RpcError("insufficient funds"))])
    with pytest.raises(InsufficientFunds):
        client.broadcast(RAW)


def test_a_transaction_that_no_node_takes_now_has_reached_none(client: Client, pair: Sequence[MemoryNode]) -> None:
    for node in pair:
        node.instead["eth_sendRawTransaction"] = iter([raises(RpcError("Transaction pool not enabled", -32002))])
    with pytest.raises(ConnectionFailed, match="pool not enabled"):
        client.broadcast(RAW)


def test_a_node_that_is_behind_is_not_handed_transactions(chain: MemoryChain, connected: Connect) -> None:
    behind = MemoryNode(MemoryChain())
    for _ in range(MAX_LAG + 1):
        chain.mine()
    connected(behind, MemoryNode(chain)).broadcast(RAW)
    assert "eth_sendRawTransaction" not in behind.asked
