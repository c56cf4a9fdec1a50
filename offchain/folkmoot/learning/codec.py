"""Models and updates as bytes: canonical safetensors, float32 only, so that equal content always has one pointer.

The encoding is the safetensors format (https://github.com/huggingface/safetensors#format) with every choice made: the
header is ASCII JSON without white space, `__metadata__` first (author, parent, round, task), then the tensors sorted
by name, each with dtype, shape and data_offsets in this order. Spaces pad it to a multiple of 8 bytes. The data follow
in the same order without gaps, little-endian, all finite, zeros positive. Any other encoding is malformed.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate, chain
from math import isfinite, prod
from types import MappingProxyType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from folkmoot.errors import CodecError, MalformedBlob
from folkmoot.learning.blob_header import MAX_NAME, METADATA, checked_header, header, peeked_meta
from folkmoot.learning.blob_meta import MAX_ROUND, POINTER, BlobMeta, ExpectedMeta

Bytes = bytes | bytearray | memoryview

_LITTLE = np.dtype("<f4")
_NEGATIVE_ZERO = np.iinfo(np.int32).min
_PART = 1 << 16  # numbers: as many as a processor's cache holds
_PART_SIZE = _PART * _LITTLE.itemsize
_LENGTH = 8  # bytes before the header, which say how long it is
_MAX_HEADER = 100_000_000  # bytes, as in the safetensors library
_ODD_HEADER = 1 << 16  # bytes by which a header that is not as expected may be longer, to be told what is wrong with it


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


class Encoding:
    """The one encoding of some tensors, in pieces of at most 256 KiB that are made anew whenever it is iterated.

    They are made of the tensors themselves, which must not change until then.
    """

    def __init__(self, tensors: Mapping[str, NDArray[np.float32]], meta: BlobMeta) -> None:
        """Raises `CodecError` for arrays that are not float32, and for names that `TensorSpec` refuses."""
        spec = TensorSpec.of(tensors)
        for name in spec.shapes:
            if tensors[name].dtype != np.float32:
                raise CodecError(f"tensor {name!r} is {tensors[name].dtype}, not float32")
        self._tensors = {name: tensors[name] for name in spec.shapes}
        self._header = header(spec.shapes, meta)
        self.size = len(self._header) + spec.values * _LITTLE.itemsize  # in bytes

    def __iter__(self) -> Iterator[Bytes]:
        """Raises `CodecError` for NaN and infinity."""
        yield self._header
        for name, tensor in self._tensors.items():
            values = tensor.reshape(-1) if tensor.flags.c_contiguous else tensor.flat
            for start in range(0, tensor.size, _PART):
                yield _canonical(name, values[start : start + _PART]).view(np.uint8).data


def max_blob_size(spec: TensorSpec) -> int:
    """Size in bytes of the largest blob of such tensors; it varies by a few bytes with the round's digits."""
    return _LENGTH + _max_header(spec) + spec.values * _LITTLE.itemsize


def encode(tensors: Mapping[str, NDArray[np.float32]], meta: BlobMeta) -> Encoding:
    """The one encoding of these tensors, negative zeros written as positive ones; the arrays are not changed.

    Raises `CodecError` for arrays that are not float32 and for names that `TensorSpec` refuses at once, and for NaN and
    infinity when it comes to them.
    """
    return Encoding(tensors, meta)


def decode(
    pieces: Iterable[Bytes], spec: TensorSpec, *, limit: int, meta: BlobMeta | ExpectedMeta
) -> dict[str, NDArray[np.float32]]:
    """The tensors of a blob as fresh, writable arrays in the spec's order.

    Raises `MalformedBlob`, and nothing else whatever the bytes, unless the blob has at most `limit` bytes, holds
    exactly the tensors of `spec`, all finite, says of itself what `meta` expects, and is encoded canonically. Nothing
    is read after what is malformed, and little is held beside the tensors.
    """
    stream = iter(pieces)
    found, rest = _split(stream, _max_header(spec) + _ODD_HEADER)
    checked_header(found, spec.shapes, meta)
    size = _LENGTH + len(found) + spec.values * _LITTLE.itemsize
    if size > limit:
        raise MalformedBlob(f"{size} bytes, allowed are {limit}")
    values = _values(chain([rest], stream), spec)
    tensors, start = {}, 0
    for name, shape in spec.shapes.items():
        tensors[name] = values[start : start + prod(shape)].reshape(shape)
        start += prod(shape)
    return tensors


def peek_meta(data: bytes, *, limit: int) -> BlobMeta:
    """What a blob of at most `limit` bytes says about itself. Raises `MalformedBlob`.

    It proves nothing of the tensors.
    """
    if len(data) > limit:
        raise MalformedBlob(f"{len(data)} bytes, allowed are {limit}")
    return peeked_meta(_split(iter([data]), _MAX_HEADER)[0])


def _max_header(spec: TensorSpec) -> int:
    zero = "0x" + "0" * 40
    longest = BlobMeta(task=zero, round=MAX_ROUND, author=zero, parent=bytes(POINTER))
    return len(header(spec.shapes, longest)) - _LENGTH


def _check_tensor(name: str, shape: tuple[int, ...]) -> None:
    if not (1 <= len(name) <= MAX_NAME and name.isascii() and name.isprintable() and name != METADATA):
        raise CodecError(f"not a tensor's name: {name[:MAX_NAME]!r}", hint="use 1 to 200 printable ASCII characters")
    if any(size < 1 for size in shape):
        raise CodecError(f"tensor {name!r} has the shape {list(shape)}: every dimension must be at least 1")


def _canonical(name: str, part: NDArray[np.float32]) -> NDArray[np.float32]:
    """The part itself, or a copy without negative zeros."""
    if not _is_canonical(part):
        if not np.isfinite(part).all():
            raise CodecError(f"tensor {name!r} holds NaN or infinity", hint="the training diverged: lower its rate")
        part = part.copy()
        bits = part.view(np.int32)
        bits[bits == _NEGATIVE_ZERO] = 0  # by bits: arithmetic would also flush subnormals where the processor does
    return part.astype(_LITTLE, copy=False)


def _is_canonical(part: NDArray[np.float32]) -> bool:
    """Whether all are finite, and none is the negative zero, whose bits are the least number of all that have 32."""
    return isfinite(part.max()) and isfinite(part.min()) and part.view(np.int32).min() > _NEGATIVE_ZERO


def _split(stream: Iterator[Bytes], most: int) -> tuple[bytes, memoryview]:
    """The header, of `most` bytes at most, and what follows it in its last piece."""
    head, rest, needed = bytearray(), memoryview(b""), _LENGTH
    for piece in stream:
        rest = memoryview(piece).cast("B")
        while rest and len(head) < needed:
            taken = needed - len(head)
            head += rest[:taken]
            rest = rest[taken:]
            if len(head) == _LENGTH:
                length = int.from_bytes(head, "little")
                if not 0 < length <= most:
                    raise MalformedBlob(f"not a safetensors file: a header of {length} bytes, allowed are {most}")
                needed += length
        if len(head) == needed:
            return bytes(head[_LENGTH:]), rest
    raise MalformedBlob(f"not a safetensors file: it ends in its header, after {len(head)} bytes")


def _values(pieces: Iterable[Bytes], spec: TensorSpec) -> NDArray[np.float32]:
    """All numbers, which are checked while they are in the processor's cache."""
    values = np.empty(spec.values, _LITTLE)
    target, end = values.view(np.uint8), 0
    for piece in pieces:
        source = np.frombuffer(piece, np.uint8)
        if end + source.size > target.size:
            raise MalformedBlob("not a safetensors file: it goes on after its last tensor")
        for start in range(0, source.size, _PART_SIZE):
            part = source[start : start + _PART_SIZE]
            target[end : end + part.size] = part
            _check(values, end // _LITTLE.itemsize, (end + part.size) // _LITTLE.itemsize, spec)
            end += part.size
    if end < target.size:
        raise MalformedBlob(f"not a safetensors file: it ends after {end} of {target.size} bytes of tensors")
    return values.astype(np.float32, copy=False)


def _check(values: NDArray[np.float32], start: int, end: int, spec: TensorSpec) -> None:
    part = values[start:end]
    if part.size and not _is_canonical(part):
        infinite = ~np.isfinite(part)
        wrong = infinite if infinite.any() else part.view(np.int32) == _NEGATIVE_ZERO
        what = "NaN or infinity" if wrong is infinite else "a negative zero"
        raise MalformedBlob(f"tensor {_name_at(start + int(wrong.argmax()), spec)!r} holds {what}")


def _name_at(place: int, spec: TensorSpec) -> str:
    """The tensor that holds the number at this place among all."""
    ends = accumulate(map(prod, spec.shapes.values()))
    return next(name for name, end in zip(spec.shapes, ends, strict=True) if place < end)
