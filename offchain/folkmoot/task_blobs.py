"""The one place where the codec and the store meet.

`encode_blob` turns tensors and metadata into the bytes that are stored and that a pointer names; `decode_blob` turns
them back. To change what is stored, for example by encryption, change these two functions.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from folkmoot.errors import StoreError
from folkmoot.learning import BlobMeta, Descriptor, ExpectedMeta, Weights, decode, encode
from folkmoot.learning.descriptor import MAX_DESCRIPTOR
from folkmoot.store import BlobStore

Tensors = Mapping[str, NDArray[np.float32]]

ZERO_ADDRESS = "0x" + "0" * 40
FIRST_MODEL = BlobMeta(task=ZERO_ADDRESS, round=0, author=ZERO_ADDRESS, parent=bytes(32))
"""The metadata of a task's first model, which is made before the task has an address."""


def encode_blob(tensors: Tensors, meta: BlobMeta) -> bytes:
    """The bytes to be stored. Raises `CodecError` for tensors that no blob may hold."""
    return encode(tensors, meta)


def decode_blob(data: bytes, descriptor: Descriptor, meta: BlobMeta | ExpectedMeta) -> Weights:
    """The tensors in stored bytes. Raises `MalformedBlob` unless they are the task's and say what `meta` expects."""
    return decode(data, descriptor.spec, limit=descriptor.blob_limit, meta=meta)


def fetch_descriptor(store: BlobStore, pointer: bytes) -> Descriptor:
    """A task's descriptor, which is stored as it is. Raises `DescriptorError` and `StoreError`."""
    return Descriptor.from_bytes(store.get(pointer, limit=MAX_DESCRIPTOR))


class TaskBlobs:
    """The models and updates of one task in a store; `first_model` is the pointer of its model 0."""

    def __init__(self, store: BlobStore, descriptor: Descriptor, *, task: str, first_model: bytes) -> None:
        self.descriptor = descriptor
        self._store, self._task, self._first_model = store, task.lower(), first_model

    def has(self, pointer: bytes) -> bool:
        """Whether the store has the blob that this pointer names; False while the store itself fails."""
        try:
            return self._store.has(pointer, limit=self.descriptor.blob_limit)
        except StoreError:
            return False

    def publish(self, encoded: bytes) -> bytes:
        """Store encoded bytes for every member to fetch, and return their pointer. Raises `StoreError`."""
        return self._store.put(encoded)

    def encode_update(self, tensors: Tensors, *, round: int, author: str, parent: bytes) -> bytes:
        """A member's update, made from the model under `parent`, ready to be stored."""
        return encode_blob(tensors, self._meta(round, author, parent))

    def fetch_update(self, pointer: bytes, *, round: int, author: str, parent: bytes) -> Weights:
        """A member's update of a round. Raises `MalformedBlob` unless it is just that, and `StoreError`."""
        return self.decode_update(self._get(pointer), round=round, author=author, parent=parent)

    def decode_update(self, encoded: bytes, *, round: int, author: str, parent: bytes) -> Weights:
        """A member's encoded update of a round. Raises `MalformedBlob` unless it is just that."""
        return decode_blob(encoded, self.descriptor, self._meta(round, author, parent))

    def encode_model(self, tensors: Tensors, *, round: int, parent: bytes) -> bytes:
        """The model that starts a round, made from the model under `parent`, ready to be stored."""
        return encode_blob(tensors, self._meta(round, self._task, parent))

    def fetch_model(self, pointer: bytes) -> Weights:
        """A model of the task. Raises `MalformedBlob` unless it is one, and `StoreError`."""
        is_first = pointer == self._first_model
        expected = FIRST_MODEL if is_first else ExpectedMeta(task=self._task, author=self._task)
        return decode_blob(self._get(pointer), self.descriptor, expected)

    def _meta(self, round: int, author: str, parent: bytes) -> BlobMeta:
        return BlobMeta(task=self._task, round=round, author=author.lower(), parent=parent)

    def _get(self, pointer: bytes) -> bytes:
        return self._store.get(pointer, limit=self.descriptor.blob_limit)
