"""QBFT, as Besu and GoQuorum have it: a block takes the signatures of two thirds of the validators, and is final.

Source: "Configure QBFT consensus" in Besu's documentation, and the page of that title in GoQuorum's.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import rlp  # type: ignore[import-untyped]
from eth_utils.address import to_canonical_address, to_checksum_address
from hexbytes import HexBytes

from folkmoot.testing.networks.plan import EPOCH, Network

FEWEST = 4  # "QBFT requires four validators to be Byzantine fault tolerant"
MIX_HASH = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"  # marks a block as Istanbul's
NOBODY = "0x" + "00" * 20


def needed(validators: int) -> int:
    """How many validators have to be up: two thirds, rounded up."""
    return -(-2 * validators // 3)


def extra_data(addresses: Sequence[str]) -> str:
    """RLP([32 bytes vanity, validators in ascending order, no vote, round 0, no seals]).

    Besu's page says to list them in ascending order; its example is not, so no client insists.
    """
    validators = sorted(to_canonical_address(address) for address in addresses)
    encoded: bytes = rlp.encode([bytes(32), validators, [], b"", []])
    return f"0x{encoded.hex()}"


def validators_of(block: Mapping[str, Any]) -> list[str]:
    """Who may make the next blocks, from a block's extra data."""
    return [to_checksum_address(address) for address in rlp.decode(HexBytes(block["extraData"]))[1]]


def sealer(block: Mapping[str, Any]) -> str:
    """Who proposed a block: its beneficiary, where the genesis names no other."""
    return to_checksum_address(block["miner"])


def settings(network: Network) -> dict[str, int]:
    """What both clients call so. A round that makes no block is given up after twice a block's time."""
    return {
        "blockperiodseconds": network.period,
        "epochlength": EPOCH,
        "requesttimeoutseconds": 2 * network.period,
    }


def genesis(network: Network, config: Mapping[str, Any]) -> dict[str, Any]:
    """A genesis file with this `config`."""
    return {
        "config": {"chainId": network.chain_id, **config},
        "nonce": "0x0",
        "timestamp": "0x0",
        "extraData": extra_data(network.founders),
        "gasLimit": hex(network.gas_limit),
        "difficulty": "0x1",
        "mixHash": MIX_HASH,
        "coinbase": NOBODY,
        "alloc": {},
    }
