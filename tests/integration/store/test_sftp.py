"""Blobs in a folder on a real SSH server: in others' hands, and behind bad connections."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import pytest

from folkmoot.errors import BlobCorrupt, BlobMissing, StoreError
from folkmoot.store import cid, pointer
from folkmoot.store.content import Anew
from folkmoot.store.sftp import SftpStore
from folkmoot.testing.sftp_server import SftpServer, sftp_server
from tests.support.cutting_proxy import CuttingProxy, cutting_proxy
from tests.support.store_cases import BIG, BLOB, StoreCases
from tests.support.store_memory import ALLOWED, LARGE, measure
from tools.workcopy import ROOT

MIB = 1 << 20
LONG_AGO = 1_000_000_000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    with sftp_server(tmp_path_factory.mktemp("sftp")) as server:
        yield server


@pytest.fixture
def store(server: SftpServer) -> SftpStore:
    return server.connect()


@pytest.fixture
def proxy(server: SftpServer) -> Iterator[CuttingProxy]:
    with cutting_proxy(server.port) as proxy:
        yield proxy


def place(server: SftpServer, name: bytes) -> Path:
    """The file that the server has for a blob."""
    return server.root / "blobs" / cid(name)


class TestSftp(StoreCases):
    @pytest.fixture
    def store(self, server: SftpServer) -> SftpStore:
        return server.connect()


def test_a_file_is_a_blob_under_its_cid_with_the_folders_permissions(server: SftpServer, store: SftpStore) -> None:
    store.put(BLOB)
    (server.root / "blobs").chmod(0o775)
    name = store.put(b"plainly there")
    assert place(server, name).read_bytes() == b"plainly there"
    assert place(server, name).stat().st_mode & 0o777 == 0o664
    assert not list((server.root / "blobs").glob("*.part"))


def test_a_folder_may_be_below_the_users_home_and_is_made(server: SftpServer) -> None:
    store = SftpStore(server.url("/~/pilot%20run/blobs"), server.key, server.known_hosts)
    with pytest.raises(BlobMissing):
        store.get(pointer(BLOB), limit=BIG)
    name = store.put(BLOB)
    assert (server.root / "pilot run" / "blobs" / cid(name)).read_bytes() == BLOB


# ------------------------------------------------------------------- poisoned names


@pytest.mark.parametrize("garbage", [b"", b"garbage", BLOB[:-1], BLOB + b"x", BLOB[:-1] + b"x"], ids=len)
def test_garbage_under_a_blobs_name_is_replaced(server: SftpServer, store: SftpStore, garbage: bytes) -> None:
    name = store.put(BLOB)
    place(server, name).write_bytes(garbage)
    assert not store.has(name, limit=BIG)
    with pytest.raises(BlobCorrupt, match=cid(name)):
        store.get(name, limit=BIG)
    assert store.put(BLOB) == name
    assert store.get(name, limit=BIG) == BLOB


def make_folder(at: Path) -> None:
    (at / "deep" / "deeper").mkdir(parents=True)
    (at / "deep" / "file").write_bytes(b"x")


def link_to_blob(at: Path) -> None:
    target = at.with_name("elsewhere")
    target.write_bytes(b"poisoned")
    at.symlink_to(target.name)


POISON: dict[str, Callable[[Path], None]] = {
    "folder": make_folder,
    "empty folder": Path.mkdir,
    "link": link_to_blob,
    "link to a folder": lambda at: at.symlink_to("."),
    "link to nothing": lambda at: at.symlink_to("nothing"),
    "link to itself": lambda at: at.symlink_to(at.name),
    "pipe": os.mkfifo,
}


@pytest.mark.parametrize("kind", POISON)
def test_other_things_in_place_of_a_file_are_corrupt_and_replaced(
    server: SftpServer, store: SftpStore, kind: str
) -> None:
    blob = b"poisoned"
    name = store.put(blob)
    at = place(server, name)
    at.unlink()
    POISON[kind](at)
    assert not store.has(name, limit=BIG)
    with pytest.raises(BlobCorrupt, match="is not a regular file"):
        store.get(name, limit=BIG)
    assert store.put(blob) == name
    assert store.get(name, limit=BIG) == blob
    assert at.is_file()
    assert not at.is_symlink()
    assert not list(at.parent.glob("*.part"))


@pytest.mark.parametrize("size", [0, 1, 3])
def test_a_blob_that_becomes_shorter_while_it_is_read_is_corrupt(
    server: SftpServer, store: SftpStore, size: int
) -> None:
    name = store.put(bytes(4 * MIB))
    said = store._stamp(cid(name))
    place(server, name).write_bytes(bytes(size * MIB))
    with patch.object(store, "_stamp", lambda _: said), pytest.raises(BlobCorrupt, match=cid(name)):
        store.get(name, limit=BIG)


def test_a_change_within_the_second_is_seen(server: SftpServer, store: SftpStore) -> None:
    """A file's time has whole seconds in this protocol: one that is young is read again."""
    name = store.put(BLOB)
    now = time.time()
    os.utime(place(server, name), (now, now))
    assert store.has(name, limit=BIG)
    place(server, name).write_bytes(BLOB[:-1] + b"x")
    os.utime(place(server, name), (now, now))
    assert not store.has(name, limit=BIG)


# ------------------------------------------------------------------- connections


def test_content_is_read_once_while_its_stamp_stays(server: SftpServer, proxy: CuttingProxy) -> None:
    blob = os.urandom(8 * MIB)
    name = server.connect().put(blob)
    os.utime(place(server, name), (LONG_AGO, LONG_AGO))
    counted = server.connect(proxy.port)
    assert [counted.has(name, limit=BIG) for _ in range(5)] == [True] * 5
    assert len(blob) < proxy.sent < 1.2 * len(blob)
    assert proxy.connections == 1
    place(server, name).write_bytes(blob[:-1] + bytes([blob[-1] ^ 1]))
    assert not counted.has(name, limit=BIG)
    assert proxy.sent > 2 * len(blob)


def test_a_large_blob_is_written_and_read_in_bounded_memory(server: SftpServer, proxy: CuttingProxy) -> None:
    size = LARGE // 4  # it takes its time to encrypt
    memory = measure(SftpStore, [server.url(port=proxy.port), str(server.key), str(server.known_hosts)], size)
    assert memory.read < ALLOWED
    assert memory.read - memory.before < size / 2
    assert 2 * size < proxy.sent < 2.4 * size  # once to verify it and once to read it


@pytest.mark.parametrize("cuts", [[5 * MIB], [3 * MIB] * 3], ids=len)
def test_a_read_that_is_cut_goes_on_where_it_ended(server: SftpServer, proxy: CuttingProxy, cuts: list[int]) -> None:
    blob = os.urandom(16 * MIB)
    name = server.connect().put(blob)
    proxy.cuts = list(cuts)
    assert server.connect(proxy.port).get(name, limit=BIG) == blob
    assert not proxy.cuts
    assert proxy.connections == len(cuts) + 1
    assert len(blob) < proxy.sent < 1.6 * len(blob)


def test_a_read_that_never_gets_on_ends(server: SftpServer, store: SftpStore, proxy: CuttingProxy) -> None:
    name = store.put(bytes(MIB))
    proxy.cuts = [MIB // 2] * 100
    with pytest.raises(StoreError, match="does not answer"):
        server.connect(proxy.port).get(name, limit=BIG)
    assert proxy.cuts


def test_a_server_that_is_killed_is_told_and_works_again(tmp_path: Path) -> None:
    with sftp_server(tmp_path) as server:
        store = server.connect()
        name = store.put(BLOB)
        server.kill()
        for ask in (lambda: store.get(name, limit=BIG), lambda: store.has(name, limit=BIG), lambda: store.put(BLOB)):
            with pytest.raises(StoreError, match=r"does not answer .*check the host and port"):
                ask()
        server.start()
        assert store.get(name, limit=BIG) == BLOB
        server.kill()
        server.start()
        assert store.get(store.put(b"another"), limit=BIG) == b"another"


def test_a_server_that_hangs_is_told_and_works_again(tmp_path: Path) -> None:
    with sftp_server(tmp_path) as server, patch("folkmoot.store.ssh.STEP_S", 1):
        store = server.connect()
        name = store.put(BLOB)
        assert server.process
        server.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, server.process.pid, os.WSTOPPED)  # all of its threads
        for ask in (lambda: store.get(name, limit=BIG), lambda: store.put(BLOB)):
            with pytest.raises(StoreError, match="does not answer"):
                ask()
        server.process.send_signal(signal.SIGCONT)
        assert store.get(name, limit=BIG) == BLOB


WRITING = """
import sys
from folkmoot.store.sftp import SftpStore
SftpStore(*sys.argv[1:]).put(bytes(range(256)) * (1 << 19))
"""


def test_a_file_that_is_half_written_is_never_seen(server: SftpServer, store: SftpStore) -> None:
    store.put(BLOB)
    blob = bytes(range(256)) * (1 << 19)
    name = pointer(blob)
    command = [sys.executable, "-c", WRITING, server.url(), str(server.key), str(server.known_hosts)]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(ROOT / "offchain")}) as writer:
        while not (half := list(place(server, name).parent.glob(f"{cid(name)}.*.part"))):
            assert writer.poll() is None
        while half[0].stat().st_size < 2 * MIB:
            assert writer.poll() is None
        writer.kill()
    assert 2 * MIB <= half[0].stat().st_size < len(blob)
    assert not place(server, name).exists()
    assert not store.has(name, limit=BIG)
    store.put(blob)
    assert store.has(name, limit=BIG)
    half[0].unlink()


def test_a_write_that_is_cut_goes_on_where_it_ended(server: SftpServer, proxy: CuttingProxy) -> None:
    blob = os.urandom(16 * MIB)
    store = server.connect(proxy.port)
    assert not store.has(pointer(blob), limit=BIG)
    first, passes = proxy.sent, []

    def pieces() -> Iterator[bytes]:
        passes.append(len(passes))
        for start in range(0, len(blob), MIB):
            if len(passes) > 1 and start in {3 * MIB, 9 * MIB}:
                proxy.cuts = [1]
            yield blob[start : start + MIB]

    name = store.put(Anew(pieces))
    assert (len(passes), proxy.cuts, proxy.connections) == (2, [], 3)
    assert place(server, name).read_bytes() == blob
    assert not list(place(server, name).parent.glob(f"{cid(name)}.*.part"))
    assert first < proxy.sent < MIB


def test_a_write_that_never_gets_on_leaves_nothing_under_the_name(server: SftpServer, proxy: CuttingProxy) -> None:
    blob = os.urandom(4 * MIB)
    name = pointer(blob)
    store = server.connect(proxy.port)
    assert not store.has(name, limit=BIG)
    proxy.cuts = [proxy.sent + 1000] + [500] * 4  # answers to what is written, then to whoever connects
    with pytest.raises(StoreError, match="does not answer"):
        store.put(blob)
    assert not proxy.cuts
    assert not list(place(server, name).parent.glob(f"{cid(name)}*"))
    store.put(blob)
    assert store.get(name, limit=BIG) == blob
