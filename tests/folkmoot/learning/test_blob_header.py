"""The header as a text; what its blobs may hold is tested with the codec."""

import json

import pytest

from folkmoot.errors import MalformedBlob
from folkmoot.learning.blob_header import checked_header, header, peeked_meta
from folkmoot.learning.blob_meta import BlobMeta, ExpectedMeta

META = BlobMeta(task="0x" + "1a" * 20, round=7, author="0x" + "2b" * 20, parent=bytes(range(32)))
SHAPES: dict[str, tuple[int, ...]] = {"a": (), "b": (2, 3)}
TEXT = header(SHAPES, META)[8:]


def test_a_header_is_its_length_and_a_padded_text() -> None:
    assert int.from_bytes(header(SHAPES, META)[:8], "little") == len(TEXT)
    assert len(TEXT) % 8 == 0
    described = json.loads(TEXT)
    assert list(described) == ["__metadata__", "a", "b"]
    assert described["b"] == {"dtype": "F32", "shape": [2, 3], "data_offsets": [4, 28]}


def test_what_was_written_is_read() -> None:
    assert checked_header(TEXT, SHAPES, META) == checked_header(TEXT, SHAPES, ExpectedMeta(round=7)) == META
    assert peeked_meta(TEXT) == META


@pytest.mark.parametrize("text", [TEXT + b" " * 8, b" " * 8 + TEXT, TEXT.replace(b":", b": "), TEXT.rstrip() + b"\n"])
def test_no_other_text_says_the_same(text: bytes) -> None:
    assert peeked_meta(text) == META
    with pytest.raises(MalformedBlob, match="not in canonical form"):
        checked_header(text, SHAPES, META)


@pytest.mark.parametrize("shapes", [{"a": ()}, {**SHAPES, "c": (1,)}, {"a": (), "b": (3, 2)}, {"a": (1,), "b": (2, 3)}])
def test_it_describes_just_these_tensors(shapes: dict[str, tuple[int, ...]]) -> None:
    with pytest.raises(MalformedBlob, match=r"tensor '[abc]' (is|has)"):
        checked_header(TEXT, shapes, META)
