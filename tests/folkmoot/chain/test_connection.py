import json
import re
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from requests import Session

from folkmoot.chain import Client
from folkmoot.chain.connection import HttpConnection, shown, why
from folkmoot.errors import ConfigError, ConnectionFailed
from folkmoot.testing import free_port
from tests.support.certificates import certify


@contextmanager
def answering(
    status: int, body: bytes, wait: float = 0.0, tls: ssl.SSLContext | None = None, cut: int | None = None
) -> Iterator[tuple[str, list[tuple[int, bytes]]]]:
    """The URL of a server with one answer to everything, and what it was sent: from which port, and what."""
    sent: list[tuple[int, bytes]] = []

    class Answer(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"  # connections are kept

        def do_POST(self) -> None:
            sent.append((self.client_address[1], self.rfile.read(int(self.headers["Content-Length"]))))
            sleep(wait)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):  # who asked did not wait
                self.wfile.write(body[:cut])
            self.close_connection = cut is not None

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        Thread(target=server.serve_forever, args=(0.01,)).start()
        yield f"http://127.0.0.1:{server.server_port}", sent
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "wait", "error"),
    [(503, b"{}", 0, OSError), (200, b"<html>", 0, ValueError), (307, b"", 0, ValueError), (200, b"{}", 1, OSError)],
)
def test_http_asks_once_and_takes_only_json_in_time_for_an_answer(
    status: int, body: bytes, wait: float, error: type[Exception]
) -> None:
    with answering(status, body, wait) as (url, sent), Session() as session, pytest.raises(error):
        HttpConnection(url, 0.2, session).make_request("eth_chainId", [])
    assert [json.loads(asked)["method"] for _, asked in sent] == ["eth_chainId"]


def test_http_keeps_its_connection_and_its_requests_apart() -> None:
    with answering(200, b'{"result": "0x1"}') as (url, sent), Session() as session:
        node = HttpConnection(url, 10, session)
        assert [node.make_request("eth_call", [n * "."])["result"] for n in (300, 2, 30)] == ["0x1"] * 3
    assert [json.loads(asked)["params"] for _, asked in sent] == [[n * "."] for n in (300, 2, 30)]
    assert len({port for port, _ in sent}) == 1


def test_http_asks_many_things_at_once_and_puts_the_answers_in_order() -> None:
    reversed_ = b'[{"id": 1, "result": "0xb"}, {"id": 0, "result": "0xa"}]'
    with answering(200, reversed_) as (url, sent), Session() as session:
        asked = [("eth_call", ["a"]), ("eth_call", ["b"])]
        answers = HttpConnection(url, 10, session).make_batch_request(asked)
    assert [answer["result"] for answer in answers] == ["0xa", "0xb"]
    assert [[one["params"] for one in json.loads(body)] for _, body in sent] == [[["a"], ["b"]]]


@pytest.mark.parametrize("body", [b"[null, 3]", b'[{"id": "b"}, {"id": 1}]', b"{}"])
def test_http_takes_answers_without_their_questions_as_they_are(body: bytes) -> None:
    with answering(200, body) as (url, _), Session() as session:
        answers = HttpConnection(url, 10, session).make_batch_request([("eth_call", [])] * 2)
    assert answers == json.loads(body)


@pytest.mark.parametrize(
    "url", ["localhost:8545", "ftp://node.example", "node", "http://", "http://[::1", "http://h:p"]
)
def test_what_is_no_url_is_said_before_anything_is_asked(url: str) -> None:
    with pytest.raises(ConfigError, match=f"^{re.escape(repr(url))} is no URL of a node: "):
        Client([url])


def test_http_heeds_what_the_environment_says_of_proxies_certificates_and_passwords(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine node.example login ada password secret\n")
    certificates = tmp_path / "ca.pem"
    said = {"https_proxy": "http://proxy.example:3128", "no_proxy": "near.example", "REQUESTS_CA_BUNDLE": certificates}
    for name, value in (said | {"NETRC": tmp_path / "netrc"}).items():
        monkeypatch.setenv(name, str(value))
    session = Session()
    far, near = (HttpConnection(f"https://{host}.example", 1, session) for host in ("node", "near"))
    assert [one.options["proxies"].get("https") for one in (far, near)] == ["http://proxy.example:3128", None]
    assert [one.options["verify"] for one in (far, near)] == [str(certificates)] * 2
    password = b64encode(b"ada:secret").decode()
    assert [one.request.headers.get("Authorization") for one in (far, near)] == [f"Basic {password}", None]


def fault(url: str) -> str:
    """Why there is no answer to a request."""
    with Session() as session, pytest.raises((OSError, ValueError)) as caught:
        HttpConnection(url, 0.5, session).make_request("eth_chainId", [])
    return why(caught.value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "body", "wait", "reason"),
    [
        (429, b"{}", 0, "it takes no more requests for now (429)"),
        (401, b"{}", 0, "it wants a password or a key (401 Unauthorized)"),
        (403, b"{}", 0, "it wants a password or a key (403 Forbidden)"),
        (403, b"invalid host specified", 0, "it answers 403 Forbidden: invalid host specified"),
        (503, b"{}", 0, "it answers 503 Service Unavailable"),
        (503, b"<html>", 0, "it answers 503 Service Unavailable"),
        (599, b"{}", 0, "it answers 599"),
        (200, b"<html>", 0, "its answer is no JSON, so it is not a node's: Expecting value: line 1 column 1 (char 0)"),
        (200, b"{}", 1, "no answer in time"),
    ],
)
def test_why_a_server_gave_no_answer_is_told_in_words(status: int, body: bytes, wait: float, reason: str) -> None:
    with answering(status, body, wait) as (url, _):
        assert fault(url) == reason


def test_an_answer_that_is_cut_off_is_told_so() -> None:
    with answering(200, b"{}" * 10, cut=5) as (url, _):
        assert "15 more expected" in fault(url)


def test_a_port_where_nobody_listens_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    assert fault(nobody) == "connection refused"
    monkeypatch.setenv("http_proxy", nobody)
    with answering(200, b"{}") as (url, _):
        assert fault(url) == "the proxy that the environment names does not answer (see http_proxy and no_proxy)"


def test_tls_where_none_is_spoken_and_none_where_it_is(tmp_path: Path) -> None:
    authority, certificate, key = (tmp_path / name for name in ("authority", "certificate", "key"))
    certify(authority, certificate, key)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    with answering(200, b"{}", tls=tls) as (plain, _):
        assert "https:// in place of http://?" in fault(plain)
        assert re.match("no TLS with it: .*certificate", fault(plain.replace("http:", "https:")))
    with answering(200, b"{}") as (plain, _):
        assert fault(plain.replace("http:", "https:")) == "it does not speak TLS: http:// in place of https://?"


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("http://127.0.0.1:8545,http://127.0.0.1:8546", "several nodes are a list"),
        ("ws://127.0.0.1:8546", "over http:// or https://"),
    ],
)
def test_what_is_no_url_is_told_what_to_write(url: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Client([url])
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("http://127.0.0.1:8545", "http://127.0.0.1:8545"),
        ("https://kim:secret@node.example:8545/rpc", "https://kim:…@node.example:8545/rpc"),
        ("https://:secret@node.example", "https://:…@node.example"),
    ],
)
def test_no_password_is_printed(url: str, printed: str) -> None:
    assert shown(url) == printed


def test_no_password_is_in_what_goes_wrong() -> None:
    with Client([f"http://kim:secret@127.0.0.1:{free_port()}"], sleep=lambda _: None) as client:
        with pytest.raises(ConnectionFailed, match="kim:…@") as caught:
            client.head()
        assert "secret" not in str(caught.value)
