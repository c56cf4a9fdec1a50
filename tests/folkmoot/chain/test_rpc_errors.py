from collections.abc import Callable

import pytest
from eth_abi.exceptions import InsufficientDataBytes
from web3.exceptions import BadResponseFormat, Web3RPCError

from folkmoot.chain import Client
from folkmoot.chain.rpc_errors import is_known, translated
from folkmoot.errors import ChainError, ChainGone, TransactionFailed
from folkmoot.testing.memory import MemoryNode, RpcError

Connect = Callable[..., Client]


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


def test_an_account_without_coins_is_told_of_the_faucet(node: MemoryNode, client: Client) -> None:
    def refuse(_: str) -> None:
        raise RpcError("Insufficient funds for gas * price + value", -32003)

    node.instead["eth_sendRawTransaction"] = iter([refuse])
    with pytest.raises(TransactionFailed, match="on a local network: folkmoot account faucet"):
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


@pytest.mark.parametrize(
    ("message", "known"),
    [("already known", True), ("Known transaction", True), ("transaction already imported", True), ("unknown", False)],
)
def test_a_node_that_has_the_transaction_already_is_recognised(message: str, known: bool) -> None:
    assert is_known(Web3RPCError(message)) == known


def test_refusals_of_reads_are_chain_errors_and_of_transactions_failures() -> None:
    for kind in (ChainError, TransactionFailed):
        with pytest.raises(ChainError, match="the node refused: limit exceeded") as caught, translated(kind):
            raise Web3RPCError("limit exceeded")
        assert type(caught.value) is kind


def test_an_answer_that_does_not_decode_means_that_no_such_contract_is_there() -> None:
    with pytest.raises(ChainGone, match="no such contract answers"), translated():
        raise InsufficientDataBytes("0 bytes")


def test_what_web3_does_not_understand_is_an_unexpected_answer() -> None:
    with pytest.raises(ChainError, match="unexpected answer of the node: no such field"), translated():
        raise BadResponseFormat("no such field")


def test_errors_that_are_no_nodes_pass_through() -> None:
    with pytest.raises(ZeroDivisionError), translated():
        raise ZeroDivisionError
