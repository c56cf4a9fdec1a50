"""A chain whose transactions gather in a pool until one block executes all of them in that order.

On a real network, too, what members do in one phase is mined in a few blocks. Every transaction is signed by its own
account and has its nonce, its gas limit and its receipt; only waiting, polling and estimating are left out.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Self, cast

import numpy as np
from eth_account.signers.local import LocalAccount
from hexbytes import HexBytes
from web3.types import RPCEndpoint, TxParams, TxReceipt

from folkmoot.chain import Call, Client, Receipt, Sender
from folkmoot.chain.abi import typed
from folkmoot.chain.accounts import Signed, sign
from folkmoot.chain.answers import receipt_of
from folkmoot.errors import ChainError, ContractError
from folkmoot.testing import FREE_GAS, Anvil, account_of
from folkmoot.testing.federation import Sent

GENESIS = 1_700_000_000  # the chain's first second, so that no clock but its own is in a result
BLOCK_GAS = 10**12  # a block takes whatever one phase brings; a single transaction stays within the protocol's limit
ANVIL = (
    *("--no-mining", "--no-request-size-limit", "--timestamp", str(GENESIS), "--accounts", "1"),
    *(*FREE_GAS, "--gas-limit", str(BLOCK_GAS)),
)
GAS = 16_000_000  # of one transaction: SPECIFICATION.md promises that none needs more
PACE_S = 3
_RACES = frozenset({"WrongPhase", "WrongRound"})


@dataclass(frozen=True, slots=True)
class Posted:
    """A signed transaction in the pool; `done` names refusals that say that somebody was faster."""

    call: Call
    signed: Signed
    done: Collection[str]


@dataclass(frozen=True, slots=True)
class Tally:
    """What the chain has executed: transactions, of these the ones that came too late, and gas."""

    transactions: int = 0
    late: int = 0
    gas: int = 0

    def __add__(self, more: "Tally") -> "Tally":
        return Tally(self.transactions + more.transactions, self.late + more.late, self.gas + more.gas)

    def __sub__(self, less: "Tally") -> "Tally":
        return Tally(self.transactions - less.transactions, self.late - less.late, self.gas - less.gas)


class PooledChain:
    """An Anvil, started with the options in `ANVIL`, which mines when it is told to; a `folkmoot.testing.Chain`.

    `now` is the time of the next block, `height` the number of the last one. Blocks are one to `PACE_S` seconds apart,
    drawn by the seed: Bift lets a block's time choose its rule, and with a constant pace it would choose the same one
    in every round.
    """

    def __init__(self, anvil: Anvil, seed: int = 0) -> None:
        self.url = anvil.url
        self._node = anvil.ipc
        self.client = Client([anvil.url], connect=anvil.connect)
        self.now = GENESIS + 1
        self.height = 0
        self.tally = Tally()
        self._pool: list[Posted] = []
        self._nonces: dict[str, int] = {}
        self._pace = np.random.default_rng(seed)
        self._deployer = account_of(f"experiment {seed}: deployer")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def post(self, account: LocalAccount, call: Call, done: Collection[str] = ()) -> None:
        """Put a transaction of this account into the pool, after all that are there. An empty `call.to` creates."""
        nonce = self._nonces.get(account.address, 0)
        transaction = {
            "from": account.address, "to": call.to, "data": HexBytes(call.data), "value": 0, "nonce": nonce,
            "gas": GAS, "gasPrice": 0, "chainId": self.client.chain_id,
        }  # fmt: skip
        self._nonces[account.address] = nonce + 1
        self._pool.append(Posted(call, sign(account, cast("TxParams", transaction)), done))

    def mine(self) -> list[Receipt]:
        """Execute the pool in one block; the receipts of what succeeded, in order.

        What came too late for its phase is only counted. Raises `ChainError` for any other failure.
        """
        pool, self._pool = self._pool, []
        self._ask([("eth_sendRawTransaction", [f"0x{posted.signed.raw.hex()}"]) for posted in pool])
        self._mine_at(self.now)
        self.now += int(self._pace.integers(1, PACE_S, endpoint=True))
        found = {receipt["transactionHash"].to_0x_hex(): receipt for receipt in self._receipts()}
        receipts = [self._judged(posted, found[posted.signed.hash]) for posted in pool]
        return [receipt for receipt in receipts if receipt]

    def execute(self, *sent: Sent) -> list[Receipt]:
        """Execute calls in a block of their own; returns their receipts. Raises `ChainError`."""
        for account, call in sent:
            self.post(account, call)
        return self.mine()

    def create(self, name: str, code: bytes) -> str:
        """Create a contract; returns its address."""
        (receipt,) = self.execute((self._deployer, Call("", code, name, ())))
        (found,) = self._ask([("eth_getTransactionReceipt", [receipt.hash])])
        address: str = typed(str, found["contractAddress"])
        return address

    def settle(self) -> None:
        """Nothing is left to wait for: each creation has a block of its own."""

    def wait_until(self, time: int) -> None:
        """Let time pass, so that the next block's is `time`."""
        if time > self.now:
            self._mine_at(time - 1)
            self.now = time

    @property
    def has_posts(self) -> bool:
        """Whether there is a transaction in the pool."""
        return len(self._pool) > 0

    def read(self, to: str, questions: Sequence[str]) -> list[bytes]:
        """A contract's answers to some encoded calls."""
        asked = [("eth_call", [{"to": to, "data": question}, "latest"]) for question in questions]
        return [bytes(HexBytes(answer)) for answer in self._ask(asked)]

    def _mine_at(self, time: int) -> None:
        self._ask([("evm_mine", [time])])
        self.height += 1

    def _receipts(self) -> list[TxReceipt]:
        (found,) = self._ask([("eth_getBlockReceipts", ["latest"])])
        return [*map(receipt_of, found)]

    def _judged(self, posted: Posted, found: TxReceipt) -> Receipt | None:
        succeeded, gas = found["status"] == 1, found["gasUsed"]
        self.tally += Tally(1, int(not succeeded), gas)
        if succeeded:
            return Receipt.of(found)
        if error := self._fault(posted, found):
            raise error
        return None

    def _fault(self, posted: Posted, found: TxReceipt) -> ChainError | None:
        """Why a transaction failed, unless it only came too late."""
        reason = self.client.reason(posted.call.name, posted.signed.transaction, found)
        is_late = isinstance(reason, ContractError) and reason.name in {*posted.done, *_RACES}
        return None if is_late else reason

    def _ask(self, questions: Sequence[tuple[str, list[Any]]]) -> list[Any]:
        """The answers of the node to a batch of requests: methods and parameters."""
        batch = [(RPCEndpoint(method), parameters) for method, parameters in questions]
        answers: list[Any] = [*self._node.make_batch_request(batch)] if batch else []
        for (method, _), answer in zip(questions, answers, strict=True):
            if "error" in answer:
                raise ChainError(f"{method}: {answer['error']['message']}")
        return [answer["result"] for answer in answers]


class Courier(Sender):
    """Hands an account's transactions to the pool instead of waiting for each; as a `Transactor`'s sender."""

    def __init__(self, chain: PooledChain, account: LocalAccount) -> None:
        super().__init__(chain.client, account)
        self.chain, self.account = chain, account

    def send(self, call: Call, *, deadline: int, done: Collection[str] = ()) -> Receipt | None:  # noqa: ARG002
        """Post a call; the next block executes it, so there is no receipt yet."""
        self.chain.post(self.account, call, done)
        return None
