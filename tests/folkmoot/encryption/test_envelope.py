"""The format of encrypted blobs, also against another implementation of what SPECIFICATION.md says."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256, shake_128
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.encryption import Context, Encrypted, Header, Identity, Kind, decrypt, envelope_size, unwrap
from folkmoot.encryption.envelope import CHUNK, MAGIC, MAX_RECIPIENTS
from folkmoot.encryption.keys import ENTRY
from folkmoot.errors import KeyMissing, MalformedBlob
from tests.folkmoot.encryption.conftest import account, identity

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "encryption.json").read_text())
SIZES = (0, 1, 1000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK)
HEADER = len(MAGIC) + 61 + 8

Keys = Callable[[Header], Iterable[bytes]]


def content(size: int) -> bytes:
    return shake_128(b"content").digest(size)


def keys_of(reader: Identity) -> Keys:
    def keys(header: Header) -> Iterator[bytes]:
        entry = header.entries.get(reader.address.lower())
        key = entry and unwrap(entry, reader, header.bound)
        if key:
            yield key
            raise MalformedBlob("it did not fit")

    return keys


def opened(blob: bytes, reader: Identity) -> bytes:
    return b"".join(decrypt(iter([blob]), keys_of(reader)))


@pytest.fixture
def blob(context: Context, recipients: Mapping[str, bytes]) -> bytes:
    return b"".join(Encrypted([content(2 * CHUNK + 7)], context, recipients))


# ------------------------------------------------------------------ round trips


@pytest.mark.parametrize("size", SIZES)
def test_recipients_read_what_was_written(size: int, context: Context, recipients: Mapping[str, bytes]) -> None:
    blob = b"".join(Encrypted([content(size)], context, recipients))
    assert len(blob) == envelope_size(size, len(recipients))
    for name in ("clinic", "bank", "lab"):
        assert opened(blob, identity(name)) == content(size)
    with pytest.raises(KeyMissing):
        opened(blob, identity("stranger"))


@given(st.lists(st.binary(max_size=50), max_size=20), st.lists(st.integers(1, 200), min_size=1))
def test_pieces_may_have_any_size(pieces: list[bytes], cuts: list[int]) -> None:
    context = Context(chain_id=1, task="0x" + "00" * 20, round=0, kind=Kind.MODEL)
    own = identity("clinic")
    blob = b"".join(Encrypted(pieces, context, {own.address: own.public_key}))
    cut, at = [], 0
    for size in cuts:
        cut.append(blob[at : at + size])
        at += size
    assert b"".join(decrypt(iter([*filter(None, cut), blob[at:]]), keys_of(own))) == b"".join(pieces)


def test_everybody_makes_the_same_bytes(context: Context, recipients: Mapping[str, bytes]) -> None:
    data = content(CHUNK + 5)
    one = Encrypted([data], context, recipients)
    other = Encrypted([data[:9], memoryview(data)[9:]], context, dict(reversed(recipients.items())))
    assert b"".join(one) == b"".join(other) == b"".join(one)  # and again


@pytest.mark.parametrize("change", [{"chain_id": 2}, {"task": "0x" + "01" * 20}, {"round": 4}, {"kind": Kind.MODEL}])
def test_another_context_has_another_key(
    context: Context, recipients: Mapping[str, bytes], change: dict[str, Any]
) -> None:
    data = content(100)
    assert Encrypted([data], context, recipients).key != Encrypted([data], replace(context, **change), recipients).key


def test_nothing_of_the_content_shows(blob: bytes) -> None:
    data = content(2 * CHUNK + 7)
    assert not any(data[at : at + 16] in blob for at in range(0, len(data), 4099))


# ------------------------------------------------------------------ malformed ones


def test_every_flipped_bit_shows(blob: bytes) -> None:
    own = identity("clinic")
    places = [*range(HEADER + 4), *range(HEADER + 4, HEADER + 4 + 3 * ENTRY, 7), HEADER + 400, CHUNK, len(blob) - 1]
    others = range(HEADER + 4, HEADER + 4 + 3 * ENTRY)
    for place in places:
        changed = bytearray(blob)
        changed[place] ^= 1
        entry = own.address.lower()[2:] if place in others else ""
        if entry and bytes.fromhex(entry) not in blob[place - ENTRY : place + ENTRY]:
            continue  # of another recipient, which this one does not look at
        with pytest.raises((MalformedBlob, KeyMissing)):
            opened_or_same(bytes(changed), own, place, blob)


def opened_or_same(changed: bytes, own: Identity, place: int, blob: bytes) -> None:
    """Another recipient's entry may lie beside: then the content is read as before, which is no fault."""
    assert opened(changed, own) == opened(blob, own)
    raise KeyMissing(f"{place} is not of this reader")


@pytest.mark.parametrize("size", [0, 5, HEADER, HEADER + 4, HEADER + 90, 5000, -1, -16, -17])
def test_a_blob_that_ends_early_is_malformed(blob: bytes, size: int) -> None:
    with pytest.raises(MalformedBlob):
        opened(blob[:size], identity("clinic"))


def test_nothing_may_follow(blob: bytes) -> None:
    with pytest.raises(MalformedBlob, match="goes on"):
        opened(blob + b"\0", identity("clinic"))


def test_chunks_cannot_change_places(blob: bytes) -> None:
    start, size = HEADER + 4 + 3 * ENTRY, CHUNK + 16
    first, second = blob[start : start + size], blob[start + size : start + 2 * size]
    with pytest.raises(MalformedBlob):
        opened(blob[:start] + second + first + blob[start + 2 * size :], identity("clinic"))


def test_plain_bytes_are_not_encrypted() -> None:
    with pytest.raises(MalformedBlob, match="not encrypted"):
        opened(content(1000), identity("clinic"))


def test_recipients_are_in_order(blob: bytes) -> None:
    start = HEADER + 4
    first, second = blob[start : start + ENTRY], blob[start + ENTRY : start + 2 * ENTRY]
    for pair in (second + first, first + first):
        with pytest.raises(MalformedBlob, match="order"):
            opened(blob[:start] + pair + blob[start + 2 * ENTRY :], identity("clinic"))


def test_too_many_recipients_are_refused_before_they_are_read(blob: bytes) -> None:
    with pytest.raises(MalformedBlob, match="recipients"):
        opened(blob[:HEADER] + (MAX_RECIPIENTS + 1).to_bytes(4) + blob[HEADER + 4 :], identity("clinic"))


def test_a_key_that_is_not_made_of_the_content_is_refused(context: Context, recipients: Mapping[str, bytes]) -> None:
    """Such a key could open the same blob to something else for another reader."""

    class Forged(Encrypted):
        def __init__(self) -> None:
            super().__init__([content(10)], context, recipients)
            self._content = [content(9) + b"!"]

    with pytest.raises(MalformedBlob, match="not that of its content"):
        opened(b"".join(Forged()), identity("clinic"))


def test_keys_are_tried_until_one_fits(blob: bytes, context: Context, recipients: Mapping[str, bytes]) -> None:
    right = Encrypted([content(2 * CHUNK + 7)], context, recipients).key
    found = []
    plain = b"".join(decrypt(iter([blob]), lambda _: [bytes(32), right], lambda _, key: found.append(key)))
    assert (plain, found) == (content(2 * CHUNK + 7), [right])
    with pytest.raises(KeyMissing):
        b"".join(decrypt(iter([blob]), lambda _: [bytes(32)]))


# ------------------------------------------------------------------ another implementation


def derived(secret: bytes, purpose: bytes, size: int = 32) -> bytes:
    return HKDF(SHA256(), size, None, purpose).derive(secret)


def reference(data: bytes, bound: bytes, names: list[str]) -> bytes:
    """An encrypted blob as SPECIFICATION.md says, on the curve of `cryptography`."""
    key = derived(sha256(data).digest(), b"folkmoot/content-key/1" + bound)
    blob = bound + len(names).to_bytes(4, "big")
    for name in sorted(names, key=lambda name: account(name).address.lower()):
        owner = bytes.fromhex(account(name).address[2:])
        private = ec.derive_private_key(int.from_bytes(account(name).key), ec.SECP256K1())
        public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]
        order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
        seed = derived(key, b"folkmoot/ephemeral/1" + owner + bound, 48)
        ephemeral = ec.derive_private_key(int.from_bytes(seed) % (order - 1) + 1, ec.SECP256K1())
        point = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        shared = ephemeral.exchange(ec.ECDH(), private.public_key())
        wrapping = derived(shared, b"folkmoot/wrapping-key/1" + point + public + bound)
        blob += owner + point + AESGCM(wrapping).encrypt(bytes(12), key, bound)
    for number, start in enumerate(range(0, max(len(data), 1), 262_144)):
        blob += AESGCM(key).encrypt(number.to_bytes(12, "big"), data[start : start + 262_144], bound)
    return blob


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_vectors(vector: dict[str, Any]) -> None:
    data, kind = shake_128(b"content").digest(vector["size"]), Kind[vector["kind"].upper()]
    names = vector["recipients"]
    context = Context(chain_id=vector["chain_id"], task=vector["task"], round=vector["round"], kind=kind)
    known = {account(name).address: identity(name).public_key for name in names}
    encrypted = Encrypted([data], context, known)
    blob = b"".join(encrypted)
    bound = MAGIC + context.to_bytes() + len(data).to_bytes(8)
    assert blob == reference(data, bound, names)
    assert encrypted.key.hex() == vector["key"]
    assert blob[: len(vector["start"]) // 2].hex() == vector["start"]
    assert sha256(blob).hexdigest() == vector["sha256"]
