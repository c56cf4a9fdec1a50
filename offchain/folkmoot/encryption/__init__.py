"""Encrypted blobs: who can open them, and how keys are handed on. The format is in SPECIFICATION.md, section 9."""

from folkmoot.encryption.envelope import Encrypted, Header, decrypt, envelope_size
from folkmoot.encryption.keys import Context, Identity, Kind, entries, unwrap, wrap
from folkmoot.encryption.shares import MAX_SHARES, Share, read_shares, write_shares

__all__ = [
    "MAX_SHARES",
    "Context",
    "Encrypted",
    "Header",
    "Identity",
    "Kind",
    "Share",
    "decrypt",
    "entries",
    "envelope_size",
    "read_shares",
    "unwrap",
    "wrap",
    "write_shares",
]
