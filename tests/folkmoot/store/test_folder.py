"""A store in a folder: what its files may be, and what their writers leave."""

import errno
import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from folkmoot.errors import BlobCorrupt, BlobMissing, BlobTooLarge, StoreError
from folkmoot.store import LocalStore, cid, pointer
from tests.support.store_cases import ABSENT, BIG, BLOB, StoreCases
from tests.support.store_memory import ALLOWED, LARGE, measure

ROOT = Path(__file__).parents[3]


class TestFolder(StoreCases):
    @pytest.fixture
    def store(self, tmp_path: Path) -> LocalStore:
        return LocalStore(tmp_path / "blobs")


@pytest.fixture
def local(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path)


def test_a_file_is_named_by_the_cid_of_its_content(local: LocalStore, tmp_path: Path) -> None:
    name = local.put(BLOB)
    assert [file.name for file in tmp_path.iterdir()] == [cid(name)]
    assert (tmp_path / cid(name)).read_bytes() == BLOB


def test_a_second_store_on_the_same_directory_sees_the_blob(local: LocalStore, tmp_path: Path) -> None:
    assert LocalStore(tmp_path).get(local.put(BLOB), limit=len(BLOB)) == BLOB


DAMAGES = {"empty": b"", "cut": BLOB[:-1], "longer": BLOB + b"\0", "bit": b"A" + BLOB[1:]}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_corrupt_until_it_is_put_again(local: LocalStore, tmp_path: Path, damage: bytes) -> None:
    name = local.put(BLOB)
    assert local.has(name, limit=BIG)
    (tmp_path / cid(name)).write_bytes(damage)
    assert not local.has(name, limit=BIG)
    with pytest.raises(BlobCorrupt, match="other content"):
        local.get(name, limit=BIG)
    local.put(BLOB)
    assert local.has(name, limit=BIG)
    assert local.get(name, limit=BIG) == BLOB


def test_no_time_that_a_writer_sets_hides_damage(local: LocalStore, tmp_path: Path) -> None:
    file = tmp_path / cid(local.put(BLOB))
    assert local.has(pointer(BLOB), limit=BIG)
    before = file.stat()
    with file.open("r+b") as opened:
        opened.write(b"A")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    assert not local.has(pointer(BLOB), limit=BIG)


def garbage(place: Path) -> None:
    place.write_bytes(b"x" * 5)


def sparse(place: Path) -> None:
    """Reading it would exhaust the memory."""
    with place.open("wb") as file:
        file.truncate(BIG)


def full_folder(place: Path) -> None:
    (place / "inner").mkdir(parents=True)


def socket(place: Path) -> None:
    os.mknod(place, stat.S_IFSOCK | 0o600)


def loop(place: Path) -> None:
    place.symlink_to(place.name)


def dangling(place: Path) -> None:
    place.symlink_to("nowhere")


def unreadable(place: Path) -> None:
    place.write_bytes(BLOB)
    place.chmod(0)


POISONS = [garbage, sparse, os.mkfifo, Path.mkdir, full_folder, socket, loop, dangling]


@pytest.mark.parametrize("poison", POISONS, ids=lambda poison: poison.__name__)
def test_whatever_lies_under_a_name_is_a_fault_of_that_name_and_is_replaced(
    local: LocalStore, tmp_path: Path, poison: Callable[[Path], Any]
) -> None:
    name, other = pointer(BLOB), local.put(b"another")
    poison(tmp_path / cid(name))
    assert not local.has(name, limit=BIG - 1)
    with pytest.raises((BlobCorrupt, BlobTooLarge, BlobMissing)):
        local.get(name, limit=BIG - 1)
    assert local.has(other, limit=BIG)
    assert local.put(BLOB) == name
    assert local.get(name, limit=BIG) == BLOB
    assert {file.name for file in tmp_path.iterdir()} == {cid(name), cid(other)}


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read_is_a_fault_of_its_name(local: LocalStore, tmp_path: Path) -> None:
    unreadable(tmp_path / cid(pointer(BLOB)))
    with pytest.raises(BlobCorrupt, match="cannot be read: Permission denied"):
        local.get(pointer(BLOB), limit=BIG)
    local.put(BLOB)
    assert local.get(pointer(BLOB), limit=BIG) == BLOB


@pytest.mark.parametrize(("folder", "file"), [(0o777, 0o666), (0o770, 0o660), (0o755, 0o644), (0o700, 0o600)])
def test_a_blob_has_the_permissions_of_the_folder_whatever_the_umask(tmp_path: Path, folder: int, file: int) -> None:
    tmp_path.chmod(folder)
    before = os.umask(0o077)
    try:
        name = LocalStore(tmp_path).put(BLOB)
    finally:
        os.umask(before)
    assert (tmp_path / cid(name)).stat().st_mode & 0o777 == file


def test_what_is_there_is_not_written_again(local: LocalStore, tmp_path: Path) -> None:
    name = local.put(BLOB)
    before = (tmp_path / cid(name)).stat()
    local.put(BLOB)
    assert (tmp_path / cid(name)).stat() == before


def test_a_file_in_place_of_the_directory_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match=r"cannot open the blob store .*file"):
        LocalStore(tmp_path / "file")


def test_only_writing_makes_a_directory(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "new" / "blobs")
    assert not store.has(ABSENT, limit=BIG)
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


def test_leavings_that_cannot_be_cleared_stand_in_no_ones_way(tmp_path: Path) -> None:
    (tmp_path / "folder.part" / "inner").mkdir(parents=True)
    (tmp_path / "loop.part").symlink_to("loop.part")
    for left in ("folder.part", "loop.part"):
        os.utime(tmp_path / left, (0, time.time() - 25 * 3600), follow_symlinks=False)
    name = LocalStore(tmp_path).put(BLOB)
    assert {file.name for file in tmp_path.iterdir()} == {cid(name)}


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
            for name in (name for name in names if store.has(name, limit=BIG)):
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
        while sum(store.has(name, limit=BIG) for name in names) < blobs:
            time.sleep(0.001)
        time.sleep(later)
        writer.kill()
    whole = [name for name in names if store.has(name, limit=BIG)]
    assert [len(store.get(name, limit=3_000_000)) for name in whole] == [3_000_000] * len(whole)
    assert len(whole) >= blobs


def test_a_large_blob_is_written_and_read_in_bounded_memory(tmp_path: Path) -> None:
    assert measure(LocalStore, [str(tmp_path)], LARGE).read < ALLOWED


@pytest.mark.parametrize(
    ("number", "hint"),
    [(errno.ENOENT, "is mounted"), (errno.EROFS, "read-only"), (errno.ENOSPC, "make room"), (errno.EIO, "of yours")],
)
def test_what_is_wrong_with_the_folder_has_its_own_hint(
    number: int, hint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(number, "so it is")

    store = LocalStore(tmp_path)
    monkeypatch.setattr("folkmoot.store.folder.os.fchmod", fail)
    with pytest.raises(StoreError, match=hint):
        store.put(b"blob")
