"""A blob's bytes, at once or in pieces."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from folkmoot.store import Bytes, pointer
from folkmoot.store.content import chunked, hashed, measured, pieces
from folkmoot.store.pointer import CHUNK, PointerHash

BLOB = random.Random(1).randbytes(3 * CHUNK + 17)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_bytes_are_one_piece(kind: Callable[[bytes], Bytes]) -> None:
    assert list(pieces(kind(BLOB))) == [BLOB]


@pytest.mark.parametrize("size", [1_000, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 4 * CHUNK])
def test_pieces_of_any_size_become_chunks(size: int) -> None:
    cut = [memoryview(BLOB)[start : start + size] for start in range(0, len(BLOB), size)]
    made = list(chunked([b"", *cut, b""]))
    assert list(map(len, made)) == [CHUNK] * 3 + [17]
    assert b"".join(made) == BLOB
    assert measured(cut) == measured(BLOB) == (pointer(BLOB), len(BLOB))


def test_no_bytes_are_no_chunks() -> None:
    assert list(chunked(b"")) == list(chunked([])) == list(chunked([b"", b""])) == []
    assert measured([]) == (pointer(b""), 0)


def test_numbers_are_bytes_too() -> None:
    numbers = np.arange(10, dtype=np.float32)
    assert list(chunked([numbers.data], 16)) == [numbers.tobytes()[start : start + 16] for start in (0, 16, 32)]


def test_the_pointer_is_made_on_the_way() -> None:
    found = PointerHash()
    sizes = [found.size for _ in hashed(BLOB, found)]
    assert sizes == [CHUNK, 2 * CHUNK, 3 * CHUNK, len(BLOB)]
    assert found.digest() == pointer(BLOB)
