"""Content-addressed blob storage: a blob is named by the 32-byte pointer that the chain records."""

from folkmoot.store.blobs import BlobStore, MemoryStore
from folkmoot.store.folder import LocalStore
from folkmoot.store.pointer import cid, from_cid, pointer

__all__ = ["BlobStore", "LocalStore", "MemoryStore", "cid", "from_cid", "pointer"]
