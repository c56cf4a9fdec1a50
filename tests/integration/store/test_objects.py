"""Blobs in a real S3 server, in other clients' hands, behind bad connections and under memory limits."""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import obstore
import pytest
from obstore.store import S3Store

from folkmoot.errors import BlobCorrupt, BlobMissing, ConfigError, StoreError
from folkmoot.store import cid, pointer
from folkmoot.store.content import Anew
from folkmoot.store.objects import ObjectStore
from folkmoot.testing.object_server import MISSING, ObjectServer, binary, object_server
from tests.support.certificates import certify
from tests.support.cutting_proxy import CuttingProxy, cutting_proxy
from tests.support.store_cases import BIG, BLOB, StoreCases
from tests.support.store_memory import ALLOWED, LARGE, measure
from tools.workcopy import ROOT

if not binary():
    pytest.skip(MISSING, allow_module_level=True)

BUCKET, PREFIX = "consortium", "pilot/blobs"
URL = f"s3://{BUCKET}/{PREFIX}"
MIB = 1 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectServer]:
    with object_server(tmp_path_factory.mktemp("s3")) as server:
        server.add_bucket(BUCKET)
        yield server


@pytest.fixture
def store(server: ObjectServer) -> ObjectStore:
    return ObjectStore(URL, server.credentials())


@pytest.fixture
def proxy(server: ObjectServer) -> Iterator[CuttingProxy]:
    with cutting_proxy(server.port) as proxy:
        yield proxy


@pytest.fixture
def other(server: ObjectServer) -> S3Store:
    """Another client, which sees the blobs' names and writes what it likes."""
    return S3Store(BUCKET, prefix=PREFIX, config=server.credentials())  # type: ignore[arg-type]


class TestS3(StoreCases):
    @pytest.fixture
    def store(self, server: ObjectServer) -> ObjectStore:
        return ObjectStore(URL, server.credentials())


def test_an_object_is_a_blob_under_its_cid(server: ObjectServer, store: ObjectStore) -> None:
    name = store.put(b"plainly there")
    assert (server.folder / BUCKET / PREFIX / cid(name)).read_bytes() == b"plainly there"


def test_a_bucket_needs_no_prefix(server: ObjectServer) -> None:
    store = ObjectStore(f"s3://{BUCKET}", server.credentials())
    assert store.get(store.put(BLOB), limit=BIG) == BLOB
    assert (server.folder / BUCKET / cid(pointer(BLOB))).exists()


def test_the_environment_says_where_and_who(server: ObjectServer) -> None:
    settings = {f"AWS_{name.upper()}": value for name, value in server.credentials().items()}
    with patch.dict(os.environ, settings):
        store = ObjectStore(URL)
        assert store.get(store.put(b"by environment"), limit=BIG) == b"by environment"


@pytest.mark.parametrize("garbage", [b"", b"garbage", BLOB[:-1], BLOB + b"x", BLOB[:-1] + b"x"], ids=len)
def test_garbage_under_a_blobs_name_is_replaced(store: ObjectStore, other: S3Store, garbage: bytes) -> None:
    name = store.put(BLOB)
    obstore.put(other, cid(name), garbage)
    assert not store.has(name, limit=BIG)
    with pytest.raises(BlobCorrupt, match=cid(name)):
        store.get(name, limit=BIG)
    assert store.put(BLOB) == name
    assert store.get(name, limit=BIG) == BLOB


@pytest.mark.parametrize("size", [0, 3, 9, 19])
def test_a_blob_that_becomes_shorter_while_it_is_read_is_corrupt(store: ObjectStore, other: S3Store, size: int) -> None:
    name = store.put(bytes(20 * MIB))
    said = store._stamp(cid(name))
    obstore.put(other, cid(name), bytes(size * MIB))
    with patch.object(store, "_stamp", lambda _: said), pytest.raises(BlobCorrupt, match=cid(name)):
        store.get(name, limit=BIG)


def test_objects_below_a_blobs_name_make_room(store: ObjectStore, other: S3Store) -> None:
    """Servers on a file system cannot have an object and others below it."""
    blob = b"is in the way"
    name = pointer(blob)
    for below in ("one", "two/three"):
        obstore.put(other, f"{cid(name)}/{below}", b"x")
    assert not store.has(name, limit=BIG)
    with pytest.raises(BlobMissing):
        store.get(name, limit=BIG)
    store.put(blob)
    assert store.get(name, limit=BIG) == blob


def test_what_cannot_make_room_is_told(server: ObjectServer, other: S3Store) -> None:
    obstore.put(other, "file", b"x")
    store = ObjectStore(f"{URL}/file", server.credentials())
    with pytest.raises(StoreError, match=r"something else is in its place .*prefix"):
        store.put(BLOB)


def test_a_large_blob_is_one_object_or_none(server: ObjectServer, store: ObjectStore) -> None:
    """It goes in parts, which nobody sees before the last one is there."""
    blob = os.urandom(12 * MIB)
    name = store.put(blob)
    assert store.get(name, limit=BIG) == blob
    assert (server.folder / BUCKET / PREFIX / cid(name)).stat().st_size == len(blob)


def parts(server: ObjectServer) -> list[Path]:
    """What there is of uploads that have not ended."""
    return [path for path in (server.folder / BUCKET / ".sgwtmp" / "multipart").rglob("*") if path.is_file()]


WRITING = """
import json, sys
from folkmoot.store.objects import ObjectStore
ObjectStore(*json.load(sys.stdin)).put(bytes(range(256)) * (1 << 20))
"""


def test_an_upload_whose_writer_is_killed_is_never_seen(server: ObjectServer, store: ObjectStore) -> None:
    blob = bytes(range(256)) * (1 << 20)
    name = pointer(blob)
    command, environment = [sys.executable, "-c", WRITING], os.environ | {"PYTHONPATH": str(ROOT / "offchain")}
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, text=True) as writer:
        assert writer.stdin
        writer.stdin.write(json.dumps([URL, server.credentials()]))
        writer.stdin.close()
        while not parts(server):
            assert writer.poll() is None
        writer.kill()
    assert not (server.folder / BUCKET / PREFIX / cid(name)).exists()
    assert not store.has(name, limit=BIG)
    store.put(blob)
    assert store.has(name, limit=BIG)


def test_an_upload_that_fails_is_told_and_leaves_no_parts(tmp_path: Path) -> None:
    """The server cannot write files of a part's size."""
    with object_server(tmp_path) as server:
        server.add_bucket(BUCKET)
        assert server.process
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (3 * MIB, 3 * MIB))
        store = ObjectStore(URL, server.credentials())
        blob = os.urandom(12 * MIB)
        with pytest.raises(StoreError, match=r"answers 500 .*ask who runs it|does not answer"):  # it may hang up
            store.put(blob)
        assert not store.has(pointer(blob), limit=BIG)
        assert not parts(server)
        assert store.get(store.put(BLOB), limit=BIG) == BLOB


# ------------------------------------------------------------------- connections


def test_a_server_that_is_killed_is_told_and_works_again(tmp_path: Path) -> None:
    with object_server(tmp_path) as server:
        server.add_bucket(BUCKET)
        store = ObjectStore(URL, server.credentials())
        name = store.put(BLOB)
        server.kill()
        for ask in (lambda: store.get(name, limit=BIG), lambda: store.has(name, limit=BIG), lambda: store.put(BLOB)):
            with pytest.raises(StoreError, match=r"does not answer .*check that its server runs, and AWS_ENDPOINT_URL"):
                ask()
        server.start()
        assert store.get(name, limit=BIG) == BLOB
        assert store.get(store.put(b"another"), limit=BIG) == b"another"


def test_a_server_that_hangs_is_told_and_works_again(tmp_path: Path) -> None:
    with object_server(tmp_path) as server, patch("folkmoot.store.objects.REQUEST_S", 1):
        server.add_bucket(BUCKET)
        store = ObjectStore(URL, server.credentials())
        name = store.put(BLOB)
        assert server.process
        server.process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, server.process.pid, os.WSTOPPED)  # all of its threads
        for ask in (lambda: store.get(name, limit=BIG), lambda: store.put(BLOB)):
            with pytest.raises(StoreError, match="does not answer"):
                ask()
        server.process.send_signal(signal.SIGCONT)
        assert store.get(name, limit=BIG) == BLOB


@pytest.mark.parametrize("cuts", [[3 * MIB], [MIB, 2 * MIB, 5 * MIB], [MIB] * 20, [200_000] * 21], ids=len)
def test_a_read_that_is_cut_goes_on_where_it_ended(server: ObjectServer, proxy: CuttingProxy, cuts: list[int]) -> None:
    blob = os.urandom(24 * MIB)
    name = ObjectStore(URL, server.credentials()).put(blob)
    store = ObjectStore(URL, server.credentials(proxy.port))
    proxy.cuts = list(cuts)
    assert store.get(name, limit=BIG) == blob
    assert len(proxy.cuts) < len(cuts)
    assert len(blob) < proxy.sent < 1.5 * len(blob)


def test_a_write_that_is_cut_goes_on(server: ObjectServer, proxy: CuttingProxy) -> None:
    blob, passes = os.urandom(24 * MIB), []

    def pieces() -> Iterator[bytes]:
        passes.append(len(passes))
        for start in range(0, len(blob), MIB):
            if len(passes) > 1 and start == 12 * MIB:
                proxy.cuts = [1]
            yield blob[start : start + MIB]

    name = ObjectStore(URL, server.credentials(proxy.port)).put(Anew(pieces))
    assert (len(passes), proxy.cuts) == (2, [])
    assert (server.folder / BUCKET / PREFIX / cid(name)).read_bytes() == blob


def test_a_write_during_which_the_server_is_killed_is_told_and_can_be_done_again(tmp_path: Path) -> None:
    with object_server(tmp_path) as server, patch("folkmoot.store.objects.RETRIES", 1):
        server.add_bucket(BUCKET)
        store, passes = ObjectStore(URL, server.credentials()), []

        def pieces() -> Iterator[bytes]:
            passes.append(len(passes))
            for start in range(24):
                if len(passes) == 2 and start == 12:
                    server.kill()
                yield bytes([start]) * MIB

        blob = Anew(pieces)
        with pytest.raises(StoreError, match="does not answer"):
            store.put(blob)
        server.start()
        assert not store.has(pointer(b"".join(blob)), limit=BIG)
        assert store.get(store.put(blob), limit=BIG) == b"".join(blob)


def test_a_read_that_never_gets_on_ends(server: ObjectServer, store: ObjectStore, proxy: CuttingProxy) -> None:
    name = store.put(BLOB)
    broken = ObjectStore(URL, server.credentials(proxy.port))
    proxy.cuts = [600] * 1000  # the answer to `head`, and not all of the next one's
    with pytest.raises(StoreError, match="does not answer"):
        broken.get(name, limit=BIG)
    assert proxy.cuts


def test_content_is_read_once_while_its_stamp_stays(
    server: ObjectServer, store: ObjectStore, other: S3Store, proxy: CuttingProxy
) -> None:
    blob = os.urandom(10 * MIB)
    name = store.put(blob)
    counted = ObjectStore(URL, server.credentials(proxy.port))
    assert [counted.has(name, limit=BIG) for _ in range(5)] == [True] * 5
    assert len(blob) < proxy.sent < 1.1 * len(blob)
    obstore.put(other, cid(name), blob[:-1] + bytes([blob[-1] ^ 1]))
    assert not counted.has(name, limit=BIG)
    assert proxy.sent > 2 * len(blob)


def test_a_large_blob_is_written_and_read_in_bounded_memory(server: ObjectServer, proxy: CuttingProxy) -> None:
    memory = measure(ObjectStore, [URL, server.credentials(proxy.port)], LARGE)
    assert memory.read < ALLOWED
    assert 2 * LARGE < proxy.sent < 2.2 * LARGE  # once to verify it and once to read it


def test_that_memory_is_measured(server: ObjectServer) -> None:
    memory = measure(ObjectStore, [URL, server.credentials()], 64 * MIB, returning=True)
    assert memory.returned - memory.read > 32 * MIB


# ------------------------------------------------------------------- refusals


@pytest.mark.parametrize(
    ("url", "changes", "message"),
    [
        (URL, {"secret_access_key": "a-wrong-secret"}, "refuses access: .*AWS_SECRET_ACCESS_KEY"),
        (URL, {"access_key_id": "somebody-else"}, "refuses access: .*AWS_ACCESS_KEY_ID"),
        ("s3://elsewhere/blobs", {}, "there is no bucket 'elsewhere' .*create it, or correct the URL"),
        (URL, {"region": "eu-north-1"}, "answers 400 .*AWS_REGION"),
        (URL, {"allow_http": "false"}, "without TLS .*AWS_ALLOW_HTTP"),
        (URL, {"endpoint": "http://127.0.0.1:1"}, "does not answer .*AWS_ENDPOINT_URL"),
    ],
)
def test_what_does_not_work_is_one_sentence_and_what_to_do(
    server: ObjectServer, url: str, changes: dict[str, str], message: str
) -> None:
    settings = server.credentials() | changes
    store = ObjectStore(url, settings)
    name = pointer(BLOB)
    for ask in (lambda: store.get(name, limit=BIG), lambda: store.has(name, limit=BIG), lambda: store.put(BLOB)):
        with pytest.raises(StoreError, match=message) as told:
            ask()
        assert not isinstance(told.value, BlobMissing)
        assert told.value.hint
        assert settings["secret_access_key"] not in str(told.value)
        assert told.value.__cause__ is None


def test_no_credentials_are_told(server: ObjectServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment has none, those of a machine in a cloud are looked for."""
    settings = {name: value for name, value in server.credentials().items() if "key" not in name}
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    settings["metadata_endpoint"] = "http://127.0.0.1:1"
    with pytest.raises(StoreError, match=r"there are no credentials for .*set AWS_ACCESS_KEY_ID"):
        ObjectStore(URL, settings).put(BLOB)


@pytest.mark.parametrize(
    "url",
    [
        f"s3://me:hunter2@{BUCKET}/x",
        f"s3://hunter2@{BUCKET}/x",
        f"s3://{BUCKET}/x?key=hunter2",
        f"s3://{BUCKET}/x#hunter2",
        f"s3://{BUCKET}:hunter2/x",
        "s3://[hunter2/x",
        "s3://",
        "s3:bucket",
        "https://bucket/prefix",
        f"s3://{BUCKET}/../x",
    ],
)
def test_a_url_with_a_secret_or_without_a_bucket_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="write s3://bucket/prefix") as told:
        ObjectStore(url)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize("endpoint", ["here", "http://", "ftp://here", "http://a b", "http://h:99999", "http://u:p@h"])
def test_an_endpoint_that_is_no_url_is_refused(endpoint: str) -> None:
    with pytest.raises(ConfigError, match="endpoint is not the URL of a server"):
        ObjectStore(URL, {"endpoint": endpoint})
    with (
        patch.dict(os.environ, {"AWS_ENDPOINT_URL": endpoint}),
        pytest.raises(ConfigError, match="AWS_ENDPOINT_URL is not the URL of a server"),
    ):
        ObjectStore(URL)


@pytest.mark.parametrize(
    ("url", "settings"),
    [
        ("s3://bucket", {"no_such_setting": "hunter2"}),
        ("gs://bucket", {"service_account_key": "hunter2"}),
        ("az://container", {"account_name": "us", "account_key": "hunter2!"}),
    ],
)
def test_settings_that_cannot_be_used_are_refused(url: str, settings: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=f"the settings for {url} cannot be used") as told:
        ObjectStore(url, settings)
    assert "hunter2" not in str(told.value)


def test_without_obstore_the_error_says_how_to_get_it() -> None:
    with (
        patch.dict(sys.modules, {"obstore": None, "obstore.store": None}),
        pytest.raises(StoreError, match=r"obstore is not installed.*pip install 'folkmoot\[s3\]'"),
    ):
        ObjectStore(URL)


# ------------------------------------------------------------------- certificates


def test_a_certificate_of_nobody_known_is_refused_until_its_authority_is_named(tmp_path: Path) -> None:
    authority, certificate, key = (tmp_path / name for name in ("authority.pem", "certificate.pem", "key.pem"))
    certify(authority, certificate, key)
    with object_server(tmp_path, "--cert", str(certificate), "--key", str(key)) as server:
        server.add_bucket(BUCKET)
        settings = server.credentials(scheme="https")
        with pytest.raises(StoreError, match=r"certificate .* is not valid .*SSL_CERT_FILE"):
            ObjectStore(URL, settings).put(BLOB)
        program = "import json, sys; from folkmoot.store.objects import ObjectStore; "
        program += "print(ObjectStore(*json.load(sys.stdin)).put(b'safely').hex())"
        done = subprocess.run(
            [sys.executable, "-c", program],
            input=json.dumps([URL, settings]),
            env=os.environ | {"PYTHONPATH": str(ROOT / "offchain"), "SSL_CERT_FILE": str(authority)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.strip() == pointer(b"safely").hex()
