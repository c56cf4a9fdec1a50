"""What nodes answer in JSON, as far as it is looked at here: web3 works longer on it than a node."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self, cast

from hexbytes import HexBytes
from web3.types import LogReceipt, TxReceipt

from folkmoot.chain.abi import typed


@dataclass(frozen=True, slots=True)
class Block:
    """What Folkmoot asks of a block. `base_fee` (wei a gas) is None on chains without one."""

    number: int
    hash: str
    time: int
    gas_limit: int
    base_fee: int | None

    @classmethod
    def of(cls, answer: Mapping[str, str]) -> Self:
        """A mined block as a node tells it."""
        fee = answer.get("baseFeePerGas")
        number, time, gas_limit = (int(answer[name], 16) for name in ("number", "timestamp", "gasLimit"))
        return cls(number, answer["hash"], time, gas_limit, None if fee is None else int(fee, 16))


def log_of(answer: Mapping[str, Any]) -> LogReceipt:
    """A log as web3 has it."""
    numbers = {name: int(answer[name], 16) for name in ("blockNumber", "logIndex")}
    data = {name: HexBytes(answer[name]) for name in ("data", "transactionHash")}
    topics = [HexBytes(topic) for topic in answer["topics"]]
    return cast("LogReceipt", {**numbers, **data, "topics": topics, "address": typed(str, answer["address"])})


def receipt_of(answer: Mapping[str, Any]) -> TxReceipt:
    """A receipt as web3 has it."""
    numbers = {name: int(answer[name], 16) for name in ("status", "gasUsed", "blockNumber")}
    logs = [*map(log_of, answer["logs"])]
    return cast("TxReceipt", {**numbers, "transactionHash": HexBytes(answer["transactionHash"]), "logs": logs})
