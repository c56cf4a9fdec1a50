"""A store by real Kubo nodes, in private swarms on this machine; only what is no Kubo node is acted."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from hashlib import sha256, shake_128
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread, Timer

import pytest

from folkmoot.errors import BlobCorrupt, BlobMissing, StoreError
from folkmoot.store import cid, pointer
from folkmoot.store.content import Anew
from folkmoot.store.ipfs import KuboStore
from folkmoot.store.pointer import CHUNK
from folkmoot.testing.anvil import free_port
from folkmoot.testing.kubo import MISSING, Kubo, binary, run_kubo
from tests.support.store_cases import ABSENT, BIG, BLOB, StoreCases
from tests.support.store_memory import ALLOWED, measure
from tests.support.store_memory import LARGE as VERY_LARGE

if not binary():
    pytest.skip(MISSING, allow_module_level=True)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "pointers.json").read_text())["vectors"]
LARGE = 64 << 20
LOOKUP_S = 2.0  # where nothing is to be found
PATIENT_S = 60.0
TOKEN = "the-member's-own-secret"  # noqa: S105 - of a node that lives as long as a test


def opened(node: Kubo, token: str = "", lookup_s: float = PATIENT_S) -> KuboStore:
    return KuboStore(node.url, token=token, lookup_s=lookup_s)


def fill(name: str, length: int) -> bytes:
    return shake_128(name.encode()).digest(length)


@pytest.fixture(scope="module")
def node() -> Iterator[Kubo]:
    with run_kubo() as node:
        yield node


@pytest.fixture
def own() -> Iterator[Kubo]:
    """A node that the test may kill."""
    with run_kubo() as node:
        yield node


@pytest.fixture
def swarm() -> Iterator[list[Kubo]]:
    """Three nodes in a row, each connected to its neighbours."""
    with ExitStack() as stack:
        nodes = [stack.enter_context(run_kubo()) for _ in range(3)]
        nodes[0].meet(nodes[1])
        nodes[1].meet(nodes[2])
        yield nodes


class TestIpfs(StoreCases):
    @pytest.fixture
    def store(self, node: Kubo) -> KuboStore:
        return opened(node, lookup_s=LOOKUP_S)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_pointer_is_the_cid_whatever_the_node_is_set_to(node: Kubo, vector: dict[str, str | int]) -> None:
    blob = fill(str(vector["name"]), int(vector["length"]))
    store = opened(node)
    name = store.put(blob)
    assert cid(name) == vector["cid"]
    assert store.get(name, limit=len(blob)) == blob


def test_the_specification_names_every_setting_that_gives_the_pointer(node: Kubo, tmp_path: Path) -> None:
    """The node itself is set to make other CIDs. From 175 pieces on there is a level more."""
    (options,) = re.findall(r"`ipfs add ([^`]+)`", (Path(__file__).parents[3] / "SPECIFICATION.md").read_text("utf-8"))
    assert f"`ipfs add {options}`" in " ".join((sys.modules["folkmoot.store.pointer"].__doc__ or "").split())
    for pieces in (1, 174, 175, 350):
        (tmp_path / "blob").write_bytes(blob := fill("a blob", pieces * CHUNK - 1))
        command = [str(binary()), "add", "-Q", "--only-hash", *options.split(), str(tmp_path / "blob")]
        added = subprocess.run(command, env=node._environment(), check=True, capture_output=True, text=True, timeout=60)
        assert added.stdout.strip() == cid(pointer(blob))


def test_what_is_put_is_pinned_even_if_another_node_has_it(swarm: list[Kubo]) -> None:
    author, reader, _ = swarm
    name = opened(author).put(BLOB)
    store = opened(reader)
    assert store.has(name, limit=BIG)
    assert cid(name) not in reader.ask("pin/ls")["Keys"]
    store.put(BLOB)
    assert reader.ask("pin/ls")["Keys"][cid(name)]["Type"] == "recursive"
    author.kill()
    reader.ask("repo/gc", stream="false")
    assert opened(reader).get(name, limit=BIG) == BLOB


def test_a_damaged_copy_is_told_and_replaced_once_it_is_removed(own: Kubo) -> None:
    blob = b"important" * 1000
    name = opened(own).put(blob)
    (block,) = (file for file in own.repository.glob("blocks/*/*.data") if b"important" in file.read_bytes())
    block.write_bytes(block.read_bytes().replace(b"important", b"imp0rtant"))
    assert not opened(own).has(name, limit=BIG)
    with pytest.raises(StoreError, match=r"has a damaged copy.*ipfs repo verify --drop") as told:
        opened(own).put(blob)
    assert type(told.value) is StoreError
    own.kill()
    own.run("repo", "verify", "--drop")
    own.start()
    assert opened(own).put(blob) == name
    assert opened(own).get(name, limit=BIG) == blob


def test_what_a_node_without_a_network_has_not_is_missing(own: Kubo) -> None:
    name = opened(own).put(BLOB)
    own.kill()
    own.start("--offline")
    assert opened(own).has(name, limit=BIG)
    assert not opened(own).has(ABSENT, limit=BIG)


def test_a_blob_is_read_at_another_node_also_after_its_author_is_gone(swarm: list[Kubo]) -> None:
    author, reader, late = swarm
    blob = fill("across", 3_000_000)
    name = opened(author).put(blob)
    assert opened(reader).get(name, limit=BIG) == blob
    author.kill()
    assert opened(late).get(name, limit=BIG) == blob


def test_what_nobody_has_is_missing_within_the_time_limit(swarm: list[Kubo]) -> None:
    store = opened(swarm[1], lookup_s=LOOKUP_S)
    begin = time.monotonic()
    with pytest.raises(BlobMissing, match="no node sends it"):
        store.get(ABSENT, limit=BIG)
    assert (time.monotonic() - begin) / LOOKUP_S < 10


def test_a_killed_node_is_told_and_serves_again_after_a_restart(own: Kubo) -> None:
    store = opened(own)
    name = store.put(BLOB)
    own.kill()
    for failing in (lambda: store.put(BLOB), lambda: store.get(name, limit=BIG), lambda: store.has(name, limit=BIG)):
        with pytest.raises(StoreError, match=f"no Kubo node answers at http://127.0.0.1:{own.api} .start Kubo") as told:
            failing()
        assert type(told.value) is StoreError
    own.start()
    assert store.get(name, limit=BIG) == BLOB
    assert store.put(b"another") == pointer(b"another")


def test_a_read_goes_on_when_the_node_was_restarted_in_the_middle(own: Kubo) -> None:
    blob = fill("restarted", LARGE)
    store = opened(own)
    name = cid(store.put(blob))
    pieces = store._whole(name, LARGE)
    read = [next(pieces)]
    own.kill()
    own.start()
    read += pieces
    assert b"".join(read) == blob


@pytest.mark.parametrize("end", [Kubo.kill, Kubo.leave])
def test_a_node_that_ends_in_the_middle_is_no_fault_of_the_blob(own: Kubo, end: Callable[[Kubo], None]) -> None:
    store = opened(own)
    name = cid(store.put(bytes(LARGE)))
    pieces = store._whole(name, LARGE)
    next(pieces)
    end(own)
    with pytest.raises(StoreError, match="no Kubo node answers") as told:
        list(pieces)
    assert type(told.value) is StoreError


def test_a_write_during_which_the_node_is_killed_is_told_and_can_be_done_again(own: Kubo) -> None:
    passes = []

    def pieces() -> Iterator[bytes]:
        passes.append(len(passes))
        yield bytes(LARGE // 2)
        if len(passes) == 2:
            own.kill()
        yield bytes(LARGE // 2)

    store, blob = opened(own), Anew(pieces)
    with pytest.raises(StoreError, match=r"ended the connection|no Kubo node answers"):
        store.put(blob)
    own.start()
    name = store.put(blob)
    assert store.read(name, limit=LARGE, consume=lambda read: sum(map(len, read))) == LARGE


def test_a_large_blob_is_written_and_read_in_bounded_memory(own: Kubo) -> None:
    assert measure(KuboStore, [own.url], VERY_LARGE).read < ALLOWED


def test_a_node_may_take_its_time_to_take_what_is_written(own: Kubo, monkeypatch: pytest.MonkeyPatch) -> None:
    """More than there is to connect."""
    monkeypatch.setattr("folkmoot.store.kubo._CONNECT_S", 0.2)
    passes = []

    def pieces() -> Iterator[bytes]:
        passes.append(len(passes))
        yield bytes(LARGE // 2)
        if len(passes) == 2:
            assert own.process
            own.process.send_signal(signal.SIGSTOP)
            os.waitid(os.P_PID, own.process.pid, os.WSTOPPED)
            Timer(1.0, own.process.send_signal, [signal.SIGCONT]).start()
        yield bytes(LARGE // 2)

    store = opened(own)
    assert store.get(store.put(Anew(pieces)), limit=LARGE) == bytes(LARGE)


# --------------------------------------------------------------------------- blobs that are at fault

FOLDER = b"\n\x02\x08\x01"
LEAF = b"\n\x07\x08\x02\x12\x01x\x18\x01"


def root(child: bytes, claimed: int) -> bytes:
    """A file of one part, which claims to have more bytes or fewer than it has."""
    link = b'\n"\x12 ' + sha256(child).digest() + b"\x12\x00\x18" + bytes([len(child)])
    return bytes([0x12, len(link)]) + link + b"\n\x06\x08\x02\x18" + bytes([claimed, 0x20, claimed])


@pytest.mark.parametrize(
    ("blocks", "fault"),
    [
        ([b"not a node at all"], "is no file: protobuf"),
        ([b""], "is no file: proto"),
        ([FOLDER], "is a folder, no file"),
        ([LEAF, root(LEAF, 5)], "ends after 1 of 5 bytes"),
        ([b"no node", root(b"no node", 5)], "ends after 0 of 5 bytes"),
        ([b"\n\x05\x08\x04\x12\x01x"], "has other content than its name says"),  # a symbolic link
        ([LEAF, root(LEAF, 1)], "has other content than its name says"),  # one part, which needs no root
    ],
)
def test_what_is_no_blob_of_ours_is_corrupt(node: Kubo, blocks: list[bytes], fault: str) -> None:
    for block in blocks:
        node.ask("block/put", block, format="v0", mhtype="sha2-256")
    name = sha256(blocks[-1]).digest()
    store = opened(node)
    assert not store.has(name, limit=BIG)
    with pytest.raises(BlobCorrupt, match=f"{cid(name)} {fault}"):
        store.get(name, limit=BIG)


def test_a_blob_of_which_nobody_has_a_part_is_missing(node: Kubo) -> None:
    block = root(b"kept back", 5)
    node.ask("block/put", block, format="v0", mhtype="sha2-256")
    name = sha256(block).digest()
    store = KuboStore(node.url, silence_s=LOOKUP_S)
    assert not store.has(name, limit=BIG)
    with pytest.raises(BlobMissing, match="or a part of it"):
        store.get(name, limit=BIG)


def test_a_blob_of_which_the_last_part_is_lost_is_missing(own: Kubo) -> None:
    """The others come, and then nothing."""
    last = b"the last part" * 1000
    name = opened(own).put(fill("lost", 20 * CHUNK) + last)
    (block,) = (file for file in own.repository.glob("blocks/*/*.data") if last in file.read_bytes())
    block.unlink()
    store = KuboStore(own.url, silence_s=LOOKUP_S)
    with pytest.raises(BlobMissing, match="or a part of it"):
        store.get(name, limit=BIG)


# --------------------------------------------------------------------------- nodes that cannot be used


def test_a_token_is_given_and_a_wrong_one_not_shown() -> None:
    with run_kubo(token=TOKEN) as node:
        store = opened(node, TOKEN)
        name = store.put(BLOB)
        assert store.get(name, limit=BIG) == BLOB
        for token, needed in (("", "a token"), ("a-wrong-secret", "another token")):
            store = opened(node, token)
            for failing in (lambda: store.put(bytes(LARGE)), lambda: store.has(name, limit=BIG)):  # noqa: B023
                with pytest.raises(StoreError, match=f"asks for {needed} .put one into FOLKMOOT_IPFS_TOKEN") as told:
                    failing()
                assert type(told.value) is StoreError
                assert "secret" not in str(told.value)


def test_a_node_without_encryption_is_told(node: Kubo) -> None:
    store = KuboStore(node.url.replace("ipfs+http:", "ipfs+https:"))
    with pytest.raises(StoreError, match="no trusted connection to https://"):
        store.has(ABSENT, limit=BIG)


@contextmanager
def acting(status: int, body: bytes, hanging_up_at: str = "never") -> Iterator[str]:
    """A web server that says the same to everything, or nothing at calls with this in their paths."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if hanging_up_at in self.path:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"ipfs+http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def described(**changed: object) -> bytes:
    """What Kubo says of a file, but for these fields."""
    return json.dumps({"Hash": cid(ABSENT), "Size": 1, "Type": "file"} | changed).encode()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b""),
        (200, b"<html>welcome</html>"),
        (200, b"\xff\xfe"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b"{}\n{}"),
        (200, b"[" * 100_000),
        (200, b'{"Type": "error"}'),
        (200, b'{"Hash": 1, "Type": "file", "Size": 1}'),
        (200, described(Hash=cid(bytes([1] * 32)))),
        (200, described(Type=None)),
        (200, described(Size="1")),
        (200, described(Size=-1)),
        (200, described(Size=True)),
        (200, described(Size=1.0)),
        (302, b""),
        (404, b"404 page not found"),
        (404, b'{"Message": "not found"}'),
        (405, b""),
        (500, b"oops"),
        (502, b"<html>bad gateway</html>"),
    ],
)
def test_a_server_that_is_no_kubo_node_is_told(status: int, body: bytes) -> None:
    with acting(status, body) as url:
        store = KuboStore(url, token=TOKEN)
        with pytest.raises(StoreError, match="not as a Kubo node does") as told:
            store.has(ABSENT, limit=BIG)
        assert type(told.value) is StoreError
        assert TOKEN not in str(told.value)


@pytest.mark.parametrize("body", [b"", b"{}", b'{"Hash": 1}', b'{"Hash": ["Qm"]}', b'{"Hash": "Qm", "Size": "1"}'])
def test_a_blob_is_not_stored_unless_the_node_says_so(body: bytes) -> None:
    with acting(200, body) as url, pytest.raises(StoreError, match=r"not as a Kubo node does|under another name"):
        KuboStore(url).put(BLOB)


@pytest.mark.parametrize("said", ["no space left on device", f"no entrance for {TOKEN}", "several\nlines", ["a list"]])
def test_what_a_failing_node_says_is_shown_without_the_token(said: object) -> None:
    with acting(500, json.dumps({"Message": said, "Code": 0, "Type": "error"}).encode()) as url:
        store = KuboStore(url, token=TOKEN)
        for failing in (lambda: store.put(BLOB), lambda: store.has(ABSENT, limit=BIG)):
            with pytest.raises(StoreError, match=r"the Kubo node at .* fails: (no|several|..a)") as told:
                failing()
            assert TOKEN not in str(told.value)
            assert "\n" not in str(told.value)


def test_a_node_that_hangs_up_during_an_upload_is_asked_why() -> None:
    with acting(403, b"denied", hanging_up_at="/add") as url, pytest.raises(StoreError, match="asks for a token"):
        KuboStore(url).put(BLOB)
    with acting(500, b'{"Message": "not found"}', hanging_up_at="/add") as url:
        with pytest.raises(StoreError, match="ended the connection") as told:
            KuboStore(url).put(BLOB)
        assert not isinstance(told.value, BlobMissing)


def test_a_server_that_hangs_up_is_told() -> None:
    with acting(200, b"", hanging_up_at="/") as url:
        for failing in (lambda: KuboStore(url).put(BLOB), lambda: KuboStore(url).has(ABSENT, limit=BIG)):
            with pytest.raises(StoreError, match="ended the connection, or is no Kubo node"):
                failing()


def test_a_server_that_says_nothing_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        store = KuboStore(f"ipfs+http://127.0.0.1:{server.getsockname()[1]}", silence_s=0.2)
        with pytest.raises(StoreError, match="does not answer in time"):
            store.put(BLOB)


def test_a_port_where_nobody_listens_is_told() -> None:
    with pytest.raises(StoreError, match="no Kubo node answers"):
        KuboStore(f"ipfs+http://localhost:{free_port()}").put(BLOB)
