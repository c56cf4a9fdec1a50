"""What a task's transactions did and cost, read back from the chain."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from eth_typing import ABIFunction
from eth_utils.abi import function_abi_to_4byte_selector
from hexbytes import HexBytes

from folkmoot.chain import Client, Event, decode_logs
from folkmoot.chain.abi import abi
from folkmoot.chain.events.rounds import RoundOpened


@dataclass(frozen=True, slots=True)
class Transaction:
    """An executed transaction: the contract's function, its gas, its block and its events."""

    function: str
    gas: int
    block: int
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """The transactions of one round: those after the one in block `opened` that opened it, the closing one included."""

    opened: int
    executed: list[Transaction] = field(default_factory=list)

    @property
    def events(self) -> tuple[Event, ...]:
        """What happened in them, in order."""
        return tuple(event for transaction in self.executed for event in transaction.events)


def by_round(executed: Iterable[Transaction]) -> dict[int, Share]:
    """A task's transactions by the number of the round that they belong to; what came before the first is left out."""
    shares: dict[int, Share] = {}
    running = Share(0)
    for transaction in executed:
        running.executed.append(transaction)
        for event in transaction.events:
            if isinstance(event, RoundOpened):
                shares[event.round] = running = Share(transaction.block)
    return shares


def transactions(client: Client, task: str, *, last: int) -> Iterator[Transaction]:
    """The transactions sent to a task up to block `last`, in their order."""
    eth = client.web3.eth
    for number in range(last + 1):
        sent: Any = eth.get_block(number, full_transactions=True)["transactions"]
        if any(transaction.get("to") == task for transaction in sent):
            receipts = {receipt["transactionHash"]: receipt for receipt in eth.get_block_receipts(number)}
            yield from (_executed(entry, receipts[entry["hash"]]) for entry in sent if entry.get("to") == task)


def _executed(transaction: Any, receipt: Any) -> Transaction:
    name = _functions()[bytes(HexBytes(transaction["input"]))[:4]]
    return Transaction(name, receipt["gasUsed"], receipt["blockNumber"], tuple(decode_logs(receipt["logs"])))


@cache
def _functions() -> dict[bytes, str]:
    entries = (entry for entry in abi("Task") if entry["type"] == "function")
    return {function_abi_to_4byte_selector(cast("ABIFunction", entry)): entry["name"] for entry in entries}
