"""The requests that nodes are asked, and how their answers are read."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple, cast

from eth_utils.address import to_checksum_address
from web3.types import BlockIdentifier, LogReceipt, TxParams, TxReceipt

from folkmoot.chain.answers import Block, Transaction, data, log_of, natural, receipt_of, text
from folkmoot.chain.rpc_errors import Fault, NoAnswer


class Question(NamedTuple):
    """A request, and how its result is read, which is as JSON has it.

    `read` raises `ValueError`, `KeyError` or `TypeError` for a result of another form. None is the answer to an
    `optional` one that a node refuses.
    """

    method: str
    params: Sequence[Any]
    read: Callable[[Any], Any]
    optional: bool = False


LATEST = Question("eth_getBlockByNumber", ("latest", False), Block.of)


HEAD = Question("eth_blockNumber", (), natural)
"""The number of the latest block."""

SYNCING = Question("eth_syncing", (), lambda answer: answer is not False, optional=True)
"""Whether a node still fetches the chain; None if it does not tell."""


def _making(answer: Any) -> tuple[int, int] | None:
    return None if answer is None else (natural(answer.get("number") or "0x0"), natural(answer["timestamp"]))


PENDING = Question("eth_getBlockByNumber", ("pending", False), _making, optional=True)
"""Number and time of the block that a node is making; None if it tells none."""


def block(number: int) -> Question:
    """A block; None if there is none of that number."""
    return Question("eth_getBlockByNumber", (hex(number), False), _perhaps(Block.of))


def code(address: str) -> Question:
    """The code at an address."""
    return Question("eth_getCode", (to_checksum_address(address), "latest"), data)


def has_code(address: str) -> Question:
    """Whether a contract stands at an address."""
    return Question("eth_getCode", (to_checksum_address(address), "latest"), lambda answer: len(data(answer)) > 0)


def next_nonce(address: str) -> Question:
    """The nonce after those of all transactions of an account that a node knows of, pending ones included."""
    return Question("eth_getTransactionCount", (to_checksum_address(address), "pending"), natural)


def reaches(number: int) -> Question:
    """Nothing, from a node that has the block of this number; to be asked before what needs that block."""
    return Question("eth_getBlockByNumber", (hex(number), False), partial(_has, number))


def balance(address: str) -> Question:
    """Wei of the chain's own coin."""
    return Question("eth_getBalance", (to_checksum_address(address), "latest"), natural)


def estimate(transaction: TxParams, *block: str) -> Question:
    """Gas that a transaction would need in the time of a block."""
    return Question("eth_estimateGas", (in_json(transaction), *block), natural)


def call(to: str, encoded: bytes, at: BlockIdentifier) -> Question:
    """A contract's answer to an encoded call, in bytes."""
    return call_as(cast("TxParams", {"to": to, "data": f"0x{encoded.hex()}"}), at)


def call_as(transaction: TxParams, at: BlockIdentifier) -> Question:
    """What a transaction would return, in bytes."""
    return Question("eth_call", (in_json(transaction), hex(at) if isinstance(at, int) else at), data)


def logs(addresses: Sequence[str], first: int, last: int, topics: Sequence[str] = ()) -> Question:
    """Logs of some contracts, or of all, in some blocks, those of some topics if any."""
    asked: dict[str, Any] = {"fromBlock": hex(first), "toBlock": hex(last)}
    narrowed = ({"address": [*addresses]} if addresses else {}) | ({"topics": [[*topics]]} if topics else {})
    return Question("eth_getLogs", (asked | narrowed,), _logs)


def receipt(transaction: str) -> Question:
    """A transaction's receipt; None while it is in no block."""
    return Question("eth_getTransactionReceipt", (transaction,), _mined)


def transaction(hash_: str) -> Question:
    """A mined transaction; None if a node does not have it, or not any more."""
    return Question("eth_getTransactionByHash", (hash_,), _perhaps(Transaction.of))


def broadcast(signed: bytes) -> Question:
    """A signed transaction to be taken; its hash."""
    return Question("eth_sendRawTransaction", (f"0x{signed.hex()}",), text)


def in_json(transaction: TxParams) -> dict[str, Any]:
    """A transaction's fields as JSON-RPC has them."""
    return {
        name: hex(value) if isinstance(value, int) else f"0x{value.hex()}" if isinstance(value, bytes) else value
        for name, value in transaction.items()
    }


def _logs(answer: Any) -> list[LogReceipt]:
    if not isinstance(answer, list):
        raise ValueError("no list of logs")  # noqa: TRY004 - a node's answer, no argument
    return [*map(log_of, answer)]


def _mined(answer: Any) -> TxReceipt | None:
    return None if answer is None or answer["blockNumber"] is None else receipt_of(answer)


def _has(number: int, answer: Any) -> None:
    if answer is None:
        raise NoAnswer(f"it has no block {number} yet", Fault.BEHIND)


def _perhaps(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda answer: None if answer is None else read(answer)
