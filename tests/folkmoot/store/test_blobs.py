import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from folkmoot.errors import BlobCorrupt, BlobMissing, BlobTooLarge, InvalidPointer, StoreError
from folkmoot.store import BlobStore, LocalStore, MemoryStore, cid, pointer

ROOT = Path(__file__).parents[3]
BLOB = b"a model" * 100
ABSENT = bytes(32)
BIG = 1 << 40


@pytest.fixture(params=[LocalStore, lambda _: MemoryStore()], ids=["local", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    make: Callable[[Path], BlobStore] = request.param
    return make(tmp_path / "blobs")


@pytest.fixture
def local(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path)


@pytest.mark.parametrize("blob", [b"", b"x", BLOB, bytes(600_000)], ids=len)
def test_what_was_put_comes_back(store: BlobStore, blob: bytes) -> None:
    name = store.put(blob)
    assert name == pointer(blob)
    assert store.has(name)
    assert store.get(name, limit=len(blob)) == blob


def test_putting_twice_changes_nothing(store: BlobStore) -> None:
    assert store.put(BLOB) == store.put(BLOB)
    assert store.get(pointer(BLOB), limit=len(BLOB)) == BLOB


def test_blobs_do_not_mix(store: BlobStore) -> None:
    names = [store.put(bytes([number]) * 1000) for number in range(20)]
    assert [store.get(name, limit=1000)[0] for name in names] == list(range(20))


def test_an_absent_blob_is_missing(store: BlobStore) -> None:
    assert not store.has(ABSENT)
    with pytest.raises(BlobMissing, match=cid(ABSENT)):
        store.get(ABSENT, limit=BIG)


def test_a_blob_one_byte_over_the_limit_is_too_large(store: BlobStore) -> None:
    name = store.put(BLOB)
    with pytest.raises(BlobTooLarge, match=f"{cid(name)} has 700 bytes, allowed are 699"):
        store.get(name, limit=len(BLOB) - 1)


@pytest.mark.parametrize("name", [b"", bytes(31), bytes(33), b"../../../../../../../etc/password"[:31]])
def test_what_is_no_pointer_is_refused(store: BlobStore, name: bytes) -> None:
    with pytest.raises(InvalidPointer):
        store.has(name)
    with pytest.raises(InvalidPointer):
        store.get(name, limit=BIG)


def test_a_caller_that_changes_its_buffer_does_not_change_the_blob(store: BlobStore) -> None:
    buffer = bytearray(BLOB)
    name = store.put(buffer)  # type: ignore[arg-type]
    buffer[0] ^= 1
    assert store.get(name, limit=len(BLOB)) == BLOB


def test_a_file_is_named_by_the_cid_of_its_content(local: LocalStore, tmp_path: Path) -> None:
    name = local.put(BLOB)
    assert [file.name for file in tmp_path.iterdir()] == [cid(name)]
    assert (tmp_path / cid(name)).read_bytes() == BLOB


def test_a_second_store_on_the_same_directory_sees_the_blob(local: LocalStore, tmp_path: Path) -> None:
    assert LocalStore(tmp_path).get(local.put(BLOB), limit=len(BLOB)) == BLOB


@pytest.mark.parametrize(
    "damage", [b"", BLOB[:-1], BLOB + b"\0", b"A" + BLOB[1:]], ids=["empty", "cut", "longer", "bit"]
)
def test_a_damaged_file_is_corrupt_until_it_is_put_again(local: LocalStore, tmp_path: Path, damage: bytes) -> None:
    name = local.put(BLOB)
    (tmp_path / cid(name)).write_bytes(damage)
    with pytest.raises(BlobCorrupt, match="other content"):
        local.get(name, limit=BIG)
    local.put(BLOB)
    assert local.get(name, limit=BIG) == BLOB


def test_a_huge_file_is_refused_unread(local: LocalStore, tmp_path: Path) -> None:
    with (tmp_path / cid(ABSENT)).open("wb") as file:
        file.truncate(BIG)  # sparse; reading it would exhaust the memory
    with pytest.raises(BlobTooLarge):
        local.get(ABSENT, limit=BIG - 1)


def test_a_pipe_in_place_of_a_file_does_not_make_readers_wait(local: LocalStore, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / cid(ABSENT))
    with pytest.raises(BlobCorrupt, match="not a regular file"):
        local.get(ABSENT, limit=BIG)
    assert not local.has(ABSENT)


def test_a_directory_in_place_of_a_file_is_corrupt(local: LocalStore, tmp_path: Path) -> None:
    (tmp_path / cid(ABSENT)).mkdir()
    with pytest.raises(BlobCorrupt, match="not a regular file"):
        local.get(ABSENT, limit=BIG)


def test_a_link_that_leads_round_in_a_circle_is_a_store_error(local: LocalStore, tmp_path: Path) -> None:
    (tmp_path / cid(ABSENT)).symlink_to(cid(ABSENT))
    with pytest.raises(StoreError, match="cannot read from the blob store"):
        local.get(ABSENT, limit=BIG)


def test_a_file_in_place_of_the_directory_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match=r"cannot open the blob store .*file"):
        LocalStore(tmp_path / "file")


def test_only_writing_makes_a_directory(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "new" / "blobs")
    assert not store.has(ABSENT)
    with pytest.raises(BlobMissing, match=r"there is no blob store .*blobs"):
        store.get(ABSENT, limit=BIG)
    assert not list(tmp_path.iterdir())
    assert store.get(store.put(BLOB), limit=BIG) == BLOB


def test_a_directory_that_vanished_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir()
    store = LocalStore(tmp_path / "blobs")
    (tmp_path / "blobs").rmdir()
    with pytest.raises(StoreError, match="cannot write to the blob store"):
        store.put(BLOB)


def test_opening_clears_what_crashed_writers_left_a_day_ago(tmp_path: Path) -> None:
    old, young = tmp_path / "old.part", tmp_path / "young.part"
    for file in (old, young):
        file.write_bytes(BLOB)
    os.utime(old, (0, time.time() - 25 * 3600))
    kept = LocalStore(tmp_path).put(BLOB)
    assert {file.name for file in tmp_path.iterdir()} == {"young.part", cid(kept)}


def run(program: str, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_write_that_fails_half_way_leaves_nothing_behind(tmp_path: Path) -> None:
    program = """
import resource, signal, sys
from folkmoot.errors import StoreError
from folkmoot.store import LocalStore
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
try:
    LocalStore(sys.argv[1]).put(bytes(200_000))
except StoreError as error:
    print(error)
"""
    out, err = run(program, str(tmp_path)).communicate(timeout=60)
    assert "cannot write to the blob store" in out, err
    assert "File too large" in out
    assert not list(tmp_path.iterdir())


WRITER = """
import sys
from folkmoot.store import LocalStore
store = LocalStore(sys.argv[1])
print("ready", flush=True)
for turn in range(int(sys.argv[2])):
    for number in range(5):
        store.put(bytes([number]) * 3_000_000)
"""


def test_readers_among_several_writers_see_whole_blobs_or_none(tmp_path: Path) -> None:
    names = [pointer(bytes([number]) * 3_000_000) for number in range(5)]
    store = LocalStore(tmp_path)
    writers = [run(WRITER, str(tmp_path), "4") for _ in range(3)]
    try:
        while any(writer.poll() is None for writer in writers):
            for name in filter(store.has, names):
                assert len(store.get(name, limit=3_000_000)) == 3_000_000
    finally:
        results = [writer.communicate(timeout=60) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0], results
    assert {file.name for file in tmp_path.iterdir()} == {cid(name) for name in names}


@pytest.mark.parametrize(("blobs", "later"), [(0, 0), (0, 0.003), (0, 0.006), (0, 0.009), (1, 0), (2, 0.003)])
def test_a_writer_killed_at_any_moment_leaves_no_broken_blob(tmp_path: Path, blobs: int, later: float) -> None:
    names = [pointer(bytes([number]) * 3_000_000) for number in range(5)]
    store = LocalStore(tmp_path)
    with run(WRITER, str(tmp_path), "1000") as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
        while sum(map(store.has, names)) < blobs:
            time.sleep(0.001)
        time.sleep(later)
        writer.kill()
    whole = [name for name in names if store.has(name)]
    assert [len(store.get(name, limit=3_000_000)) for name in whole] == [3_000_000] * len(whole)
    assert len(whole) >= blobs
