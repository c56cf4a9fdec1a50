import json
import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

import pytest
from requests import Session
from web3.types import RPCEndpoint

from folkmoot.chain import Client
from folkmoot.chain.failover import HttpConnection
from folkmoot.errors import ChainError, ConfigError, ConnectionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode

Connect = Callable[..., Client]


def test_it_goes_on_with_the_next_node_and_stays_there(chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)
    client = connected(first, second)
    client.head()
    first.down = True
    assert client.head().number == 0
    first.down = False
    client.head()
    assert first.asked.count("eth_getBlockByNumber") == 1
    assert second.asked.count("eth_getBlockByNumber") == 2


def test_it_comes_back_to_the_first_node(chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)
    client = connected(first, second)
    for down, up in ((first, second), (second, first)):
        down.down, up.down = True, False
        assert client.head().number == 0


def test_no_node_at_all_is_said_with_their_names(chain: MemoryChain, connected: Connect) -> None:
    nodes = MemoryNode(chain), MemoryNode(chain)
    client = connected(*nodes)
    for node in nodes:
        node.down = True
    with pytest.raises(ConnectionFailed, match="node-0, node-1"):
        client.head()


@pytest.mark.parametrize("error", [ValueError("no JSON"), TimeoutError("slow"), OSError("reset")])
def test_a_node_that_answers_nonsense_counts_as_dead(error: Exception, chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)

    def fail(*_: object) -> None:
        raise error

    first.instead["eth_getBlockByNumber"] = iter([fail])
    assert connected(first, second).head().number == 0
    assert "eth_getBlockByNumber" in second.asked


@pytest.mark.parametrize("answer", [{"error": {"code": -32005, "message": "limit exceeded"}}, {"result": "no"}, [1]])
def test_a_node_that_does_not_tell_its_chain_counts_as_dead(
    answer: Any, chain: MemoryChain, connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)
    monkeypatch.setattr(first, "make_request", lambda _method, _params: answer)
    assert connected(first, second).head().number == 0
    with pytest.raises(ConnectionFailed, match="node-0"):
        connected(first).head()


def test_a_node_of_another_chain_is_no_replacement(chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain, chain_id=7), MemoryNode(chain, chain_id=8)
    client = connected(first, second)
    assert client.chain_id == 7
    first.down = True
    with pytest.raises(ChainError, match="node-1 is on chain 8, not 7"):
        client.head()


def test_a_node_is_reported_once_when_it_dies_and_once_when_it_answers_again(
    chain: MemoryChain, connected: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    first, second = MemoryNode(chain), MemoryNode(chain)
    client = connected(first, second)
    first.down = second.down = True
    for _ in range(2):
        with pytest.raises(ConnectionFailed):
            client.head()
    first.down = False
    client.head()
    assert [record.message for record in caplog.records] == [
        "node-0 does not answer: down",
        "node-1 does not answer: down",
        "node-0 answers again",
    ]


def test_a_node_is_asked_for_its_chain_once(chain: MemoryChain, connected: Connect) -> None:
    node = MemoryNode(chain)
    client = connected(node)
    client.head()
    client.head()
    assert node.asked.count("eth_chainId") == 1


@contextmanager
def answering(status: int, body: bytes, wait: float = 0.0) -> Iterator[tuple[str, list[tuple[int, bytes]]]]:
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
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
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
        HttpConnection(url, 0.2, session).make_request(RPCEndpoint("eth_chainId"), [])
    assert [json.loads(asked)["method"] for _, asked in sent] == ["eth_chainId"]


def test_http_keeps_its_connection_and_its_requests_apart() -> None:
    with answering(200, b'{"result": "0x1"}') as (url, sent), Session() as session:
        node = HttpConnection(url, 10, session)
        assert [node.make_request(RPCEndpoint("eth_call"), [n * "."])["result"] for n in (300, 2, 30)] == ["0x1"] * 3
    assert [json.loads(asked)["params"] for _, asked in sent] == [[n * "."] for n in (300, 2, 30)]
    assert len({port for port, _ in sent}) == 1


def test_http_asks_many_things_at_once_and_puts_the_answers_in_order() -> None:
    reversed_ = b'[{"id": 1, "result": "0xb"}, {"id": 0, "result": "0xa"}]'
    with answering(200, reversed_) as (url, sent), Session() as session:
        asked = [(RPCEndpoint("eth_call"), ["a"]), (RPCEndpoint("eth_call"), ["b"])]
        answers = HttpConnection(url, 10, session).make_batch_request(asked)
    assert [answer["result"] for answer in answers] == ["0xa", "0xb"]
    assert [[one["params"] for one in json.loads(body)] for _, body in sent] == [[["a"], ["b"]]]


@pytest.mark.parametrize("body", [b"[null, 3]", b'[{"id": "b"}, {"id": 1}]', b"{}"])
def test_http_takes_answers_without_their_questions_as_they_are(body: bytes) -> None:
    with answering(200, body) as (url, _), Session() as session:
        answers = HttpConnection(url, 10, session).make_batch_request([(RPCEndpoint("eth_call"), [])] * 2)
    assert answers == json.loads(body)


def test_many_questions_go_to_the_next_node_too(chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)
    client = connected(first, second)
    first.down = True
    client.ask_ahead([("0x" + "11" * 20, b"")], 0)
    assert second.asked.count("eth_call") == 1


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
