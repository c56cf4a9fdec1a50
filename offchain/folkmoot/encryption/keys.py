"""The key of a blob's content, and how it is wrapped for those who may read it.

Everything is derived: the same content for the same recipients is encrypted to the same bytes by everybody, and a key
that opens a blob is its key only if it can be derived again from what was read. Primitives: HKDF-SHA256 (RFC 5869) and
AES-256-GCM (NIST SP 800-38D) of `cryptography`, secp256k1 of `coincurve`.
"""

# ruff: noqa: A001 - "round" is a word of the protocol

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from coincurve import PrivateKey, PublicKey
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

ADDRESS = 20  # bytes
POINT = 33  # bytes of a compressed point of the curve
KEY = 32  # bytes
TAG = 16  # bytes that AES-GCM adds
ENTRY = ADDRESS + POINT + KEY + TAG

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of the curve's group, SEC 2
_SEED = 48  # bytes, so that a remainder by the order is as good as uniform
_ONCE = bytes(12)  # the nonce of a key that encrypts only one thing


class Kind(IntEnum):
    """What a blob is."""

    MODEL = 0
    UPDATE = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Where a blob belongs. `task` is in lower-case hex; both are the zero address's for a task's first model."""

    chain_id: int
    task: str
    round: int
    kind: Kind

    def to_bytes(self) -> bytes:
        """Kind (1 byte), chain id (32), task (20) and round (8), numbers big-endian."""
        task = bytes.fromhex(self.task.removeprefix("0x"))
        return bytes([self.kind]) + self.chain_id.to_bytes(32) + task + self.round.to_bytes(8)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Context":
        """Read what `to_bytes` wrote. Raises `ValueError` for an unknown kind."""
        chain_id, task, round = data[1:33], data[33:53], data[53:]
        return cls(
            chain_id=int.from_bytes(chain_id), task=f"0x{task.hex()}", round=int.from_bytes(round), kind=Kind(data[0])
        )


CONTEXT = 61  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """A reader: its address, its public key (64 bytes), and `agree`, which multiplies a point by its private key.

    `agree` takes a compressed point (33 bytes), returns the product's x coordinate (32 bytes) and raises `ValueError`
    for what is no point of the curve.
    """

    address: str
    public_key: bytes
    agree: Callable[[bytes], bytes]


def content_key(digest: bytes, bound: bytes) -> bytes:
    """The key (32 bytes) of a content with this SHA-256 digest; `bound` is what its envelope says it is."""
    return _derived(digest, b"folkmoot/content-key/1" + bound)


def wrap(key: bytes, address: str, public_key: bytes, bound: bytes) -> bytes:
    """An entry (101 bytes): a content key for one recipient, whose public key has 64 bytes.

    Address, ephemeral point and encrypted key. Raises `ValueError` for a public key that is no point of the curve.
    """
    owner = bytes.fromhex(address.removeprefix("0x"))
    seed = _derived(key, b"folkmoot/ephemeral/1" + owner + bound, _SEED)
    scalar = (int.from_bytes(seed) % (_ORDER - 1) + 1).to_bytes(KEY)
    point = PrivateKey(scalar).public_key.format()
    shared = PublicKey(b"\x04" + public_key).multiply(scalar).format()[1:]
    return owner + point + _wrapping(shared, point, public_key, bound).encrypt(_ONCE, key, bound)


def unwrap(entry: bytes, reader: Identity, bound: bytes) -> bytes | None:
    """The content key in a reader's entry; None if the entry is wrong."""
    point, wrapped = entry[ADDRESS : ADDRESS + POINT], entry[ADDRESS + POINT :]
    try:
        shared = reader.agree(point)
        return _wrapping(shared, point, reader.public_key, bound).decrypt(_ONCE, wrapped, bound)
    except (InvalidTag, ValueError):
        return None


def entries(key: bytes, recipients: Mapping[str, bytes], bound: bytes) -> bytes:
    """The entries of all recipients, public keys by address, in the order of their addresses."""
    ordered = sorted(recipients.items(), key=lambda item: item[0].lower())
    return b"".join(wrap(key, address, public_key, bound) for address, public_key in ordered)


def _wrapping(shared: bytes, point: bytes, public_key: bytes, bound: bytes) -> AESGCM:
    return AESGCM(_derived(shared, b"folkmoot/wrapping-key/1" + point + public_key + bound))


def _derived(secret: bytes, purpose: bytes, size: int = KEY) -> bytes:
    return HKDF(SHA256(), size, None, purpose).derive(secret)
