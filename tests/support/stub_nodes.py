"""Nodes that answer from a table, in the place of clients that are not at hand."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

REFUSAL = {"code": -32604, "message": "Method not enabled"}  # as Besu says it


@contextmanager
def stub_node(
    port: int, answers: Mapping[str, Any], asked: list[tuple[str, list[Any]]] | None = None
) -> Iterator[None]:
    """A node that refuses every method that has no answer here, and notes what it is asked."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if asked is not None:
                asked.append((request["method"], request["params"]))
            known = request["method"] in answers
            said = {"result": answers[request["method"]]} if known else {"error": REFUSAL}
            body = json.dumps({"jsonrpc": "2.0", "id": request["id"], **said}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", port), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
