"""A chain of any kind, known by its nodes' URLs: accounts sign for themselves, and offer what it asks for gas."""

import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3.types import Nonce, TxParams, TxReceipt, Wei
from web3.utils.address import get_create_address

from folkmoot.chain import Bidding, Client, Receipt
from folkmoot.chain.accounts import Signed, sign
from folkmoot.chain.calls import MAX_GAS
from folkmoot.chain.node_accounts import node_accounts, send_by_node
from folkmoot.errors import ChainError, ConfigError, NonceTaken, TransactionFailed
from folkmoot.testing.federation import Sent

COIN = 10**18
KEPT = 8  # transactions of an account, to be offered again if a re-organisation drops them
PATIENCE_S = 120.0
LOOK_S = 0.1
AGAIN_S = 3.0  # until what is in no block is offered again: a node may have died with it


@dataclass(frozen=True, slots=True)
class RemoteChain:
    """Where gas costs something, accounts get a coin from those that a node keeps, as local networks' nodes do."""

    client: Client
    creator: LocalAccount = field(default_factory=Account.create)
    _creating: list[tuple[str, Signed]] = field(default_factory=list, repr=False)
    _offered: dict[str, list[Signed]] = field(default_factory=lambda: defaultdict(list), repr=False)

    def create(self, name: str, code: bytes) -> str:
        """Send what creates a contract; returns its address. `settle` waits for it, and so does `execute`.

        So one block can create several. Raises `ChainError`.
        """
        if len(self._creating) == KEPT:
            self.settle()
        signed = self._offer(self.creator, {"from": self.creator.address, "data": code})
        self._creating.append((name, signed))
        address: str = get_create_address(self.creator.address, signed.transaction["nonce"])
        return address

    def settle(self) -> None:
        """Wait until all that was created stands. Raises `ChainError` for what could not be created."""
        while self._creating:
            name, signed = self._creating.pop(0)
            if (found := self._receipt(signed)) is None:
                raise NonceTaken(f"another program creates by {self.creator.address}", "let each have an account")
            self._check(name, signed, found)

    def execute(self, *sent: Sent) -> list[Receipt]:
        """Execute calls, those of one account in this order; returns their receipts. Raises `ChainError`."""
        self.settle()
        done = self._execute([(account, call.request(account.address)) for account, call in sent])
        for (_, call), (signed, found) in zip(sent, done, strict=True):
            self._check(call.name, signed, found)
        return [Receipt.of(found) for _, found in done]

    def fund(self, account: LocalAccount) -> LocalAccount:
        """Let an account pay for gas; returns it. Raises `ConfigError` if no account here has a coin for it."""
        if not Bidding(self.client, account.address).price(self.client.head()):
            return account
        if self.client.balance(account.address) < COIN // 2:
            rich = next((one for one in node_accounts(self.client) if self.client.balance(one) > 2 * COIN), None)
            if rich is None:
                raise ConfigError("gas costs something here", "use a chain on which it is free, or a local one")
            send_by_node(self.client, {"from": rich, "to": account.address, "value": Wei(COIN)})
        return account

    def _execute(self, requests: Iterable[tuple[LocalAccount, TxParams]]) -> list[tuple[Signed, TxReceipt]]:
        """Nothing is estimated, so that one may need what another does, and all can come into one block."""
        offered = [(account, request, self._offer(account, request)) for account, request in requests]
        return [self._executed(*one) for one in offered]

    def _executed(self, account: LocalAccount, request: TxParams, signed: Signed) -> tuple[Signed, TxReceipt]:
        while (found := self._receipt(signed)) is None:
            signed = self._offer(account, request)
        return signed, found

    def _offer(self, account: LocalAccount, request: TxParams) -> Signed:
        """Sign and send; where another program uses the account as well, its nonces are passed over."""
        for _ in range(KEPT):
            signed = self._signed(account, request)
            try:
                self.client.broadcast(signed.raw)
            except NonceTaken:
                continue
            except ChainError:
                self._offered[account.address].remove(signed)
                raise
            return signed
        raise NonceTaken(f"all nonces of {account.address} are taken that were tried", "let no other program use it")

    def _signed(self, account: LocalAccount, request: TxParams) -> Signed:
        head, kept = self.client.head(), self._offered[account.address]
        gas = min(MAX_GAS, head.gas_limit)
        nonce = max(self.client.next_nonce(account.address), *(one.transaction["nonce"] + 1 for one in kept), 0)
        offer = Bidding(self.client, self.fund(account).address).first(head, gas)
        told: TxParams = {"value": Wei(0), "gas": gas, "nonce": Nonce(nonce), "chainId": self.client.chain_id}
        signed = sign(account, {**request, **offer, **told})
        kept[:] = [*kept[1 - KEPT :], signed]
        return signed

    def _receipt(self, signed: Signed) -> TxReceipt | None:
        """None where another program has used the nonce."""
        began = offered = time.monotonic()
        while (now := time.monotonic()) < began + PATIENCE_S:
            found = self.client.receipt(signed.hash)
            if found and self.client.head().number >= found["blockNumber"]:  # another node may have told of it
                return found
            if now >= offered + AGAIN_S:
                offered, sender = now, str(signed.transaction["from"])
                if self.client.is_taken_by_another(sender, signed.transaction["nonce"], [signed.hash]):
                    return None
                self._offer_again(self._offered[sender])
            time.sleep(LOOK_S)
        raise TransactionFailed(f"transaction {signed.hash} came into no block", "see that the chain makes blocks")

    def _offer_again(self, kept: Sequence[Signed]) -> None:
        for one in kept:
            with suppress(NonceTaken):
                self.client.broadcast(one.raw)

    def _check(self, name: str, signed: Signed, found: TxReceipt) -> None:
        if found["status"] != 1:
            raise self.client.reason(name, signed.transaction, found)
