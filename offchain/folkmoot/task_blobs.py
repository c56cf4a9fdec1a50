"""The one place where the codec, encryption and the store meet.

`encode_blob` turns tensors and metadata into bytes and `decode_blob` turns them back, both piece by piece. Where a task
is encrypted, what is stored, and what a pointer names, is their encryption.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress

import numpy as np
from numpy.typing import NDArray

from folkmoot.blob_keys import ZERO_ADDRESS, BlobKeys
from folkmoot.encryption import envelope_size
from folkmoot.errors import StoreError
from folkmoot.learning import BlobMeta, Descriptor, ExpectedMeta, Weights, decode, encode, max_blob_size
from folkmoot.learning.descriptor import MAX_DESCRIPTOR
from folkmoot.store import BlobStore, Bytes, Content
from folkmoot.store.content import Anew, pieces

Tensors = Mapping[str, NDArray[np.float32]]
Watch = Callable[[int, int], None]
"""Called with the bytes of a blob that have moved, from the start of each pass, and with about all there are."""

LARGE = 16 << 20
"""Bytes of a blob whose transfer is worth showing."""

FIRST_MODEL = BlobMeta(task=ZERO_ADDRESS, round=0, author=ZERO_ADDRESS, parent=bytes(32))
"""The metadata of a task's first model, which is made before the task has an address."""


def encode_blob(tensors: Tensors, meta: BlobMeta) -> Iterable[Bytes]:
    """What is to be stored, in pieces made anew whenever they are iterated, while the tensors do not change.

    Raises `CodecError` for tensors that no blob may hold, some of it when the pieces are iterated.
    """
    return encode(tensors, meta)


def decode_blob(pieces: Iterable[Bytes], descriptor: Descriptor, meta: BlobMeta | ExpectedMeta) -> Weights:
    """The tensors in what was stored. Raises `MalformedBlob` unless they are the task's and say what `meta` expects."""
    return decode(pieces, descriptor.spec, limit=descriptor.blob_limit, meta=meta)


def stored_limit(descriptor: Descriptor) -> int:
    """Bytes that a stored model or update of a task has at most."""
    return envelope_size(descriptor.blob_limit) if descriptor.encrypted else descriptor.blob_limit


def fetch_descriptor(store: BlobStore, pointer: bytes, kept: BlobStore | None = None) -> Descriptor:
    """A task's descriptor, which is stored as it is. Raises `DescriptorError` and `StoreError`.

    What is `kept` is read there, so that a worker starts while its store is away.
    """
    if kept is None:
        return Descriptor.from_bytes(store.get(pointer, limit=MAX_DESCRIPTOR))
    try:
        return fetch_descriptor(kept, pointer)
    except StoreError:
        data = store.get(pointer, limit=MAX_DESCRIPTOR)
    with suppress(StoreError):
        kept.put(data)
    return Descriptor.from_bytes(data)


class TaskBlobs:
    """The models and updates of one task in a store; `first_model` is the pointer of its model 0.

    Blobs move in pieces: from the tensors through the codec to the store, and back. Where the task is encrypted, `keys`
    stand between the two.
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
        self._size = max_blob_size(descriptor.spec)
        self._watch: Watch | None = None

    @contextmanager
    def watched(self, watch: Watch | None) -> Iterator[None]:
        """Have `watch` called for each piece of a blob that is fetched or published; it may raise."""
        before, self._watch = self._watch, watch
        try:
            yield
        finally:
            self._watch = before

    def has(self, pointer: bytes) -> bool:
        """Whether the store has the blob that this pointer names; False while the store itself fails."""
        try:
            return self._store.has(pointer, limit=self._limit)
        except StoreError:
            return False

    def publish(self, encoded: Content) -> bytes:
        """Store what is encoded for every member to fetch, and return its pointer. Raises `StoreError`."""
        return self._store.put(Anew(lambda: self._counted(pieces(encoded))))

    def encode_update(self, tensors: Tensors, *, round: int, author: str, parent: bytes) -> Content:
        """A member's update, made from the model under `parent`, ready to be stored."""
        return self._encoded(tensors, self._meta(round, author, parent))

    def fetch_update(self, pointer: bytes, *, round: int, author: str, parent: bytes) -> Weights:
        """A member's update of a round. Raises `MalformedBlob` unless it is just that, and `StoreError`."""
        return self._fetch(pointer, self._meta(round, author, parent))

    def decode_update(self, encoded: Content, *, round: int, author: str, parent: bytes) -> Weights:
        """A member's encoded update of a round. Raises `MalformedBlob` unless it is just that."""
        return self._decoded(pieces(encoded), b"", self._meta(round, author, parent))

    def encode_model(self, tensors: Tensors, *, round: int, parent: bytes) -> Content:
        """The model that starts a round, made from the model under `parent`, ready to be stored."""
        return self._encoded(tensors, self._meta(round, self._task, parent))

    def fetch_model(self, pointer: bytes) -> Weights:
        """A model of the task. Raises `MalformedBlob` unless it is one, and `StoreError`."""
        is_first = pointer == self._first_model
        return self._fetch(pointer, FIRST_MODEL if is_first else ExpectedMeta(task=self._task, author=self._task))

    def _meta(self, round: int, author: str, parent: bytes) -> BlobMeta:
        return BlobMeta(task=self._task, round=round, author=author.lower(), parent=parent)

    def _fetch(self, pointer: bytes, meta: BlobMeta | ExpectedMeta) -> Weights:
        def consume(stored: Iterator[bytes]) -> Weights:
            return self._decoded(self._counted(stored), pointer, meta)

        return self._store.read(pointer, limit=self._limit, consume=consume)

    def _encoded(self, tensors: Tensors, meta: BlobMeta) -> Content:
        encoded = encode_blob(tensors, meta)
        return self._keys.encrypt(encoded, meta) if self._keys else encoded

    def _decoded(self, stored: Iterable[Bytes], pointer: bytes, meta: BlobMeta | ExpectedMeta) -> Weights:
        encoded = self._keys.decrypt(iter(stored), pointer, meta) if self._keys else stored
        return decode_blob(encoded, self.descriptor, meta)

    def _counted(self, moving: Iterable[Bytes]) -> Iterator[Bytes]:
        done = 0
        for piece in moving:
            yield piece
            done += len(piece)
            if self._watch:
                self._watch(min(done, self._size), self._size)
