"""How soon a chain's blocks are final, by what its consensus writes into them.

QBFT and IBFT agree on a block before they make it: Besu and GoQuorum mark theirs by a mix hash (EIP-650). Clique's
signers (EIP-225) each add theirs, and of two at once one is dropped: its extra data is 32 bytes, the signers in every
block with which an epoch begins, and 65 bytes of a signature.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from folkmoot.chain.client import Client
from folkmoot.errors import ChainError

_ISTANBUL = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"
_EPOCH = 30_000  # blocks, unless the genesis says otherwise
_VANITY_AND_SEAL, _ADDRESS = 97, 20  # bytes
_ALONE = ("anvil", "ganache", "hardhat")  # nodes without others


@dataclass(frozen=True, slots=True)
class Finality:
    """How many blocks have to follow one until none takes its place; None where that does not show."""

    blocks: int | None
    consensus: str = ""

    def __str__(self) -> str:
        if self.blocks is None:
            return "it does not show when blocks are final"
        when = f"after {self.blocks} more block{'s' * (self.blocks != 1)}" if self.blocks else "at once"
        return f"blocks are final {when}" + (f" ({self.consensus})" if self.consensus else "")


def finality(client: Client) -> Finality:
    """That of the client's chain. Raises `ConnectionFailed`."""
    block = _block(client, "latest")
    if block.get("mixHash") == _ISTANBUL:
        return Finality(0, "QBFT or IBFT")
    if _signers(block) is not None:
        signers = _elected(client, int(block["number"], 16))
        return Finality(signers // 2 + 1 if signers > 1 else 0, "Clique")
    return Finality(0 if _is_alone(client) else None)


def _block(client: Client, name: str) -> Mapping[str, Any]:
    return client.request("eth_getBlockByNumber", name, False) or {}


def _signers(block: Mapping[str, Any]) -> int | None:
    """How many signers a block of Clique's lists; None for any other block."""
    size = len(str(block.get("extraData", "0x"))) // 2 - 1
    count, rest = divmod(size - _VANITY_AND_SEAL, _ADDRESS)
    return count if count >= 0 and not rest else None


def _elected(client: Client, head: int) -> int:
    """The signers at the last epoch's beginning, or at the chain's; votes may have changed them since."""
    for number in (head - head % _EPOCH, 0):
        if listed := _signers(_block(client, hex(number))):
            return listed
    return 2


def _is_alone(client: Client) -> bool:
    try:
        return str(client.request("web3_clientVersion")).lower().startswith(_ALONE)
    except ChainError:  # not every node tells
        return False
