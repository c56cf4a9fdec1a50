"""Content-addressed blob storage: a blob is named by the 32-byte pointer that the chain records."""

from offchain.store.blobs import BlobStore, LocalStore, MemoryStore
from offchain.store.pointer import cid, from_cid, pointer

__all__ = ["BlobStore", "LocalStore", "MemoryStore", "cid", "from_cid", "pointer"]
