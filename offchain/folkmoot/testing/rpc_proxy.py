"""A proxy in front of a node that answers as bad nodes and bad lines do, by rules that change while it runs.

with rpc_proxy(HttpConnection(anvil.url, 10.0, Session())) as proxy:
    client = Client([proxy.url])
    proxy.rules = [sometimes(lag(3), 0.5, Random(1))]

The rules are in `rpc_faults`; the last one is next to the node.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

from folkmoot.chain.connection import Connection
from folkmoot.testing.rpc_faults import Ask, Instead, Request, Rule


@dataclass(slots=True)
class RpcProxy:
    """An HTTP server on loopback that asks a node what it is asked, by `rules`. Its port stays the same."""

    node: Connection
    rules: Sequence[Rule] = ()
    port: int = 0
    asked: int = 0  # requests, those of a batch one by one
    _server: ThreadingHTTPServer | None = field(default=None, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)  # each connection has a thread

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def is_listening(self) -> bool:
        """Whether anything listens at its port."""
        return self._server is not None

    def start(self) -> None:
        """Listen."""
        self._server = _Server(("127.0.0.1", self.port), self)
        self.port = self._server.server_port
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def stop(self) -> None:
        """Listen no more, and answer on no connection."""
        server, self._server = self._server, None
        if server:
            server.shutdown()
            server.server_close()

    def reply(self, body: bytes) -> bytes:
        """What it answers to the body of a request. Raises `Instead` and `OSError`."""
        parsed = json.loads(body)
        requests = parsed if isinstance(parsed, list) else [parsed]
        with self._lock:
            self.asked += len(requests)
        ask: Ask = self._ask
        for rule in reversed(self.rules):
            ask = _by(rule, ask)
        answers = ask(requests)
        if not isinstance(parsed, list) and isinstance(answers, list):
            (answers,) = answers
        return json.dumps(answers).encode()

    def _ask(self, requests: Sequence[Request]) -> Any:
        asked = [(request["method"], request["params"]) for request in requests]
        answers = self.node.make_batch_request(asked) if len(asked) > 1 else [self.node.make_request(*asked[0])]
        if not isinstance(answers, list):
            return answers
        return [{**given, "id": request.get("id")} for request, given in zip(requests, answers, strict=True)]


def _by(rule: Rule, ask: Ask) -> Ask:
    return lambda requests: rule(requests, ask)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], proxy: RpcProxy) -> None:
        super().__init__(address, _Handler)
        self.proxy = proxy

    def handle_error(self, *_: Any) -> None:
        """Say nothing: who asks may be killed at any time."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        """Answer one HTTP request."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            found = Instead(body=self.server.proxy.reply(body))
        except Instead as instead:
            found = instead
        except (OSError, ValueError) as error:
            found = Instead(502, str(error).encode())
        if not self.server.proxy.is_listening:
            found.part = 0.0
        with suppress(OSError):
            self._send(found)

    def do_OPTIONS(self) -> None:
        """Allow browsers to ask, as nodes can be told to."""
        self.send_response(204)
        self.send_header("Content-Length", "0")
        self.send_header("Access-Control-Allow-Headers", "content-type")
        self.end_headers()

    def end_headers(self) -> None:
        """Allow it to pages from anywhere."""
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def _send(self, found: Instead) -> None:
        self.close_connection = found.part < 1
        if found.part:
            self.send_response(found.status)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body[: int(found.part * len(found.body))])

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def rpc_proxy(node: Connection) -> Iterator[RpcProxy]:
    """A proxy that listens until the end of the block."""
    proxy = RpcProxy(node)
    proxy.start()
    try:
        yield proxy
    finally:
        proxy.stop()
