from collections.abc import Callable
from itertools import repeat
from typing import Any

import pytest

from folkmoot.chain import Client
from folkmoot.errors import ConfigError, ConnectionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.clockwork import raises

Connect = Callable[..., Client]


def test_it_needs_a_node() -> None:
    with pytest.raises(ConfigError, match="no node"):
        Client([])


def test_headers_of_a_proof_of_authority_chain_are_read(chain: MemoryChain, client: Client) -> None:
    chain.extra_data = b"\1" * 327
    assert client.head().number == 0


@pytest.mark.parametrize(
    ("base_fee", "fees"),
    [
        (None, {"gasPrice": 1_000}),
        (0, {"gasPrice": 0}),
        (100, {"maxPriorityFeePerGas": 5, "maxFeePerGas": 205}),
    ],
)
def test_what_is_offered_for_gas_follows_the_latest_block(
    base_fee: int | None, fees: dict[str, int], chain: MemoryChain, client: Client
) -> None:
    chain.base_fee = base_fee
    assert client.fees(client.head()) == fees


def test_free_gas_costs_no_question(node: MemoryNode, client: Client) -> None:
    client.fees(client.head())
    assert set(node.asked) == {"eth_chainId", "eth_getBlockByNumber"}


def test_time_goes_on_without_blocks_and_without_nodes(chain: MemoryChain, node: MemoryNode, client: Client) -> None:
    assert client.now() == 1_000
    chain.clock = 30.9
    assert client.now() == 1_030
    node.down = True
    chain.clock = 60.0
    assert client.now() == 1_000 + int(chain.clock)


def test_time_goes_on_however_often_it_is_asked(chain: MemoryChain, client: Client) -> None:
    client.now()
    for _ in range(20):
        chain.clock += 0.5
        client.now()
    assert client.now() == 1_010


def test_time_is_unknown_before_any_node_answered(node: MemoryNode, client: Client) -> None:
    node.down = True
    with pytest.raises(ConnectionFailed):
        client.now()


def test_a_node_without_pending_blocks_tells_the_time_by_its_latest(node: MemoryNode, client: Client) -> None:
    def refuse(*_: object) -> None:
        raise RpcError("Unknown block", -39001)

    node.instead["eth_getBlockByNumber"] = iter([None, refuse])  # type: ignore[list-item]
    assert client.now() == 1_000


@pytest.mark.parametrize("pending", [None, {"number": None, "timestamp": hex(1_000)}])
def test_a_node_may_not_number_or_tell_its_pending_block(pending: Any, node: MemoryNode, client: Client) -> None:
    node.instead["eth_getBlockByNumber"] = iter([None, lambda *_: pending])  # type: ignore[list-item]
    assert client.now() == 1_000


def test_finalized_and_safe_are_never_asked_for(node: MemoryNode, client: Client) -> None:
    tags: list[str] = []

    def answer(tag: str, _full: bool) -> dict[str, object]:
        tags.append(tag)
        return node.chain.block()

    node.instead["eth_getBlockByNumber"] = iter([answer] * 5)
    client.head()
    client.now()
    client.block(0)
    assert set(tags) == {"latest", "pending", "0x0"}


def test_a_transaction_that_a_node_has_already_is_no_error(chain: MemoryChain, client: Client) -> None:
    raw = bytes.fromhex("c180")  # a list of one empty string: nonce 0
    client.broadcast(raw)
    client.broadcast(raw)
    assert chain.pool == {0: raw}


ONE, OTHER = ("0x" + "11" * 20, b"\1"), ("0x" + "22" * 20, b"\2")


def test_what_was_asked_ahead_is_read_once_without_asking_again(node: MemoryNode, client: Client) -> None:
    node.instead["eth_call"] = iter([lambda *_: "0x0a", lambda *_: "0x0b", lambda *_: "0x0c"])
    client.ask_ahead([ONE, OTHER], 3)
    assert [client.read(*call, 3) for call in (OTHER, ONE)] == [b"\x0b", b"\x0a"]
    assert node.asked.count("eth_call") == 2
    assert client.read(*ONE, 3) == b"\x0c"


def test_what_was_asked_ahead_holds_for_its_block_alone(node: MemoryNode, client: Client) -> None:
    node.instead["eth_call"] = iter([lambda *_: "0x0a", lambda *_: "0x0b"])
    client.ask_ahead([ONE], 3)
    assert client.read(*ONE, 4) == b"\x0b"


def test_a_contract_that_refuses_when_asked_ahead_says_so_when_it_is_read(node: MemoryNode, client: Client) -> None:
    node.instead["eth_call"] = iter([raises(RpcError("execution reverted", 3)), lambda *_: "0x0b", lambda *_: "0x0c"])
    client.ask_ahead([ONE, OTHER], 3)
    assert [client.read(*call, 3) for call in (OTHER, ONE)] == [b"\x0b", b"\x0c"]


@pytest.mark.parametrize("message", ["execution reverted", "permission denied", "gas limit exceeded", "out of gas"])
@pytest.mark.parametrize("method", ["eth_chainId", "eth_getBlockByNumber"])
def test_a_node_that_refuses_a_block_as_if_it_were_a_call_does_not_answer(
    message: str, method: str, node: MemoryNode, client: Client
) -> None:
    node.instead[method] = repeat(raises(RpcError(message)))
    with pytest.raises(ConnectionFailed, match=f"it refuses {method}: {message}"):
        client.head()
