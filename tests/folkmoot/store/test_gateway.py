"""A gateway's place taken by a plain HTTP server, which takes no ranges; a real one is among the integration tests."""

import ssl
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from folkmoot.errors import BlobCorrupt, BlobMissing, StoreError
from folkmoot.store import LocalStore, cid, pointer
from folkmoot.store.gateway import GatewayStore
from folkmoot.store.remote import RESUMED
from tests.support.certificates import certify
from tests.support.store_cases import ABSENT, BIG, BLOB


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(tmp_path))) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def gateway(server: ThreadingHTTPServer) -> GatewayStore:
    return GatewayStore(f"http://127.0.0.1:{server.server_port}/ipfs/")


@pytest.fixture
def blobs(tmp_path: Path) -> LocalStore:
    """What the gateway has."""
    return LocalStore(tmp_path / "ipfs")


@pytest.mark.parametrize("blob", [b"", b"x", BLOB, bytes(3_000_000)], ids=len)
def test_what_others_stored_is_read(gateway: GatewayStore, blobs: LocalStore, blob: bytes) -> None:
    name = blobs.put(blob)
    assert gateway.has(name, limit=BIG)
    assert gateway.get(name, limit=BIG) == blob


def test_a_server_that_takes_no_ranges_is_read_from_the_start(gateway: GatewayStore, blobs: LocalStore) -> None:
    blob = bytes(range(256)) * 10_000
    name = cid(blobs.put(blob))
    for start in (0, 5, 1 << 20, (1 << 20) + 1, len(blob) - 1):
        assert b"".join(gateway._read(name, start, len(blob))) == blob[start:]


def test_what_nobody_stored_is_missing(gateway: GatewayStore) -> None:
    assert not gateway.has(ABSENT, limit=BIG)
    with pytest.raises(BlobMissing, match=cid(ABSENT)):
        gateway.get(ABSENT, limit=BIG)


def test_a_gateway_that_lies_is_found_out(gateway: GatewayStore, blobs: LocalStore, tmp_path: Path) -> None:
    name = blobs.put(BLOB)
    (tmp_path / "ipfs" / cid(name)).write_bytes(b"another")
    assert not gateway.has(name, limit=BIG)
    with pytest.raises(BlobCorrupt):
        gateway.get(name, limit=BIG)


def test_nothing_is_written(gateway: GatewayStore) -> None:
    with pytest.raises(StoreError, match="is a gateway") as error:
        gateway.put(BLOB)
    assert error.value.hint == "name a store first in `store` that can be written to"


def test_a_server_that_is_gone(gateway: GatewayStore, server: ThreadingHTTPServer) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(StoreError, match="no gateway answers at 127"):
        gateway.has(pointer(BLOB), limit=BIG)


def test_a_certificate_of_nobody_known(server: ThreadingHTTPServer, tmp_path: Path) -> None:
    authority, certificate, key = (tmp_path / name for name in ("authority.pem", "certificate.pem", "key.pem"))
    certify(authority, certificate, key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    store = GatewayStore(f"https://127.0.0.1:{server.server_port}/ipfs/")
    with pytest.raises(StoreError, match=r"certificate of 127.0.0.1:\d+ is not valid .*REQUESTS_CA_BUNDLE"):
        store.has(pointer(BLOB), limit=BIG)


def test_it_keeps_nothing(gateway: GatewayStore, blobs: LocalStore) -> None:
    name = blobs.put(BLOB)
    for keeping in (
        lambda: gateway.pin(name, limit=BIG),
        lambda: gateway.remove(name),
        gateway.usage,
        lambda: list(gateway.held()),
    ):
        with pytest.raises(StoreError, match=r"127.0.0.1:\d+ is a gateway, which keeps nothing for you \(name a store"):
            keeping()


def test_a_server_that_falls_silent_in_the_middle_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("folkmoot.store.gateway.SILENCE_S", 0.1)
    is_over, gets = Event(), []

    class Silent(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(BLOB)))
            self.end_headers()

        def do_GET(self) -> None:
            gets.append(self.path)
            self.do_HEAD()
            self.wfile.write(BLOB[:100])
            self.wfile.flush()
            is_over.wait(60)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Silent) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            store = GatewayStore(f"http://127.0.0.1:{server.server_port}/ipfs/")
            with pytest.raises(StoreError, match="ended a read of"):
                store.get(pointer(BLOB), limit=BIG)
            assert RESUMED <= len(gets) <= RESUMED + 1
        finally:
            is_over.set()
            server.shutdown()
            thread.join()
