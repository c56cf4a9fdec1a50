"""What nodes answer in JSON, as far as it is looked at here.

Each function raises `ValueError`, `KeyError` or `TypeError` for an answer of another form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from eth_utils.address import to_canonical_address
from eth_utils.crypto import keccak
from hexbytes import HexBytes
from web3.types import LogReceipt, TxReceipt

from folkmoot.chain.abi import typed

_BLOOM_BITS = 2_048


@dataclass(frozen=True, slots=True)
class Block:
    """What Folkmoot asks of a block. `base_fee` (wei a gas) is None on chains without one.

    Nothing else in it is refused: QBFT's blocks have more `extraData` than Ethereum's.
    """

    number: int
    hash: str
    time: int
    gas_limit: int
    base_fee: int | None
    is_empty: bool = False
    parent: str = ""  # its hash
    bloom: int | None = None  # of its logs; None, or 0 with some nodes, where it is not told

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """A mined block as a node tells it."""
        fee = answer.get("baseFeePerGas")
        number, time, gas_limit = (natural(answer[name]) for name in ("number", "timestamp", "gasLimit"))
        return cls(
            number,
            text(answer["hash"]),
            time,
            gas_limit,
            base_fee=None if fee is None else natural(fee),
            is_empty=not answer.get("transactions", True),
            parent=text(answer.get("parentHash", "")),
            bloom=natural(answer["logsBloom"]) if answer.get("logsBloom", "0x") != "0x" else None,
        )

    def may_have_logs(self, address: str) -> bool:
        """Whether a contract may have logged something in it: seldom true of one that has not.

        Source: the "Yellow Paper", section 4.3.1, "Transaction Receipt".
        """
        if not self.bloom:
            return not self.is_empty
        found = keccak(to_canonical_address(address))
        return all(self.bloom >> (int.from_bytes(found[at : at + 2]) % _BLOOM_BITS) & 1 for at in (0, 2, 4))


@dataclass(frozen=True, slots=True)
class Transaction:
    """Who sent what to which contract; `to` is empty for one that creates a contract."""

    sender: str
    to: str
    input: bytes

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        """A transaction as a node tells it."""
        to = answer.get("to")
        return cls(typed(str, text(answer["from"])), typed(str, text(to)) if to else "", data(answer["input"]))


def natural(answer: Any) -> int:
    """A number in hexadecimal."""
    if not isinstance(answer, str) or not answer.startswith("0x"):
        raise ValueError(f"{answer!r} is no number")
    return int(answer, 16)


def text(answer: Any) -> str:
    """A string."""
    if not isinstance(answer, str):
        raise ValueError(f"{answer!r} is no text")  # noqa: TRY004 - a node's answer, no argument
    return answer


def data(answer: Any) -> bytes:
    """Bytes in hexadecimal."""
    if not text(answer).startswith("0x"):
        raise ValueError(f"{answer!r} is no bytes")
    return bytes(HexBytes(answer))


def log_of(answer: Mapping[str, Any]) -> LogReceipt:
    """A log as web3 has it."""
    numbers = {name: natural(answer[name]) for name in ("blockNumber", "logIndex")}
    found = {name: HexBytes(data(answer[name])) for name in ("data", "transactionHash")}
    topics = [HexBytes(data(topic)) for topic in answer["topics"]]
    return cast("LogReceipt", {**numbers, **found, "topics": topics, "address": typed(str, text(answer["address"]))})


def receipt_of(answer: Mapping[str, Any]) -> TxReceipt:
    """A receipt as web3 has it."""
    numbers = {name: natural(answer[name]) for name in ("status", "gasUsed", "blockNumber")}
    logs, transaction = [*map(log_of, answer["logs"])], HexBytes(data(answer["transactionHash"]))
    created = typed(str, answer.get("contractAddress") or "")
    return cast("TxReceipt", {**numbers, "transactionHash": transaction, "logs": logs, "contractAddress": created})
