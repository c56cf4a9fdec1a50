"""Handing keys on: a small blob of content keys, each wrapped for one reader of one blob.

8 bytes of magic and version, then 133 bytes for each: the pointer (32 bytes) of the blob that the key opens and an
entry as in that blob's header, by ascending pointer and address. A wrong one harms nobody: it opens nothing.
"""

from collections.abc import Iterable
from typing import NamedTuple

from folkmoot.encryption.keys import ADDRESS, ENTRY
from folkmoot.errors import MalformedBlob

MAGIC = b"fmkeys\x00\x01"
MAX_SHARES = 1 << 20  # bytes

_POINTER = 32  # bytes


class Share(NamedTuple):
    """The key of the blob under `pointer`, wrapped for a reader: an entry of that blob."""

    pointer: bytes
    entry: bytes

    @property
    def recipient(self) -> str:
        """The reader's address, in lower-case hex."""
        return f"0x{self.entry[:ADDRESS].hex()}"


def write_shares(shares: Iterable[Share]) -> bytes:
    """The blob that hands these keys on."""
    return MAGIC + b"".join(share.pointer + share.entry for share in sorted(set(shares)))


def read_shares(data: bytes) -> list[Share]:
    """The keys in a blob. Raises `MalformedBlob`."""
    size = _POINTER + ENTRY
    if not data.startswith(MAGIC) or (len(data) - len(MAGIC)) % size:
        raise MalformedBlob("it hands on no keys")
    starts = range(len(MAGIC), len(data), size)
    return [Share(data[at : at + _POINTER], data[at + _POINTER : at + size]) for at in starts]
