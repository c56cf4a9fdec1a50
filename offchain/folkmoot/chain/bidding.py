"""What one account offers for gas: what it was told to, or what the chain asks, if it can pay that.

On many consortium chains gas is free although the nodes ask for a price, and members have no coin, or a few wei that
somebody sent. Such an account offers nothing, and more only where a node refuses that. It never offers what it cannot
pay: some nodes take such a transaction, never mine it, and with it hold up all that come later.
"""

from dataclasses import dataclass, field

from web3.types import TxParams, Wei

from folkmoot.chain.answers import Block
from folkmoot.chain.client import Client
from folkmoot.chain.fees import capped, is_enough, most, outbid
from folkmoot.errors import InsufficientFunds

_CALL = 100_000  # gas, about that of a call


@dataclass(slots=True)
class Bidding:
    """Makes the fee fields of the transactions of one account."""

    client: Client
    address: str
    _is_free: bool = field(default=True, init=False)  # until a node refused an offer of nothing

    def first(self, head: Block, gas: int, coins: int | None = None) -> TxParams:
        """The offer for a transaction after block `head` with this limit of gas.

        `coins` are the wei that it holds; without them they are asked for where that matters. Raises
        `InsufficientFunds` for what the account cannot pay.
        """
        if self._may_be_free(head) and not (coins := self._held(coins)):
            return {"gasPrice": Wei(0)}
        asked = self._asked(head)
        if not most(asked):
            return asked
        if (coins := self._held(coins)) >= (needed := gas * most(asked)):
            return asked
        if self._may_be_free(head):
            return {"gasPrice": Wei(0)}
        raise InsufficientFunds(
            f"{self.address} holds {coins} wei, and {gas} gas at {most(asked)} wei costs up to {needed}",
            "send it coins; where gas is free, let the nodes take a gas price of 0, or set `gas_price`",
        )

    def price(self, head: Block) -> int:
        """The most wei that it would offer first for a unit of gas, if it could pay that."""
        asked = most(self._asked(head))
        is_free = asked and self._may_be_free(head) and self.client.balance(self.address) < _CALL * asked
        return 0 if is_free else asked

    def _held(self, coins: int | None) -> int:
        return self.client.balance(self.address) if coins is None else coins

    def _may_be_free(self, head: Block) -> bool:
        """For who cannot pay."""
        return head.base_fee is None and self.client.gas.gas_price is None and self._is_free

    def refused(self) -> None:
        """A node wants more than was offered."""
        self._is_free = False

    def again(self, transaction: TxParams, head: Block) -> TxParams | None:
        """The transaction with a higher offer after block `head`; None if it is enough, or all that may be offered."""
        if is_enough(transaction, head):
            return None
        dearer = outbid(transaction, self._asked(head))
        if dearer is None or capped(dearer, self.client.gas.max_fee) != dearer:
            return None
        return dearer if dearer["gas"] * most(dearer) <= self.client.balance(self.address) else None

    def _asked(self, head: Block) -> TxParams:
        if self.client.gas.gas_price is not None:
            return {"gasPrice": Wei(self.client.gas.gas_price)}
        return capped(self.client.fees(head), self.client.gas.max_fee)
