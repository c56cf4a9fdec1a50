"""The header of a blob: the one text that describes some tensors and says whose blob it is.

See `folkmoot.learning.codec` for its form. What a header is compared with in the end is the text that would be written;
all other checks only find the words for what is wrong.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import fields
from math import prod
from typing import Any, TypeGuard

from folkmoot.errors import CodecError, MalformedBlob
from folkmoot.learning.blob_meta import BlobMeta, ExpectedMeta

METADATA = "__metadata__"
MAX_NAME = 200

_ITEM = 4  # bytes of a float32
_ALIGNED = 8
_PARENT = re.compile("0x[0-9a-f]{64}")
_ROUND = re.compile("0|[1-9][0-9]{0,19}")
_DTYPE = re.compile("[A-Z0-9_]{1,16}")

Shapes = Mapping[str, tuple[int, ...]]
"""Of float32 tensors, sorted by name."""


def header(shapes: Shapes, meta: BlobMeta) -> bytes:
    """The header of a blob of such tensors, after its length in 8 bytes."""
    own = {"author": meta.author, "parent": f"0x{meta.parent.hex()}", "round": str(meta.round), "task": meta.task}
    described: dict[str, object] = {METADATA: own}
    end = 0
    for name, shape in shapes.items():
        start, end = end, end + prod(shape) * _ITEM
        described[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(described, separators=(",", ":")).encode()
    text += b" " * (-len(text) % _ALIGNED)
    return len(text).to_bytes(8, "little") + text


def checked_header(text: bytes, shapes: Shapes, expected: BlobMeta | ExpectedMeta) -> BlobMeta:
    """What a header says of its blob. Raises `MalformedBlob` unless it is canonical, of these tensors and as expected.

    `text` is without its length.
    """
    entries, found = _entries(text)
    _check_entries(entries, shapes)
    meta = _meta(found)
    _check_meta(meta, expected)
    if header(shapes, meta)[8:] != text:
        raise MalformedBlob("the header is not in canonical form (order, offsets, white space, padding or fields)")
    return meta


def peeked_meta(text: bytes) -> BlobMeta:
    """What a header says of its blob, whatever its tensors. Raises `MalformedBlob`."""
    return _meta(_entries(text)[1])


def _entries(text: bytes) -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """What a header says of tensors by name, and its metadata."""
    try:
        entries = json.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise MalformedBlob(f"not a safetensors file: its header is no JSON: {str(error)[:200]!r}") from error
    if not isinstance(entries, dict):
        raise MalformedBlob("not a safetensors file: its header is no JSON object")
    meta = entries.pop(METADATA, None)
    meta = {} if meta is None else meta
    if not (isinstance(meta, dict) and all(isinstance(value, str) for value in meta.values())):
        raise MalformedBlob("not a safetensors file: its metadata is no object of texts")
    for name, entry in entries.items():
        if not _is_entry(entry):
            raise MalformedBlob(f"not a safetensors file: {name[:MAX_NAME]!r} is not described as a tensor")
    return entries, meta


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict):
        return False
    dtype, shape, offsets = (entry.get(field) for field in ("dtype", "shape", "data_offsets"))
    is_dtype = isinstance(dtype, str) and _DTYPE.fullmatch(dtype) is not None
    return is_dtype and _are_sizes(shape) and _are_sizes(offsets) and len(offsets) == 2  # noqa: PLR2004 - start and end


def _are_sizes(value: Any) -> TypeGuard[list[int]]:
    return isinstance(value, list) and all(type(number) is int and number >= 0 for number in value)


def _check_entries(entries: Mapping[str, Mapping[str, Any]], shapes: Shapes) -> None:
    for name in sorted(entries.keys() ^ shapes.keys()):
        raise MalformedBlob(f"tensor {name[:MAX_NAME]!r} is {'missing' if name in shapes else 'not expected'}")
    for name, shape in shapes.items():
        dtype, found = entries[name]["dtype"], entries[name]["shape"]
        if dtype != "F32":
            raise MalformedBlob(f"tensor {name!r} is {dtype}, not F32")
        if found != list(shape):
            raise MalformedBlob(f"tensor {name!r} has the shape {str(found)[:MAX_NAME]}, expected {list(shape)}")


def _meta(own: Mapping[str, str]) -> BlobMeta:
    names = {field.name for field in fields(BlobMeta)}
    for name in sorted(own.keys() ^ names):
        raise MalformedBlob(f"metadata: {name[:MAX_NAME]!r} is {'missing' if name in names else 'not expected'}")
    for name, form in (("round", _ROUND), ("parent", _PARENT)):
        if not form.fullmatch(own[name]):
            raise MalformedBlob(f"metadata: {name} cannot be {own[name][:MAX_NAME]!r}")
    parent = bytes.fromhex(own["parent"].removeprefix("0x"))
    try:
        return BlobMeta(task=own["task"], round=int(own["round"]), author=own["author"], parent=parent)
    except CodecError as error:
        raise MalformedBlob(f"metadata: {error.message[:MAX_NAME]}") from error


def _check_meta(found: BlobMeta, expected: BlobMeta | ExpectedMeta) -> None:
    for field in fields(BlobMeta):
        want, have = getattr(expected, field.name), getattr(found, field.name)
        if want is not None and want != have:
            raise MalformedBlob(f"metadata: {field.name} is {_plain(have)}, expected {_plain(want)}")


def _plain(value: object) -> object:
    return f"0x{value.hex()}" if isinstance(value, bytes) else value
