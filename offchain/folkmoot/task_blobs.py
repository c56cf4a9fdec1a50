"""The one place where the codec and the store meet.

`encode_blob` turns tensors and metadata into the bytes that are stored and that a pointer names; `decode_blob` turns
them back. To change what is stored, for example by encryption, change these two functions.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from folkmoot.blob_keys import ZERO_ADDRESS, BlobKeys
from folkmoot.encryption import envelope_size
from folkmoot.errors import StoreError
from folkmoot.learning import BlobMeta, Descriptor, ExpectedMeta, Weights, decode, encode
from folkmoot.learning.descriptor import MAX_DESCRIPTOR
from folkmoot.store import BlobStore

Tensors = Mapping[str, NDArray[np.float32]]

FIRST_MODEL = BlobMeta(task=ZERO_ADDRESS, round=0, author=ZERO_ADDRESS, parent=bytes(32))
"""The metadata of a task's first model, which is made before the task has an address."""


def encode_blob(tensors: Tensors, meta: BlobMeta) -> bytes:
    """The bytes to be stored. Raises `CodecError` for tensors that no blob may hold."""
    return encode(tensors, meta)


def decode_blob(data: bytes, descriptor: Descriptor, meta: BlobMeta | ExpectedMeta) -> Weights:
    """The tensors in stored bytes. Raises `MalformedBlob` unless they are the task's and say what `meta` expects."""
    return decode(data, descriptor.spec, limit=descriptor.blob_limit, meta=meta)


def stored_limit(descriptor: Descriptor) -> int:
    """Bytes that a stored model or update of a task has at most."""
    return envelope_size(descriptor.blob_limit) if descriptor.encrypted else descriptor.blob_limit


def fetch_descriptor(store: BlobStore, pointer: bytes) -> Descriptor:
    """A task's descriptor, which is stored as it is. Raises `DescriptorError` and `StoreError`."""
    return Descriptor.from_bytes(store.get(pointer, limit=MAX_DESCRIPTOR))


class TaskBlobs:
    """The models and updates of one task in a store; `first_model` is the pointer of its model 0.

    `keys` encrypt and open them, if the task is encrypted.
    """

    def __init__(
        self,
        store: BlobStore,
        descriptor: Descriptor,
        *,
        task: str,
        first_model: bytes,
        keys: BlobKeys | None = None,
    ) -> None:
        self.descriptor, self._keys, self._limit = descriptor, keys, stored_limit(descriptor)
        self._store, self._task, self._first_model = store, task.lower(), first_model

    def has(self, pointer: bytes) -> bool:
        """Whether the store has the blob that this pointer names; False while the store itself fails."""
        try:
            return self._store.has(pointer, limit=self._limit)
        except StoreError:
            return False

    def publish(self, encoded: bytes) -> bytes:
        """Store encoded bytes for every member to fetch, and return their pointer. Raises `StoreError`."""
        return self._store.put(encoded)

    def encode_update(self, tensors: Tensors, *, round: int, author: str, parent: bytes) -> bytes:
        """A member's update, made from the model under `parent`, ready to be stored."""
        return self._encoded(tensors, self._meta(round, author, parent))

    def fetch_update(self, pointer: bytes, *, round: int, author: str, parent: bytes) -> Weights:
        """A member's update of a round. Raises `MalformedBlob` unless it is just that, and `StoreError`."""
        return self._decoded(self._get(pointer), pointer, self._meta(round, author, parent))

    def decode_update(self, encoded: bytes, *, round: int, author: str, parent: bytes) -> Weights:
        """A member's encoded update of a round. Raises `MalformedBlob` unless it is just that."""
        return self._decoded(encoded, b"", self._meta(round, author, parent))

    def encode_model(self, tensors: Tensors, *, round: int, parent: bytes) -> bytes:
        """The model that starts a round, made from the model under `parent`, ready to be stored."""
        return self._encoded(tensors, self._meta(round, self._task, parent))

    def fetch_model(self, pointer: bytes) -> Weights:
        """A model of the task. Raises `MalformedBlob` unless it is one, and `StoreError`."""
        is_first = pointer == self._first_model
        expected = FIRST_MODEL if is_first else ExpectedMeta(task=self._task, author=self._task)
        return self._decoded(self._get(pointer), pointer, expected)

    def _encoded(self, tensors: Tensors, meta: BlobMeta) -> bytes:
        encoded = encode_blob(tensors, meta)
        return b"".join(self._keys.encrypt([encoded], meta)) if self._keys else encoded

    def _decoded(self, stored: bytes, pointer: bytes, meta: BlobMeta | ExpectedMeta) -> Weights:
        encoded = b"".join(self._keys.decrypt(iter([stored]), pointer, meta)) if self._keys else stored
        return decode_blob(encoded, self.descriptor, meta)

    def _meta(self, round: int, author: str, parent: bytes) -> BlobMeta:
        return BlobMeta(task=self._task, round=round, author=author.lower(), parent=parent)

    def _get(self, pointer: bytes) -> bytes:
        return self._store.get(pointer, limit=self._limit)
