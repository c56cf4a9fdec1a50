"""Models and updates as bytes: canonical safetensors, float32 only, so that equal content always has one pointer.

The encoding is the safetensors format (https://github.com/huggingface/safetensors#format) with every choice made: the
header is ASCII JSON without white space, `__metadata__` first (author, parent, round, task), then the tensors sorted
by name, each with dtype, shape and data_offsets in this order. Spaces pad it to a multiple of 8 bytes. The data follow
in the same order without gaps, little-endian, all finite, zeros positive. Any other encoding is malformed.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from io import SEEK_CUR, BytesIO
from math import prod
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, deserialize

from folkmoot.errors import CodecError, MalformedBlob
from folkmoot.learning.blob_meta import MAX_ROUND, POINTER, BlobMeta, ExpectedMeta

_LITTLE = np.dtype("<f4")
_NEGATIVE_ZERO = np.uint32(0x8000_0000)
_PART = 1 << 16
_METADATA = "__metadata__"
_PARENT = re.compile("0x[0-9a-f]{64}")
_ROUND = re.compile("0|[1-9][0-9]{0,19}")
_MAX_NAME = 200


@dataclass(frozen=True, slots=True)
class TensorSpec:
    """Names and shapes of a model's tensors, all float32, in the canonical order: sorted by name.

    Raises `CodecError` without tensors, for a name that is not 1 to 200 printable ASCII characters, and for a
    dimension below 1. A shape without dimensions is a single number.
    """

    shapes: Mapping[str, tuple[int, ...]]

    def __post_init__(self) -> None:
        shapes = {name: tuple(self.shapes[name]) for name in sorted(self.shapes)}
        if not shapes:
            raise CodecError("a model needs at least one tensor")
        for name, shape in shapes.items():
            _check_tensor(name, shape)
        object.__setattr__(self, "shapes", MappingProxyType(shapes))

    @classmethod
    def of(cls, tensors: Mapping[str, NDArray[np.float32]]) -> Self:
        """The names and shapes of these arrays."""
        return cls({name: tensor.shape for name, tensor in tensors.items()})

    @property
    def values(self) -> int:
        """How many numbers the tensors hold together."""
        return sum(map(prod, self.shapes.values()))


def max_blob_size(spec: TensorSpec) -> int:
    """Size in bytes of the largest blob of such tensors; it varies by a few bytes with the round's digits."""
    zero = "0x" + "0" * 40
    longest = BlobMeta(task=zero, round=MAX_ROUND, author=zero, parent=bytes(POINTER))
    return len(_header(spec, longest)) + spec.values * _LITTLE.itemsize


def encode(tensors: Mapping[str, NDArray[np.float32]], meta: BlobMeta) -> bytes:
    """The one encoding of these tensors, negative zeros written as positive ones; the arrays are not changed.

    Raises `CodecError` for arrays that are not float32, for NaN and infinity, and for names that `TensorSpec` refuses.
    """
    spec = TensorSpec.of(tensors)
    header = _header(spec, meta)
    blob = BytesIO()
    blob.write(header)
    blob.seek(spec.values * _LITTLE.itemsize - 1, SEEK_CUR)
    blob.write(b"\0")  # the whole size at once
    with blob.getbuffer() as buffer:
        values = np.frombuffer(buffer, _LITTLE, offset=len(header))
        _fill(values, tensors, spec)
        del values  # or the buffer could not be given back
    return blob.getvalue()  # as it is: bytes are not copied again


def decode(
    data: bytes, spec: TensorSpec, *, limit: int, meta: BlobMeta | ExpectedMeta
) -> dict[str, NDArray[np.float32]]:
    """The tensors of a blob as fresh, writable arrays in the spec's order.

    Raises `MalformedBlob`, and nothing else whatever the bytes, unless the blob has at most `limit` bytes, holds
    exactly the tensors of `spec`, all finite, says of itself what `meta` expects, and is encoded canonically.
    """
    entries = _read(data, limit)
    _check_entries(entries, spec)
    found = _metadata(data)
    _check_meta(found, meta)
    if not data.startswith(_header(spec, found)):
        raise MalformedBlob("the header is not in canonical form (order, white space, padding or fields)")
    return {name: _finite_values(name, entries[name]["data"], shape) for name, shape in spec.shapes.items()}


def peek_meta(data: bytes, *, limit: int) -> BlobMeta:
    """What a blob of at most `limit` bytes says about itself. Raises `MalformedBlob`.

    It proves nothing of the tensors.
    """
    _read(data, limit)
    return _metadata(data)


def _check_tensor(name: str, shape: tuple[int, ...]) -> None:
    if not (1 <= len(name) <= _MAX_NAME and name.isascii() and name.isprintable() and name != _METADATA):
        raise CodecError(f"not a tensor's name: {name[:_MAX_NAME]!r}", hint="use 1 to 200 printable ASCII characters")
    if any(size < 1 for size in shape):
        raise CodecError(f"tensor {name!r} has the shape {list(shape)}: every dimension must be at least 1")


def _header(spec: TensorSpec, meta: BlobMeta) -> bytes:
    own = {"author": meta.author, "parent": f"0x{meta.parent.hex()}", "round": str(meta.round), "task": meta.task}
    header: dict[str, object] = {_METADATA: own}
    end = 0
    for name, shape in spec.shapes.items():
        start, end = end, end + prod(shape) * _LITTLE.itemsize
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text


def _fill(values: NDArray[np.float32], tensors: Mapping[str, NDArray[np.float32]], spec: TensorSpec) -> None:
    """Write all tensors one after the other, in canonical form."""
    start = 0
    for name, shape in spec.shapes.items():
        if tensors[name].dtype != np.float32:
            raise CodecError(f"tensor {name!r} is {tensors[name].dtype}, not float32")
        own = values[start : start + prod(shape)]
        own.reshape(shape)[...] = tensors[name]
        for part in _parts(own):
            if not np.isfinite(part).all():
                raise CodecError(f"tensor {name!r} holds NaN or infinity", hint="the training diverged: lower its rate")
            bits = part.view(np.uint32)
            negative = bits == _NEGATIVE_ZERO
            if negative.any():  # by bits: arithmetic would also flush subnormals where the processor is told to
                bits[negative] = 0
        start += prod(shape)


def _parts(values: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    """Views of so many numbers as a processor's cache holds."""
    for start in range(0, values.size, _PART):
        yield values[start : start + _PART]


def _read(data: bytes, limit: int) -> dict[str, dict[str, Any]]:
    if len(data) > limit:
        raise MalformedBlob(f"{len(data)} bytes, allowed are {limit}")
    try:
        return dict(deserialize(data))  # type: ignore[no-untyped-call]
    except SafetensorError as error:
        raise MalformedBlob(f"not a safetensors file: {str(error)[:200]!r}") from error


def _check_entries(entries: Mapping[str, Mapping[str, Any]], spec: TensorSpec) -> None:
    for name in sorted(entries.keys() ^ spec.shapes.keys()):
        raise MalformedBlob(f"tensor {name[:_MAX_NAME]!r} is {'missing' if name in spec.shapes else 'not expected'}")
    for name, shape in spec.shapes.items():
        dtype, found = entries[name]["dtype"], entries[name]["shape"]
        if dtype != "F32":
            raise MalformedBlob(f"tensor {name!r} is {dtype}, not F32")
        if found != list(shape):
            raise MalformedBlob(f"tensor {name!r} has the shape {found}, expected {list(shape)}")


def _metadata(data: bytes) -> BlobMeta:
    """The metadata of bytes whose header the safetensors library has checked; it does not return the metadata."""
    end = 8 + int.from_bytes(data[:8], "little")
    try:
        header = json.loads(data[8:end].decode())
    except (ValueError, RecursionError) as error:  # two parsers of JSON need not agree on everything
        raise MalformedBlob(f"the header is not plain JSON: {error}") from error
    return _meta(header.get(_METADATA) or {})


def _meta(own: Mapping[str, str]) -> BlobMeta:
    names = {field.name for field in fields(BlobMeta)}
    for name in sorted(own.keys() ^ names):
        raise MalformedBlob(f"metadata: {name[:_MAX_NAME]!r} is {'missing' if name in names else 'not expected'}")
    for name, form in (("round", _ROUND), ("parent", _PARENT)):
        if not form.fullmatch(own[name]):
            raise MalformedBlob(f"metadata: {name} cannot be {own[name][:_MAX_NAME]!r}")
    parent = bytes.fromhex(own["parent"].removeprefix("0x"))
    try:
        return BlobMeta(task=own["task"], round=int(own["round"]), author=own["author"], parent=parent)
    except CodecError as error:
        raise MalformedBlob(f"metadata: {error.message[:_MAX_NAME]}") from error


def _check_meta(found: BlobMeta, expected: BlobMeta | ExpectedMeta) -> None:
    for field in fields(BlobMeta):
        want, have = getattr(expected, field.name), getattr(found, field.name)
        if want is not None and want != have:
            raise MalformedBlob(f"metadata: {field.name} is {_plain(have)}, expected {_plain(want)}")


def _plain(value: object) -> object:
    return f"0x{value.hex()}" if isinstance(value, bytes) else value


def _finite_values(name: str, data: bytearray, shape: tuple[int, ...]) -> NDArray[np.float32]:
    values = np.frombuffer(data, _LITTLE)
    for part in _parts(values):
        if not np.isfinite(part).all():
            raise MalformedBlob(f"tensor {name!r} holds NaN or infinity")
        if (part.view(np.uint32) == _NEGATIVE_ZERO).any():
            raise MalformedBlob(f"tensor {name!r} holds a negative zero")
    return values.reshape(shape).astype(np.float32, copy=False)
