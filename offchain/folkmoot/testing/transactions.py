"""What a task's transactions did and cost, read back from the chain's own blocks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from eth_typing import ABIFunction
from eth_utils.abi import function_abi_to_4byte_selector
from hexbytes import HexBytes

from folkmoot.chain import Client, Event, decode_logs
from folkmoot.chain.abi import abi, typed
from folkmoot.chain.answers import receipt_of


@dataclass(frozen=True, slots=True)
class Transaction:
    """An executed transaction: the contract's function, its gas, its block and its events, none if it failed."""

    function: str
    gas: int
    block: int
    events: tuple[Event, ...]
    succeeded: bool


def transactions(client: Client, task: str, blocks: Iterable[int]) -> Iterator[Transaction]:
    """The transactions sent to a task in some blocks, in order."""
    for number in blocks:
        block = client.request("eth_getBlockByNumber", hex(number), True)
        for entry in block["transactions"]:
            if typed(str, entry["to"] or "") == task:
                yield _executed(entry, receipt_of(client.request("eth_getTransactionReceipt", entry["hash"])))


def _executed(sent: Any, receipt: Any) -> Transaction:
    name = _functions()[bytes(HexBytes(sent["input"]))[:4]]
    events = tuple(decode_logs(receipt["logs"]))
    return Transaction(name, receipt["gasUsed"], receipt["blockNumber"], events, succeeded=receipt["status"] == 1)


@cache
def _functions() -> dict[bytes, str]:
    entries = (entry for entry in abi("Task") if entry["type"] == "function")
    return {function_abi_to_4byte_selector(cast("ABIFunction", entry)): entry["name"] for entry in entries}
