"""The one place that sends transactions.

A transaction is broadcast again until a block holds it. When gas costs more than it offers, it is signed for more with
the same nonce, so that only one of the two can ever be executed: nothing is done twice, however often a node dies in
between. It gets another nonce only when its own was taken or its fee was refused: see `Nonces`.
"""

import logging
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import chain, repeat
from math import ceil
from threading import Lock
from typing import Self

from eth_account.signers.local import LocalAccount
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential
from tenacity.stop import stop_base, stop_never
from web3.types import TxParams, TxReceipt, Wei

from folkmoot.chain.accounts import Signed, sign
from folkmoot.chain.bidding import Bidding
from folkmoot.chain.calls import Call
from folkmoot.chain.client import Client
from folkmoot.chain.events.event import Event
from folkmoot.chain.events.logs import decode_logs
from folkmoot.chain.nonces import Nonces
from folkmoot.chain.pending import Pending
from folkmoot.errors import (
    ChainError,
    ConnectionFailed,
    ContractError,
    DeadlinePassed,
    FeeTooLow,
    NonceTaken,
    NotPermitted,
    TransactionFailed,
)

log = logging.getLogger(__name__)

_SIGNINGS = 8
_POLLS_S = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5)  # the last one again and again
_LONGEST_S = 1.0


@dataclass(frozen=True, slots=True)
class Receipt:
    """An executed transaction: its hash, block and gas, and the events of Folkmoot's contracts in it."""

    hash: str
    block: int
    gas_used: int
    events: tuple[Event, ...]

    @classmethod
    def of(cls, found: TxReceipt) -> Self:
        """What a node's receipt says."""
        events = tuple(decode_logs(found["logs"]))
        return cls(found["transactionHash"].to_0x_hex(), found["blockNumber"], found["gasUsed"], events)


class Sender:
    """Sends the transactions of one account, in order; threads may share it. `clock` and `sleep` are in seconds."""

    def __init__(
        self,
        client: Client,
        account: LocalAccount,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.address: str = account.address
        self._client, self._account = client, account
        self._clock, self._sleep = clock, sleep
        self._lock, self._nonces, self._bidding = Lock(), Nonces(), Bidding(client, account.address)

    def send(self, call: Call, *, deadline: int, done: Collection[str] = ()) -> Receipt | None:
        """Send a call and wait until it is executed, at most until `deadline`: the chain's time, in seconds.

        `done` names contract errors that mean success because it was done before: None is returned. A halted chain is
        waited for. Raises `DeadlinePassed`, `ConnectionFailed` when no node answers until then,
        `ContractError` and `TransactionFailed`.
        """
        resigning = self._retrying(deadline, NonceTaken, FeeTooLow, stop=stop_after_attempt(_SIGNINGS))
        try:
            receipt = resigning(self._deliver, call, deadline)
        except ContractError as error:
            if error.name not in done:
                raise
            log.info("%s was done before: %s", call.name, error.message)
            return None
        log.info("%s is in block %d, gas %d", call.name, receipt.block, receipt.gas_used)
        return receipt

    def _deliver(self, call: Call, deadline: int) -> Receipt:
        with self._turn(call, deadline):
            transaction = self._retrying(deadline, ConnectionFailed)(self._prepare, call, deadline)
            offered = [sign(self._account, transaction)]
            self._retrying(deadline, ConnectionFailed)(self._offer, offered)
            self._nonces.offered(transaction["nonce"])
        with self._nonces.waiting(transaction["nonce"]):
            found = self._await(call, offered, deadline)
            self._nonces.executed(offered[-1], found["blockNumber"])
        self._client.watch.executed(call.name, found)
        if found["status"] != 1:
            raise self._client.reason(call.name, transaction, found)
        return Receipt.of(found)

    @contextmanager
    def _turn(self, call: Call, deadline: int) -> Iterator[None]:
        """One transaction after the other up to the moment when a node has it."""
        free = self._lock.acquire(blocking=False)
        if not free and not self._lock.acquire(timeout=max(0, deadline - self._client.now())):
            raise _too_late(call)
        try:
            with self._nonces.in_doubt():
                yield
        finally:
            self._lock.release()

    # -------------------------------------------------------------- offering

    def _prepare(self, call: Call, deadline: int) -> TxParams:
        request = call.request(self.address)
        head, now, told, coins, gas = self._client.look_for(request)
        if now >= deadline:
            raise _too_late(call)
        limit = call.gas_limit(head, self._client.estimate_gas(request, gas))
        return {
            **request, **self._bidding.first(head, limit, coins), "value": Wei(0), "gas": limit,
            "nonce": self._nonces.next(told, head.number), "chainId": self._client.chain_id,
        }  # fmt: skip

    def _offer(self, offered: Sequence[Signed]) -> None:
        try:
            self._client.broadcast(offered[-1].raw)
        except NonceTaken:
            nonce = offered[-1].transaction["nonce"]
            if self._client.is_taken_by_another(self.address, nonce, [signed.hash for signed in offered]):
                raise  # else a node that is ahead has it in a block
        except FeeTooLow:
            self._bidding.refused()
            raise
        except NotPermitted as error:
            raise NotPermitted(f"{self.address}: {error.message}", error.hint) from error

    # -------------------------------------------------------------- waiting

    def _await(self, call: Call, offered: list[Signed], deadline: int) -> TxReceipt:
        wait, late = Pending(offered, self._clock()), False
        with self._client.clock.awaiting():
            if due := self._client.clock.until_look(0.0, _LONGEST_S):
                self._sleep(due)
            for pause in chain(_POLLS_S, repeat(_POLLS_S[-1])):
                if found := self._look(wait):
                    return found
                if late:
                    break
                late = self._is_over(wait, deadline)
                self._sleep(0 if late else self._client.clock.until_look(pause, _LONGEST_S))
        raise DeadlinePassed(
            f"{call.name} came into no block in time; its transaction {offered[-1].hash} may still do so",
            "see that the chain makes blocks, then look at the task's status",
        )

    def _look(self, wait: Pending) -> TxReceipt | None:
        """The receipt if there is one. Whatever a node says but that another transaction has the nonce may pass."""
        wait.head = None
        try:
            head, found = self._client.look_for_receipt([one.hash for one in wait.offered])
            if found:
                return found
            if wait.is_due(head, self._clock()):
                wait.is_taken = self._offer_again(wait.offered) and self._follows(wait.offered[-1])
                if dearer := self._bidding.again(wait.offered[-1].transaction, head):
                    self._replace(wait.offered, sign(self._account, dearer))
            wait.head = head
        except NonceTaken:
            if wait.is_gone(self._clock()):
                raise
        except ChainError as error:
            log.debug("cannot look for transaction %s: %s", wait.offered[-1].hash, error)
        return None

    def _is_over(self, wait: Pending, deadline: int) -> bool:
        """While a chain stands that has the transaction, its time stands, too."""
        return wait.head.time >= deadline if wait.head and wait.is_taken else self._is_late(deadline)

    def _offer_again(self, offered: Sequence[Signed]) -> bool:
        """A node may have died with it. Only a taken nonce is final: after other refusals another node may have it."""
        try:
            self._offer(offered)
        except TransactionFailed as error:
            if isinstance(error, NonceTaken):
                raise
            log.warning("a node does not take transaction %s any more: %s", offered[-1].hash, error.message)
            return False
        return True

    def _follows(self, signed: Signed) -> bool:
        """Whether a node has all transactions before it. Those that a re-organisation dropped are offered again."""
        nonce, told = signed.transaction["nonce"], self._client.next_nonce(self.address)
        for lost in self._nonces.between(told, nonce):
            log.warning("transaction %s was dropped from the chain; it is offered again", lost.hash)
            with suppress(TransactionFailed):
                self._client.broadcast(lost.raw)
        return told >= nonce

    def _replace(self, offered: list[Signed], dearer: Signed) -> None:
        """Offer more for the same call. A node that refuses keeps what it has."""
        offered.append(dearer)  # first: it may get through even when no answer comes back
        try:
            self._client.broadcast(dearer.raw)
        except TransactionFailed as error:
            offered.remove(dearer)
            log.warning("a node does not take more for transaction %s: %s", offered[-1].hash, error.message)

    def _is_late(self, deadline: int) -> bool:
        try:
            return self._client.now() >= deadline
        except ConnectionFailed:  # no node has answered yet, so the chain's time is unknown
            return True

    def _retrying(self, deadline: int, *errors: type[ChainError], stop: stop_base = stop_never) -> Retrying:
        """Retries with full jitter, within the deadline."""
        return Retrying(
            retry=retry_if_exception_type(errors),
            wait=wait_random_exponential(multiplier=0.1, max=8),
            stop=lambda state: stop(state) or self._is_late(deadline - ceil(state.upcoming_sleep)),
            sleep=self._sleep,
            before_sleep=_report,
            reraise=True,
        )


def _too_late(call: Call) -> DeadlinePassed:
    return DeadlinePassed(f"it is too late for {call.name}", "look at the task's status")


def _report(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.warning("%s; trying again in %.1f s", error, state.upcoming_sleep)
