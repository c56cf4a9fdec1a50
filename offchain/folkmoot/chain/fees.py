"""What a transaction offers for gas, and offering more for one that waits.

The fields are `gasPrice`, or in a transaction of type 2 `maxFeePerGas` and `maxPriorityFeePerGas`.
"""

from dataclasses import dataclass
from typing import Any, cast

from web3.types import TxParams

from folkmoot.chain.answers import Block


@dataclass(frozen=True, slots=True)
class GasSettings:
    """`gas_price` is offered in place of what the nodes ask, `max_fee` is the most; wei for a unit of gas."""

    gas_price: int | None = None
    max_fee: int | None = None


AS_ASKED = GasSettings()

_FIELDS = ("gasPrice", "maxFeePerGas", "maxPriorityFeePerGas")


def is_enough(transaction: TxParams, head: Block) -> bool:
    """Whether a transaction offers the base fee of block `head`. Without a base fee nobody knows."""
    return head.base_fee is not None and head.base_fee <= most(transaction)


def outbid(transaction: TxParams, fees: TxParams) -> TxParams | None:
    """The transaction with the fee `fees` or a higher one; None if it offers that gas price already.

    Every field is at least a tenth higher, as nodes demand of a replacement.
    """
    before: dict[str, Any] = dict(transaction)
    asked: dict[str, Any] = dict(fees)
    offered = most(transaction)
    if asked.get("gasPrice", offered + 1) <= offered:
        return None
    least = {name: -(-before.get(name, offered) * 11 // 10) for name in asked}
    others = {name: value for name, value in before.items() if name not in _FIELDS}
    return cast("TxParams", others | {name: max(fee, least[name]) for name, fee in asked.items()})


def capped(transaction: TxParams, limit: int | None) -> TxParams:
    """The same with no fee above a limit in wei."""
    fields: dict[str, Any] = dict(transaction)
    fees = {name: min(fields[name], limit) for name in _FIELDS if name in fields} if limit is not None else {}
    return cast("TxParams", fields | fees)


def most(transaction: TxParams) -> int:
    """The most wei that it pays for a unit of gas."""
    fields: dict[str, Any] = dict(transaction)
    offered: int = fields.get("maxFeePerGas", fields.get("gasPrice", 0))
    return offered
