"""Clique, as geth up to 1.13 has it: signers take turns, more than half of them have to be up, short forks are normal.

Source: EIP-225, "Clique proof-of-authority consensus protocol", and "Private Networks" in geth's documentation.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import rlp  # type: ignore[import-untyped]
from eth_keys.datatypes import Signature
from eth_utils.address import to_canonical_address
from eth_utils.crypto import keccak
from hexbytes import HexBytes

FEWEST = 3
VANITY, SEAL = 32, 65  # bytes at the two ends of the extra data

_HASHES = ("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom")
_NUMBERS = ("difficulty", "number", "gasLimit", "gasUsed", "timestamp")


def needed(signers: int) -> int:
    """How many signers have to be up: more than half."""
    return signers // 2 + 1


def extra_data(addresses: Sequence[str]) -> str:
    """32 bytes, the signers in ascending order, and room for a signature."""
    signers = sorted(to_canonical_address(address) for address in addresses)
    return "0x" + (bytes(VANITY) + b"".join(signers) + bytes(SEAL)).hex()


def sealer(block: Mapping[str, Any]) -> str:
    """Who signed a block: the signature is over its header without the signature."""
    extra = HexBytes(block["extraData"])
    header: list[bytes | int] = [bytes(HexBytes(block[name])) for name in _HASHES]
    header += [int(block[name], 16) for name in _NUMBERS]
    header += [bytes(extra[:-SEAL]), bytes(HexBytes(block["mixHash"])), bytes(HexBytes(block["nonce"]))]
    if "baseFeePerGas" in block:
        header.append(int(block["baseFeePerGas"], 16))
    signature = Signature(bytes(extra[-SEAL:]))
    return str(signature.recover_public_key_from_msg_hash(keccak(rlp.encode(header))).to_checksum_address())
