"""A call of a contract before it is sent."""

from dataclasses import dataclass
from typing import Any

from hexbytes import HexBytes
from web3 import Web3
from web3.types import TxParams

from folkmoot.chain.answers import Block
from folkmoot.errors import OutOfGas

MAX_GAS = 2**24  # of one transaction: no network need allow more
MARGIN = 0.25  # gas beyond the estimate, as a part of it, beside a call's reserve


@dataclass(frozen=True, slots=True)
class Call:
    """`name(*args)` on the contract at `to`, encoded in `data`; not sent yet.

    `reserve` is gas that it may need beyond an estimate: whoever turns out to be the last of a phase does more.
    """

    to: str
    data: bytes
    name: str
    args: tuple[Any, ...]
    reserve: int = 0

    def request(self, sender: str) -> TxParams:
        """The fields of a transaction or an `eth_call` by `sender`, without gas, fees and nonce."""
        to, by = Web3.to_checksum_address(self.to), Web3.to_checksum_address(sender)
        return {"from": by, "to": to, "data": HexBytes(self.data)}

    def gas_limit(self, head: Block, needed: int | None) -> int:
        """Of a transaction after block `head`: all that it may have where nobody can tell what it needs.

        Raises `OutOfGas` if no block has room for it.
        """
        most = min(head.gas_limit, MAX_GAS)
        if needed is None:
            return most
        if needed > most:
            raise OutOfGas(f"{self.name} needs {needed} gas, {most} is the most", "split it into smaller steps")
        return min(int(needed * (1 + MARGIN)) + self.reserve, most)
