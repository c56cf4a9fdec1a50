from collections.abc import Callable
from typing import Any

import pytest

from folkmoot.chain import Client
from folkmoot.errors import ChainError, ConfigError, ConnectionFailed, TransactionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError

Connect = Callable[..., Client]


def test_it_needs_a_node() -> None:
    with pytest.raises(ConfigError, match="no node"):
        Client([])


def test_it_goes_on_with_the_next_node_and_stays_there(chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)
    client = connected(first, second)
    client.head()
    first.down = True
    assert client.head().number == 0
    first.down = False
    client.head()
    assert first.asked.count("eth_getBlockByNumber") == 1
    assert second.asked.count("eth_getBlockByNumber") == 2


def test_it_comes_back_to_the_first_node(chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)
    client = connected(first, second)
    for down, up in ((first, second), (second, first)):
        down.down, up.down = True, False
        assert client.head().number == 0


def test_no_node_at_all_is_said_with_their_names(chain: MemoryChain, connected: Connect) -> None:
    nodes = MemoryNode(chain), MemoryNode(chain)
    client = connected(*nodes)
    for node in nodes:
        node.down = True
    with pytest.raises(ConnectionFailed, match="node-0, node-1"):
        client.head()


@pytest.mark.parametrize("error", [ValueError("no JSON"), TimeoutError("slow"), OSError("reset")])
def test_a_node_that_answers_rubbish_is_as_good_as_dead(
    error: Exception, chain: MemoryChain, connected: Connect
) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)

    def fail(*_: object) -> None:
        raise error

    first.instead["eth_getBlockByNumber"] = iter([fail])
    assert connected(first, second).head().number == 0
    assert "eth_getBlockByNumber" in second.asked


@pytest.mark.parametrize("answer", [{"error": {"code": -32005, "message": "limit exceeded"}}, {"result": "no"}, [1]])
def test_a_node_that_does_not_tell_its_chain_is_as_good_as_dead(
    answer: Any, chain: MemoryChain, connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)
    monkeypatch.setattr(first, "make_request", lambda _method, _params: answer)
    assert connected(first, second).head().number == 0
    with pytest.raises(ConnectionFailed, match="node-0"):
        connected(first).head()


def test_a_node_of_another_chain_is_no_replacement(chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain, chain_id=7), MemoryNode(chain, chain_id=8)
    client = connected(first, second)
    assert client.chain_id == 7
    first.down = True
    with pytest.raises(ChainError, match="node-1 is on chain 8, not 7"):
        client.head()


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


@pytest.mark.parametrize(
    ("base_fee", "offered", "dearer"),
    [
        (205, {"maxPriorityFeePerGas": 5, "maxFeePerGas": 205}, None),
        (206, {"maxPriorityFeePerGas": 5, "maxFeePerGas": 205}, {"maxPriorityFeePerGas": 6, "maxFeePerGas": 417}),
        (206, {"maxPriorityFeePerGas": 1, "maxFeePerGas": 205}, {"maxPriorityFeePerGas": 5, "maxFeePerGas": 417}),
        (0, {"gasPrice": 0}, None),
        (100, {"gasPrice": 0}, {"maxPriorityFeePerGas": 5, "maxFeePerGas": 205}),
        (None, {"gasPrice": 1_000}, None),
        (None, {"gasPrice": 999}, {"gasPrice": 1_099}),
        (None, {"gasPrice": 500}, {"gasPrice": 1_000}),
    ],
)
def test_what_has_become_too_cheap_is_outbid_by_a_tenth_at_least(
    base_fee: int | None, offered: Any, dearer: Any, chain: MemoryChain, client: Client
) -> None:
    chain.base_fee = base_fee
    expected = dearer and {"nonce": 3, **dearer}
    assert client.outbid({"nonce": 3, **offered}, client.head()) == expected


def test_free_gas_costs_no_question(node: MemoryNode, client: Client) -> None:
    client.fees(client.head())
    assert set(node.asked) == {"eth_chainId", "eth_getBlockByNumber"}


def test_time_goes_on_without_blocks_and_without_nodes(chain: MemoryChain, node: MemoryNode, client: Client) -> None:
    assert client.now() == 1_000
    chain.clock = 30.9
    assert client.now() == 1_030
    node.down = True
    chain.clock = 60.0
    assert client.now() == 1_060


def test_time_goes_on_however_often_it_is_asked(chain: MemoryChain, client: Client) -> None:
    client.now()
    for _ in range(20):
        chain.clock += 0.5
        client.now()
    assert client.now() == 1_010


def test_time_never_goes_back(chain: MemoryChain, client: Client) -> None:
    chain.time = 2_000
    assert client.now() == 2_000
    chain.time = 1_500
    assert client.now() == 2_000


def test_time_is_unknown_before_any_node_answered(node: MemoryNode, client: Client) -> None:
    node.down = True
    with pytest.raises(ConnectionFailed):
        client.now()


def test_a_node_without_pending_blocks_tells_the_time_by_its_latest(node: MemoryNode, client: Client) -> None:
    def refuse(*_: object) -> None:
        raise RpcError("Unknown block", -39001)

    node.instead["eth_getBlockByNumber"] = iter([refuse])
    assert client.now() == 1_000


def test_finalized_and_safe_are_never_asked_for(node: MemoryNode, client: Client) -> None:
    tags: list[str] = []

    def answer(tag: str, _full: bool) -> dict[str, object]:
        tags.append(tag)
        return node.chain.block()

    node.instead["eth_getBlockByNumber"] = iter([answer] * 3)
    client.head()
    client.now()
    client.block(0)
    assert tags == ["latest", "pending", "0x0"]


def test_a_transaction_that_a_node_has_already_is_no_error(chain: MemoryChain, client: Client) -> None:
    raw = bytes.fromhex("c180")  # a list of one empty string: nonce 0
    client.broadcast(raw)
    client.broadcast(raw)
    assert chain.pool == {0: raw}


@pytest.mark.parametrize(
    ("message", "code", "kind"),
    [
        ("Sender account not authorized to send transactions", -32007, "NotPermitted"),
        ("something in Besu's own words", -32007, "NotPermitted"),
        ("Nonce too low", -32001, "NonceTaken"),
        ("replacement transaction underpriced", -32000, "NonceTaken"),
        ("insufficient funds for gas * price + value: balance 0", -32000, "InsufficientFunds"),
        ("Upfront cost exceeds account balance", -32004, "InsufficientFunds"),
        ("exceeds block gas limit", -32000, "OutOfGas"),
        ("intrinsic gas too low", -32003, "OutOfGas"),
        ("transaction underpriced", -32000, "FeeTooLow"),
        ("Gas price below configured minimum gas price", -32009, "FeeTooLow"),
        ("max fee per gas less than block base fee", -32000, "FeeTooLow"),
        ("the moon is in the wrong house", -32000, "TransactionFailed"),
    ],
)
def test_refusals_are_told_apart(message: str, code: int, kind: str, node: MemoryNode, client: Client) -> None:
    def refuse(_: str) -> None:
        raise RpcError(message, code)

    node.instead["eth_sendRawTransaction"] = iter([refuse])
    with pytest.raises(TransactionFailed) as caught:
        client.broadcast(b"\1")
    assert type(caught.value).__name__ == kind
    assert caught.value.hint


def test_a_refused_account_is_told_about_the_allow_list(node: MemoryNode, client: Client) -> None:
    def refuse(_: str) -> None:
        raise RpcError("Sender account not authorized to send transactions", -32007)

    node.instead["eth_sendRawTransaction"] = iter([refuse])
    with pytest.raises(TransactionFailed, match=r"not on the validators' allow-list .*permissions_config\.toml"):
        client.broadcast(b"\1")


@pytest.mark.parametrize("code", [3, -32000])
def test_reverts_are_decoded_however_a_node_words_them(code: int, node: MemoryNode, client: Client) -> None:
    def revert(*_: object) -> None:
        raise RpcError("Execution reverted", code, data="0x1f2a2005")

    node.instead["eth_estimateGas"] = iter([revert])
    with pytest.raises(ChainError) as caught:
        client.estimate_gas({})
    assert type(caught.value).__name__ == "ZeroAmount"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("0xdeadbeef", "unknown error 0xdeadbeef"),
        (
            "0x4e487b710000000000000000000000000000000000000000000000000000000000000011",
            "underflow or overflow",
        ),
        (None, "refused"),
        ("0x", "refused"),
    ],
)
def test_reverts_without_a_name_of_ours_are_told_too(
    data: str | None, message: str, node: MemoryNode, client: Client
) -> None:
    def revert(*_: object) -> None:
        raise RpcError("execution reverted", 3, data=data)

    node.instead["eth_call"] = iter([revert])
    with pytest.raises(TransactionFailed, match=message):
        client.call({}, "latest")
