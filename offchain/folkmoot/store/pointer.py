"""Pointers: the 32 bytes on chain that name a blob, and the CID that names it to any IPFS client.

A pointer is the sha2-256 digest of the root node that
`ipfs add --cid-version=0 --hash=sha2-256 --chunker=size-262144 --raw-leaves=false --trickle=false --max-file-links=174`
makes of the blob: UnixFS file nodes in dag-pb, balanced, at most 174 links a node. Sources: the UnixFS and dag-pb
specifications at specs.ipfs.tech.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

import base58

from folkmoot.errors import InvalidPointer

CHUNK = 262_144
LINKS = 174
DIGEST = 32

_MULTIHASH = bytes([0x12, DIGEST])  # sha2-256, 32 bytes
_CID_LENGTH = 46  # of the base58 text of a multihash, which always starts with "Qm"


class _Node(NamedTuple):
    digest: bytes
    file_size: int  # bytes of the blob beneath this node
    total_size: int  # bytes of this node and of all nodes beneath it


class PointerHash:
    """The pointer of a blob that comes in chunks of `CHUNK` bytes, all but the last one."""

    def __init__(self) -> None:
        self._leaves: list[_Node] = []

    @property
    def size(self) -> int:
        """The bytes so far."""
        return sum(leaf.file_size for leaf in self._leaves)

    def add(self, chunk: bytes | memoryview) -> None:
        """Take the next chunk."""
        self._leaves.append(_leaf(chunk))

    def digest(self) -> bytes:
        """The pointer (32 bytes) of the chunks so far."""
        level = self._leaves or [_leaf(b"")]
        while len(level) > 1:
            level = [_parent(level[start : start + LINKS]) for start in range(0, len(level), LINKS)]
        return level[0].digest


def cid(pointer: bytes) -> str:
    """The CIDv0 ("Qm…", 46 characters) of a pointer. Raises `InvalidPointer` unless it has 32 bytes."""
    if len(pointer) != DIGEST:
        raise InvalidPointer(f"a pointer has {DIGEST} bytes, not {len(pointer)}")
    return base58.b58encode(_MULTIHASH + pointer).decode()


def from_cid(text: str) -> bytes:
    """The pointer that a CIDv0 names. Raises `InvalidPointer` for any other text, other kinds of CID included."""
    try:
        found = base58.b58decode(text if len(text) == _CID_LENGTH else "")[len(_MULTIHASH) :]
    except ValueError:
        found = b""
    if len(found) != DIGEST or cid(found) != text:
        raise InvalidPointer(f"not a CIDv0: {text[:64]!r}", hint='a CIDv0 starts with "Qm" and has 46 characters')
    return found


def _leaf(chunk: bytes | memoryview) -> _Node:
    content = _field(2, len(chunk)) if len(chunk) else b""
    inner = len(_FILE) + len(content) + len(chunk) + len(_number(3, len(chunk)))
    head, tail = _field(1, inner) + _FILE + content, _number(3, len(chunk))
    node = sha256(head)
    node.update(chunk)
    node.update(tail)
    return _Node(node.digest(), len(chunk), len(head) + len(chunk) + len(tail))


def _parent(children: Sequence[_Node]) -> _Node:
    file_size = sum(child.file_size for child in children)
    sizes = b"".join(_number(4, child.file_size) for child in children)
    file = _FILE + _number(3, file_size) + sizes
    node = b"".join(map(_link, children)) + _field(1, len(file)) + file
    return _Node(sha256(node).digest(), file_size, len(node) + sum(child.total_size for child in children))


def _link(child: _Node) -> bytes:
    digest = _MULTIHASH + child.digest
    link = _field(1, len(digest)) + digest + _field(2, 0) + _number(3, child.total_size)  # an empty name between
    return _field(2, len(link)) + link


# Protocol Buffers: a field is its number and wire type (0 a varint, 2 bytes of a given length), then the value.


def _number(field: int, value: int) -> bytes:
    return bytes([field << 3]) + _varint(value)


def _field(field: int, length: int) -> bytes:
    return bytes([field << 3 | 2]) + _varint(length)


def _varint(value: int) -> bytes:
    groups = [value >> shift & 0x7F for shift in range(0, max(value.bit_length(), 1), 7)]
    return bytes([group | 0x80 for group in groups[:-1]] + groups[-1:])


_FILE = _number(1, 2)  # UnixFS: the node's type is "file"
