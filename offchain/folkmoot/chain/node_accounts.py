"""Accounts that a node of a local network keeps, and signs for."""

from typing import Any, cast

from tenacity import retry, retry_if_result, stop_after_delay, wait_fixed
from web3.types import TxParams, TxReceipt

from folkmoot.chain.addresses import read_address
from folkmoot.chain.client import Client
from folkmoot.chain.questions import in_json
from folkmoot.errors import TransactionFailed

_MINED_S = 120


def node_accounts(client: Client) -> list[str]:
    """The accounts' addresses; nodes of other networks keep none."""
    return [read_address(address) for address in client.request("eth_accounts")]


def send_by_node(client: Client, transaction: TxParams) -> TxReceipt:
    """Let the node sign a transaction from one of its accounts, and wait until it is executed.

    Raises `ChainError` if it is refused, and `TransactionFailed` if it fails or comes into no block.
    """
    request: dict[str, Any] = {**transaction, **client.fees(client.head())}
    sent = client.request("eth_sendTransaction", in_json(cast("TxParams", request)))
    wait = retry(
        retry=retry_if_result(lambda receipt: receipt is None),
        wait=wait_fixed(0.1),
        stop=stop_after_delay(_MINED_S),
        retry_error_callback=lambda _: None,
    )
    receipt = wait(client.receipt)(sent)
    if receipt is None or receipt["status"] != 1:
        raise TransactionFailed(f"transaction {sent} failed or came into no block", "see the node's log")
    return receipt
