"""Content-addressed blob storage: a blob is named by the 32-byte pointer that the chain records."""

from folkmoot.store.blobs import BlobStore, Bytes, Content, MemoryStore
from folkmoot.store.content import pointer
from folkmoot.store.folder import LocalStore
from folkmoot.store.opening import Place, open_store, read_place
from folkmoot.store.pointer import cid, from_cid

__all__ = [
    "BlobStore",
    "Bytes",
    "Content",
    "LocalStore",
    "MemoryStore",
    "Place",
    "cid",
    "from_cid",
    "open_store",
    "pointer",
    "read_place",
]
