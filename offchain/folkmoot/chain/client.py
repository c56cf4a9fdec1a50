"""Reading one EVM chain through one or several nodes, whatever EVM version they run.

Blocks are final as soon as they exist on the networks that Folkmoot is made for, so everything reads `latest`. Anvil,
Besu and Geth answer; nothing needs more of them than the ETH namespace.
"""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Self, cast

import requests
from eth_typing import HexStr
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import TransactionNotFound, Web3RPCError
from web3.providers.base import JSONBaseProvider
from web3.types import BlockIdentifier, LogReceipt, Nonce, RPCEndpoint, TxParams, TxReceipt

from folkmoot.chain.answers import Block, log_of
from folkmoot.chain.failover import Connect, Failover, HttpConnection
from folkmoot.chain.fees import is_enough, outbid
from folkmoot.chain.rpc_errors import is_known, translated
from folkmoot.errors import ChainError, ConfigError, ConnectionFailed, OutOfGas, TransactionFailed

log = logging.getLogger(__name__)

_BLOCK, _CALL = RPCEndpoint("eth_getBlockByNumber"), RPCEndpoint("eth_call")
_LOGS, _NONCE = RPCEndpoint("eth_getLogs"), RPCEndpoint("eth_getTransactionCount")


class Client:
    """One chain, read through the first of `urls` that answers.

    Every method raises `ConnectionFailed` when no node answers. `connect` makes the connection to one URL: the only
    way to the network. `clock` gives seconds from any start.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        timeout: float = 10.0,
        connect: Connect | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        if not urls:
            raise ConfigError("no node to connect to", "give at least one RPC URL")
        self._session = requests.Session()
        self.web3 = Web3(Failover(urls, connect or (lambda url: HttpConnection(url, timeout, self._session))))
        self.web3.middleware_onion.remove("validation")  # asks for the chain's id with every read
        self._clock = clock
        self._seen: tuple[int, float] | None = None  # a time on the chain, and the clock's then
        self._ahead: dict[tuple[str, bytes, BlockIdentifier], str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. A request opens them again."""
        self._session.close()

    # ---------------------------------------------------------------- time

    @cached_property
    def chain_id(self) -> int:
        """The chain's id."""
        with translated():
            return self.web3.eth.chain_id

    def head(self) -> Block:
        """The latest block."""
        return self.block("latest")

    def block(self, number: BlockIdentifier) -> Block:
        """One mined block. Raises `ChainError` if there is none of that number."""
        return Block.of(self._fetch(number))

    def now(self) -> int:
        """The chain's time in seconds since 1970: that of the block that would include a transaction sent now.

        While the chain makes no blocks, idle or halted, the local clock counts on. The local time of day is not used.
        """
        try:
            self._fetch_pending()
        except ConnectionFailed:
            if self._seen is None:
                raise
        return self._time()

    def _fetch_pending(self) -> None:
        try:
            self._fetch("pending")
        except ConnectionFailed:
            raise
        except ChainError:  # a node that makes no pending block
            self._fetch("latest")

    def _fetch(self, block: BlockIdentifier) -> Mapping[str, str]:
        """A block as the node tells it. Nothing in it is refused: QBFT's have more `extraData` than web3 lets pass."""
        found = self._ask(_BLOCK, _hexadecimal(block), False)
        if not isinstance(found, dict):
            raise ChainError(f"the node has no block {block!r}", "see that it follows the chain")
        timestamp = int(found["timestamp"], 16)
        if timestamp > self._time():
            self._seen = timestamp, self._clock()
        return found

    def _ask(self, method: RPCEndpoint, *parameters: Any) -> Any:
        """What a node answers. Raises what web3 makes of a refusal."""
        answer = self._answer(method, *parameters)
        with translated():
            return self.web3.manager.request_blocking(method, parameters) if answer is None else answer

    def _answer(self, method: RPCEndpoint, *parameters: Any) -> Any:
        """A node's answer as it is, because web3 works longer on one than the node; None for a refusal."""
        answer = self.web3.provider.make_request(method, parameters)
        return answer.get("result") if isinstance(answer, dict) else None

    def _time(self) -> int:
        if self._seen is None:
            return -1
        timestamp, clock = self._seen
        return timestamp + int(self._clock() - clock)

    # ------------------------------------------------------------- accounts

    def balance(self, address: str) -> int:
        """Wei of the chain's own coin."""
        with translated():
            return self.web3.eth.get_balance(Web3.to_checksum_address(address))

    def has_code(self, address: str) -> bool:
        """Whether a contract stands at this address."""
        with translated():
            return len(self.web3.eth.get_code(Web3.to_checksum_address(address))) > 0

    def ask_ahead(self, calls: Sequence[tuple[str, bytes]], at: int) -> None:
        """Ask several contracts in one request, by address and encoded call; `read` then has the answers, each once.

        What a node does not answer so is asked for when it is read.
        """
        asked: list[tuple[RPCEndpoint, Any]] = [(_CALL, [_request(to, data), hex(at)]) for to, data in calls]
        answers = cast("JSONBaseProvider", self.web3.provider).make_batch_request(asked)
        found = answers if isinstance(answers, list) and len(answers) == len(calls) else []
        self._ahead = {
            (to, data, at): answer["result"]
            for (to, data), answer in zip(calls, found, strict=False)
            if isinstance(answer, dict) and "result" in answer
        }

    def read(self, to: str, data: bytes, at: BlockIdentifier) -> bytes:
        """A contract's answer to an encoded call after block `at`. Raises what the contract would."""
        request = _request(to, data)
        answer = self._ahead.pop((to, data, at), None) or self._answer(_CALL, request, _hexadecimal(at))
        with translated():
            return bytes(HexBytes(answer) if isinstance(answer, str) else self.web3.eth.call(request, at))

    def next_nonce(self, address: str) -> Nonce:
        """The nonce after those of all transactions that the node knows of, pending ones included."""
        return Nonce(int(self._ask(_NONCE, Web3.to_checksum_address(address), "pending"), 16))

    # --------------------------------------------------------- transactions

    def fees(self, head: Block) -> TxParams:
        """The fee fields of a transaction after block `head`: of type 2 where there is a base fee.

        Where the base fee is 0, gas is free and nothing is offered: consortium accounts hold no coin.
        """
        base = head.base_fee
        if base == 0:
            return {"gasPrice": Web3.to_wei(0, "wei")}
        with translated():
            if base is None:
                return {"gasPrice": self.web3.eth.gas_price}
            tip = self.web3.eth.max_priority_fee
        return {"maxPriorityFeePerGas": tip, "maxFeePerGas": Web3.to_wei(2 * base + tip, "wei")}

    def outbid(self, transaction: TxParams, head: Block) -> TxParams | None:
        """The transaction with a fee for after block `head`; None if what it offers is enough."""
        return None if is_enough(transaction, head) else outbid(transaction, self.fees(head))

    def estimate_gas(self, transaction: TxParams) -> int:
        """Gas that the transaction would need now. Raises what the contract would: see `translated`.

        Estimated on the pending block, because the time of an idle chain's latest block is not the time.
        """
        with translated(TransactionFailed):
            return self.web3.eth.estimate_gas(transaction, "pending")

    def call(self, transaction: TxParams, at: BlockIdentifier) -> bytes:
        """What the transaction would return after block `at`. Raises what the contract would."""
        with translated(TransactionFailed):
            return bytes(self.web3.eth.call(transaction, at))

    def reason(self, name: str, transaction: TxParams, receipt: TxReceipt) -> ChainError:
        """Why an executed transaction failed, which its receipt does not say: found by calling it again there."""
        if receipt["gasUsed"] >= transaction["gas"]:
            return OutOfGas(f"{name} ran out of its {transaction['gas']} gas", "try again, or in smaller steps")
        sent: dict[str, Any] = dict(transaction)
        request = cast("TxParams", {name: sent[name] for name in ("from", "to", "data", "gas")})
        try:
            self.call(request, receipt["blockNumber"])
        except ChainError as reason:
            return reason
        return TransactionFailed(f"{name} failed in block {receipt['blockNumber']}", "try again")

    def broadcast(self, signed: bytes) -> None:
        """Hand a signed transaction to a node. That the node has it already is no error."""
        with translated(TransactionFailed):
            try:
                self.web3.eth.send_raw_transaction(signed)
            except Web3RPCError as error:
                if not is_known(error):
                    raise

    def receipt(self, transaction: str) -> TxReceipt | None:
        """A transaction's receipt; None while it is in no block."""
        with translated():
            try:
                return self.web3.eth.get_transaction_receipt(HexStr(transaction))
            except TransactionNotFound:
                return None

    def logs(self, addresses: Sequence[str], first: int, last: int, topics: Sequence[str] = ()) -> list[LogReceipt]:
        """The logs of some contracts in blocks `first` to `last`, both included; only those of some `topics` if any."""
        asked = {"address": [*addresses], "fromBlock": hex(first), "toBlock": hex(last)}
        asked |= {"topics": [[*topics]]} if topics else {}  # type: ignore[list-item]
        return [*map(log_of, self._ask(_LOGS, asked))]


def _request(to: str, data: bytes) -> TxParams:
    return {"to": Web3.to_checksum_address(to), "data": HexStr(f"0x{data.hex()}")}


def _hexadecimal(block: BlockIdentifier) -> Any:
    return hex(block) if isinstance(block, int) else block
