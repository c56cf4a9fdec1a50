"""A chain in memory behind the JSON-RPC interface: for what no real node does on demand.

chain = MemoryChain()
client = Client([MemoryNode(chain)])
"""

# ruff: noqa: D102, N802 - a node's methods bear the names of JSON-RPC requests

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import rlp  # type: ignore[import-untyped]
from requests.exceptions import ConnectionError as NoConnection
from web3 import Web3

Answer = Callable[[], Any]


class RpcError(Exception):
    """An answer that is an error."""

    def __init__(self, message: str, code: int = -32000, data: str | None = None) -> None:
        super().__init__(message)
        self.fault = {"code": code, "message": message} | ({} if data is None else {"data": data})


def _price(raw: bytes) -> int:
    """The gas price of a legacy transaction."""
    return int.from_bytes(rlp.decode(raw)[1])


@dataclass
class MemoryChain:
    """Blocks, a pool and receipts. A block comes only by `mine`. `clock` is shared by all.

    Without a base fee a transaction waits until it offers the `gas_price`, and less than `least_price` is refused.
    Accounts hold `coins`, which nothing takes away.
    """

    clock: float = 0.0
    base_fee: int | None = 0
    gas_price: int = 1_000
    least_price: int = 0
    coins: int = 10**18
    gas_limit: int = 30_000_000
    extra_data: bytes = b""
    first: str = "0x" + "00" * 32  # the first block's hash
    number: int = 0
    time: int = 1_000
    needs_gas: int = 100_000
    fails: bool = False
    pool: dict[int, bytes] = field(default_factory=dict)
    mined: dict[str, dict[str, Any]] = field(default_factory=dict)

    def now(self) -> float:
        """Seconds on the clock of those who use the chain."""
        return self.clock

    def sleep(self, seconds: float) -> None:
        """Let the clock go on."""
        self.clock += seconds

    @property
    def next_nonce(self) -> int:
        """The next nonce of the one account that there is."""
        return len(self.mined)

    def mine(self) -> None:
        """Make a block of what the pool has to offer."""
        self.number += 1
        self.time = max(self.time + 1, 1_000 + int(self.clock))
        while self.next_nonce in self.pool and self._is_paid_for(self.pool[self.next_nonce]):
            self._execute(self.pool.pop(self.next_nonce))

    def _is_paid_for(self, raw: bytes) -> bool:
        return self.base_fee is not None or _price(raw) >= self.gas_price

    def _execute(self, raw: bytes) -> None:
        transaction = Web3.to_hex(Web3.keccak(raw))
        self.mined[transaction] = {
            "transactionHash": transaction,
            "blockNumber": hex(self.number),
            "gasUsed": hex(self.needs_gas),
            "status": "0x0" if self.fails else "0x1",
            "logs": [],
        }

    def accept(self, raw: bytes) -> str:
        """Take a transaction into the pool; its hash. Raises `RpcError` as nodes do."""
        nonce = int.from_bytes(rlp.decode(raw)[0])
        if self.least_price and _price(raw) < self.least_price:
            raise RpcError("Gas price below configured minimum gas price")
        if nonce < self.next_nonce:
            raise RpcError("nonce too low")
        if self.pool.get(nonce) == raw:
            raise RpcError("already known")
        if nonce in self.pool and 10 * _price(raw) < max(1, 11 * _price(self.pool[nonce])):
            raise RpcError("replacement transaction underpriced")
        self.pool[nonce] = raw
        return Web3.to_hex(Web3.keccak(raw))

    def block(self) -> dict[str, Any]:
        """The latest block."""
        fee = {} if self.base_fee is None else {"baseFeePerGas": hex(self.base_fee)}
        return fee | {
            "number": hex(self.number),
            "hash": Web3.to_hex(Web3.keccak(self.number)),
            "timestamp": hex(self.time),
            "gasLimit": hex(self.gas_limit),
            "extraData": Web3.to_hex(self.extra_data),
        }


class MemoryNode:
    """One node of a `MemoryChain`, which may be down or answer otherwise than its chain, a method's call at a time."""

    def __init__(self, chain: MemoryChain, *, chain_id: int = 7) -> None:
        self.chain, self.chain_id = chain, chain_id
        self.down = False
        self.asked: list[str] = []
        self.instead: dict[str, Iterator[Callable[..., Any]]] = {}

    def make_request(self, method: Any, params: Any) -> Any:
        if self.down:
            raise NoConnection("down")
        if "earliest" in params:
            return {"jsonrpc": "2.0", "id": 1, "result": {**self.chain.block(), "hash": self.chain.first}}
        self.asked.append(method)
        answer = next(self.instead.get(method, iter(())), None) or getattr(self, method)
        try:
            return {"jsonrpc": "2.0", "id": 1, "result": answer(*params)}
        except RpcError as error:
            return {"jsonrpc": "2.0", "id": 1, "error": error.fault}

    def make_batch_request(self, requests: Any) -> Any:
        return [self.make_request(method, params) for method, params in requests]

    def eth_chainId(self) -> str:
        return hex(self.chain_id)

    def eth_blockNumber(self) -> str:
        return hex(self.chain.number)

    def eth_getBlockByNumber(self, tag: str, _full: bool) -> Any:
        return None if tag.startswith("0x") and int(tag, 16) > self.chain.number else self.chain.block()

    def eth_syncing(self) -> bool:
        return False

    def eth_getTransactionCount(self, _address: str, tag: str) -> str:
        next_, pool = self.chain.next_nonce, self.chain.pool if tag == "pending" else {}
        return hex(next(nonce for nonce in count(next_) if nonce not in pool))

    def eth_estimateGas(self, _transaction: Any, _tag: str = "") -> str:
        return hex(self.chain.needs_gas)

    def eth_call(self, _transaction: Any, _tag: str) -> str:
        return "0x"

    def eth_sendRawTransaction(self, raw: str) -> str:
        return self.chain.accept(Web3.to_bytes(hexstr=raw))  # type: ignore[arg-type]

    def eth_getTransactionReceipt(self, transaction: str) -> Any:
        return self.chain.mined.get(transaction)

    def eth_getCode(self, _address: str, _tag: str) -> str:
        return "0x"

    def eth_getBalance(self, _address: str, _block: str) -> str:
        return hex(self.chain.coins)

    def eth_gasPrice(self) -> str:
        return hex(self.chain.gas_price)

    def eth_maxPriorityFeePerGas(self) -> str:
        return hex(5)

    def eth_getLogs(self, _filter: Any) -> list[Any]:
        return []
