"""Reading one EVM chain through one or several nodes, whatever EVM version they run.

Everything reads `latest`: on the networks that Folkmoot is made for, blocks are final at once, or after a few. Anvil,
Besu, GoQuorum and Geth answer; nothing needs more of them than the ETH namespace.
"""

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Self, cast

import requests
from eth_utils.address import to_checksum_address
from web3.types import BlockIdentifier, LogReceipt, Nonce, TxParams, TxReceipt, Wei

from folkmoot.chain import questions
from folkmoot.chain.answers import Block, natural
from folkmoot.chain.clock import HALTED_AFTER_S, ChainClock
from folkmoot.chain.connection import HttpConnection
from folkmoot.chain.estimating import estimate
from folkmoot.chain.fees import AS_ASKED, GasSettings
from folkmoot.chain.head import ChainHead, Outlook
from folkmoot.chain.log_search import LogSearch
from folkmoot.chain.nodes import BATCH, PROBE_S, Connect, Nodes
from folkmoot.chain.questions import Question
from folkmoot.chain.watching import UNWATCHED, ChainWatch
from folkmoot.errors import ChainError, ConfigError, OutOfGas, TransactionFailed


class Client:
    """One chain, read through the nodes at `urls`: of those that are well, the one that is named first.

    Every method raises `ConnectionFailed` when no node answers. `gas` is what senders offer. `connect` makes the
    connection to one URL: the only way to the network. `clock` gives seconds from any start. After `halted_after`
    seconds without a block that was due the chain is said to stand. `watch` is told what is asked and what fails.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        gas: GasSettings = AS_ASKED,
        timeout: float = 10.0,
        connect: Connect | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        halted_after: float = HALTED_AFTER_S,
        watch: ChainWatch = UNWATCHED,
    ) -> None:
        if not urls:
            raise ConfigError("no node to connect to", "give at least one RPC URL")
        self.gas, self.watch = gas, watch
        self._session = requests.Session()
        lines = [
            partial(HttpConnection, timeout=most, session=self._session) for most in (timeout, min(timeout, PROBE_S))
        ]
        self._nodes = Nodes(urls, connect or lines[0], connect or lines[1], clock, sleep, watch)
        self.clock = ChainClock(clock, halted_after)
        self._head = ChainHead(self._nodes, self.clock)
        self._ahead: dict[tuple[str, bytes, BlockIdentifier], bytes] = {}
        self._logs = LogSearch(self._nodes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections. A request opens them again."""
        self._session.close()

    def request(self, method: str, *params: Any) -> Any:
        """A node's answer to any JSON-RPC request, as JSON has it. Raises `ChainError` for a refusal."""
        return self._ask(Question(method, params, lambda answer: answer))

    def ask_each(self, *asked: Question) -> list[tuple[str, list[Any]]]:
        """What each of those nodes answers that do, beside its URL: where one alone may be wrong."""
        return self._nodes.each(*asked)

    def ask_many(self, asked: Sequence[Question]) -> list[Any]:
        """The answers to many questions, 100 in a request; a `ChainError` in place of what a node refuses."""
        return [answer for at in range(0, len(asked), BATCH) for answer in self._nodes.ask(*asked[at : at + BATCH])]

    def _ask(self, question: Question) -> Any:
        (answer,) = self._nodes.ask(question)
        if isinstance(answer, ChainError):
            raise answer
        return answer

    def _number(self, method: str, *params: Any) -> int:
        return cast("int", self._ask(Question(method, params, natural)))

    # ---------------------------------------------------------------- time

    @property
    def chain_id(self) -> int:
        """The chain's id."""
        return self._nodes.identity()[0]

    @property
    def first_hash(self) -> str:
        """The hash of the chain's first block, which tells chains of one id apart."""
        return self._nodes.identity()[1]

    def look(self) -> tuple[Block, int]:
        """The latest block, and the chain's time as `now` gives it. One request."""
        head, now = self._head.look()
        return head, now

    def look_for(self, transaction: TxParams) -> Outlook:
        """What has to be known before it is sent. One request."""
        address = str(transaction["from"])
        asked = questions.next_nonce(address), questions.balance(address), questions.estimate(transaction, "pending")
        head, now, nonce, coins, gas = self._head.look(*asked)
        return Outlook(head, now, Nonce(nonce), coins, gas)

    def look_for_receipt(self, transactions: Sequence[str]) -> tuple[Block, TxReceipt | None]:
        """The latest block, and the receipt of one of these transactions, if one is in a block. One request."""
        head, _, *found = self._head.look(*map(questions.receipt, transactions))
        return head, next((one for one in found if one is not None and not isinstance(one, ChainError)), None)

    def head(self) -> Block:
        """The latest block."""
        return self.look()[0]

    def now(self) -> int:
        """The chain's time in seconds since 1970: that of the block that would include a transaction sent now.

        See `ChainClock`. While no node answers, the local clock counts on.
        """
        return self._head.now()

    def interval(self) -> float | None:
        """Seconds between two blocks; None where they do not come by themselves, or that is not known yet."""
        return self.clock.interval

    def halted_for(self) -> float:
        """Seconds since the last block of a chain that stands, else 0."""
        return self.clock.halted_for()

    def block(self, number: int) -> Block:
        """One mined block. Raises `ChainError` if there is none of that number."""
        if (found := self.find_block(number)) is None:
            raise ChainError(f"the node has no block {number}", "see that it follows the chain")
        return found

    def find_block(self, number: int) -> Block | None:
        """One mined block; None if there is none of that number."""
        return cast("Block | None", self._ask(questions.block(number)))

    # ------------------------------------------------------------- accounts

    def balance(self, address: str) -> int:
        """Wei of the chain's own coin."""
        return cast("int", self._ask(questions.balance(address)))

    def has_code(self, address: str) -> bool:
        """Whether a contract stands at this address."""
        return cast("bool", self._ask(questions.has_code(address)))

    def code(self, address: str) -> bytes:
        """The code at an address; none where no contract stands."""
        return cast("bytes", self._ask(questions.code(address)))

    def next_nonce(self, address: str) -> Nonce:
        """The nonce after those of all transactions that the node knows of, pending ones included."""
        return Nonce(self._ask(questions.next_nonce(address)))

    # ------------------------------------------------------------ contracts

    def ask_ahead(self, calls: Sequence[tuple[str, bytes]], at: int) -> None:
        """Ask several contracts in one request, by address and encoded call; `read` then has the answers, each once.

        What a node refuses so is asked for when it is read.
        """
        answers = self._nodes.ask(*(questions.call(to, encoded, at) for to, encoded in calls))
        self._ahead = {
            (to, encoded, at): answer
            for (to, encoded), answer in zip(calls, answers, strict=True)
            if not isinstance(answer, ChainError)
        }

    def read(self, to: str, encoded: bytes, at: BlockIdentifier) -> bytes:
        """A contract's answer to an encoded call after block `at`. Raises what the contract would."""
        found = self._ahead.pop((to, encoded, at), None)
        return cast("bytes", self._ask(questions.call(to, encoded, at))) if found is None else found

    def call(self, transaction: TxParams, at: BlockIdentifier) -> bytes:
        """What the transaction would return after block `at`. Raises what the contract would."""
        return cast("bytes", self._ask(questions.call_as(transaction, at)))

    def logs(self, addresses: Sequence[str], first: int, last: int, topics: Sequence[str] = ()) -> list[LogReceipt]:
        """The logs of some contracts in blocks `first` to `last`, both included; only those of some `topics` if any.

        They are those of a node that has all of these blocks, `ConnectionFailed` is raised where none has.
        """
        return [*self._logs.find(addresses, first, last, topics)]

    def is_quiet(self, addresses: Sequence[str], since: Block, until: Block) -> bool | None:
        """Whether contracts logged nothing after block `since`; None if that is not on the node's chain, or `until`."""
        return self._logs.is_quiet(addresses, since, until)

    # --------------------------------------------------------- transactions

    def fees(self, head: Block) -> TxParams:
        """The fee fields that the chain asks of a transaction after block `head`: of type 2 where there is a base fee.

        Where the base fee is 0, gas is free and nothing is asked.
        """
        base = head.base_fee
        if base == 0:
            return {"gasPrice": Wei(0)}
        if base is None:
            return {"gasPrice": Wei(self._number("eth_gasPrice"))}
        tip = self._number("eth_maxPriorityFeePerGas")
        return {"maxPriorityFeePerGas": Wei(tip), "maxFeePerGas": Wei(2 * base + tip)}

    def estimate_gas(self, transaction: TxParams, told: Any = None) -> int | None:
        """As `estimating.estimate`."""
        return estimate(self._nodes, self.clock, transaction, told)

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
        """Hand a signed transaction to every node. That one has it already is no error."""
        self._nodes.tell(questions.broadcast(signed))

    def is_taken_by_another(self, address: str, nonce: int, transactions: Sequence[str]) -> bool:
        """Whether a nonce is used up, by none of these transactions. One node says both: two may be a block apart."""
        count = Question("eth_getTransactionCount", (to_checksum_address(address), "latest"), natural)
        used, *receipts = self._nodes.ask(count, *map(questions.receipt, transactions))
        return used > nonce and not any(receipts)

    def receipt(self, transaction: str) -> TxReceipt | None:
        """A transaction's receipt; None while it is in no block."""
        return cast("TxReceipt | None", self._ask(questions.receipt(transaction)))
