"""Encrypted blobs: a header that says what is inside and for whom, then the content in chunks.

The header: 8 bytes of magic and version, the context (61 bytes), the content's size (8 bytes, big-endian), the number
of recipients (4 bytes), and an entry of 101 bytes for each, by ascending address. Then chunks of 262,144 bytes, the
last one shorter, each encrypted by AES-256-GCM with its number as nonce and what the header says of the content as
associated data, 16 bytes longer than its plain text.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from folkmoot.encryption.keys import ADDRESS, CONTEXT, ENTRY, TAG, Context, content_key, entries
from folkmoot.errors import KeyMissing, MalformedBlob

Bytes = bytes | bytearray | memoryview

CHUNK = 262_144
MAX_RECIPIENTS = 10_000
MAGIC = b"fmblob\x00\x01"

_SIZE, _COUNT = 8, 4  # bytes of numbers
_BOUND = len(MAGIC) + CONTEXT + _SIZE
_NONCE = 12


@dataclass(frozen=True, slots=True)
class Header:
    """What an encrypted blob says before its content. `entries` are by address, in lower-case hex.

    `bound` are the bytes that its key, its entries and its chunks depend on: all but the recipients.
    """

    context: Context
    size: int
    bound: bytes
    entries: Mapping[str, bytes]

    @classmethod
    def read(cls, source: "Source") -> Self:
        """Raises `MalformedBlob`."""
        bound, count = source.take(_BOUND), int.from_bytes(source.take(_COUNT))
        if not bound.startswith(MAGIC):
            raise MalformedBlob("it is not encrypted, as the task's blobs are")
        if count > MAX_RECIPIENTS:
            raise MalformedBlob(f"{count} recipients, allowed are {MAX_RECIPIENTS}")
        try:
            context = Context.from_bytes(bound[len(MAGIC) : -_SIZE])
        except ValueError as error:
            raise MalformedBlob(f"the envelope says nothing of its content: {error}") from error
        owners = {}
        for _ in range(count):
            entry = source.take(ENTRY)
            owners[f"0x{entry[:ADDRESS].hex()}"] = entry
        if len(owners) < count or list(owners) != sorted(owners):
            raise MalformedBlob("its recipients are not in the order of their addresses, each once")
        return cls(context, int.from_bytes(bound[-_SIZE:]), bound, owners)


class Encrypted:
    """A content encrypted for some recipients: pieces that can be iterated more than once.

    `content` are pieces that can, too. `recipients` has public keys (64 bytes) by address. The same arguments give the
    same bytes. Raises `ValueError` for a public key that is no point of the curve.
    """

    def __init__(self, content: Iterable[Bytes], context: Context, recipients: Mapping[str, bytes]) -> None:
        self._content = content
        digest, size = sha256(), 0
        for piece in content:
            digest.update(piece)
            size += len(piece)
        self._bound = MAGIC + context.to_bytes() + size.to_bytes(_SIZE)
        self.key = content_key(digest.digest(), self._bound)
        self._entries = entries(self.key, recipients, self._bound)

    def __iter__(self) -> Iterator[bytes]:
        """The blob, from its beginning."""
        yield self._bound + (len(self._entries) // ENTRY).to_bytes(_COUNT) + self._entries
        cipher, source = AESGCM(self.key), Source(iter(self._content))
        left = int.from_bytes(self._bound[-_SIZE:])
        for number in range(_chunks(left)):
            plain = source.take(min(left, CHUNK))
            left -= len(plain)
            yield cipher.encrypt(number.to_bytes(_NONCE), plain, self._bound)


def decrypt(
    pieces: Iterator[Bytes],
    keys: Callable[[Header], Iterable[bytes]],
    opened: Callable[[Header, bytes], None] = lambda _header, _key: None,
) -> Iterator[bytes]:
    """The content of an encrypted blob, piece by piece: nothing of it counts until the last one came.

    `keys` gives the keys to try, and `opened` is called with the one that proved to be the content's; both may refuse
    the blob by raising what they like. Raises `MalformedBlob`, and `KeyMissing` if no key fits.
    """
    source = Source(pieces)
    header = Header.read(source)
    key = b""
    digest, left = sha256(), header.size
    for number in range(_chunks(header.size)):
        chunk = source.take(min(left, CHUNK) + TAG)
        candidates = [key] if key else keys(header)
        key, plain = _opened(candidates, number, chunk, header)
        digest.update(plain)
        left -= len(plain)
        yield plain
    if source.take(1, least=0):
        raise MalformedBlob("it goes on after its content")
    if key != content_key(digest.digest(), header.bound):
        raise MalformedBlob("its key is not that of its content, so that others may read something else")
    opened(header, key)


def envelope_size(size: int, recipients: int = MAX_RECIPIENTS) -> int:
    """Bytes that a content of so many bytes has when it is encrypted for so many recipients."""
    return _BOUND + _COUNT + recipients * ENTRY + size + _chunks(size) * TAG


class Source:
    """Takes from pieces of any size."""

    def __init__(self, pieces: Iterator[Bytes]) -> None:
        self._pieces = filter(len, pieces)
        self._rest = memoryview(b"")

    def take(self, size: int, *, least: int | None = None) -> bytes:
        """The next so many bytes; fewer, but `least`, at the end. Raises `MalformedBlob` if there are not as many."""
        taken = bytearray()
        while len(taken) < size:
            if not self._rest:
                self._rest = memoryview(next(self._pieces, b""))
                if not self._rest:
                    break
            part = self._rest[: size - len(taken)]
            taken += part
            self._rest = self._rest[len(part) :]
        if len(taken) < (size if least is None else least):
            raise MalformedBlob("it ends too early")
        return bytes(taken)


def _chunks(size: int) -> int:
    """An empty content has one chunk, too, or its key could not be told from another."""
    return max(1, -(-size // CHUNK))


def _opened(candidates: Iterable[bytes], number: int, chunk: bytes, header: Header) -> tuple[bytes, bytes]:
    failed = 0
    for key in candidates:
        try:
            return key, AESGCM(key).decrypt(number.to_bytes(_NONCE), chunk, header.bound)
        except InvalidTag:
            failed += 1
    if failed and number:
        raise MalformedBlob(f"chunk {number} of its content is not what its key encrypts")
    raise KeyMissing("it is encrypted, and none of these keys opens it")
