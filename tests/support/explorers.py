"""Servers that answer as explorers do which verify contracts, on this machine; they judge as they are told."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = tuple[int, Any]


@dataclass
class Explorer:
    """What one was sent, and how it answers: `answer` gets method, path and body."""

    answer: Callable[[str, str, Any], Answer]
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent: list[Any] = field(default_factory=list)


@dataclass
class StandIn:
    """Judges each contract `verdict` at the second look, and keeps what it judged.

    `verdict` is "exact_match", "match" or None. What it is not asked for as documented it refuses.
    """

    verdict: str | None = "exact_match"
    looks: dict[str, int] = field(default_factory=dict)
    busy: int = 0

    def sourcify(self, method: str, path: str, body: Any) -> Answer:
        match path.split("/")[1:], method:
            case ["v2", "verify", _, address], "POST":
                return self._take(address, body)
            case ["v2", "verify", job], "GET":
                return self._judge(job)
            case ["v2", "contract", *_], "GET":
                return 200, {"match": self.verdict}
        return 404, {"message": "no such route"}

    def _take(self, address: str, body: Any) -> Answer:
        asked = {"stdJsonInput", "compilerVersion", "contractIdentifier"}
        if self.busy:
            self.busy -= 1
            return 429, {"customCode": "too_many_requests", "message": "slow down"}
        if set(body) - {"creationTransactionHash"} != asked:
            return 400, {"customCode": "invalid_json", "message": f"it takes {asked}"}
        if address in self.looks:
            return 409, {"customCode": "already_verified", "message": "it is verified already"}
        self.looks[address] = 0
        return 202, {"verificationId": f"job-of-{address}"}

    def _judge(self, job: str) -> Answer:
        self.looks[job.removeprefix("job-of-")] += 1
        if self.looks[job.removeprefix("job-of-")] < 2:
            return 200, {"isJobCompleted": False, "verificationId": job}
        error = {} if self.verdict else {"error": {"customCode": "no_match", "message": "The bytecodes don't match"}}
        return 200, {"isJobCompleted": True, "contract": {"match": self.verdict, "chainId": "7"}} | error

    def blockscout(self, method: str, path: str, body: Any) -> Answer:
        match path.split("/")[1:], method:
            case ["api", "v2", "smart-contracts", address, "verification", "via", "standard-input"], "POST":
                if not {"compiler_version", "contract_name", "files[0]"} <= set(body):
                    return 422, {"message": "Invalid parameters"}
                self.looks[address] = 0
                return 200, {"message": "Smart-contract verification started"}
            case ["api", "v2", "smart-contracts", address], "GET":
                if address not in self.looks:
                    return 404, {"message": "Not found"}
                self.looks[address] += 1
                is_judged = self.looks[address] >= 2
                told = {"is_verified": self.verdict is not None, "is_fully_verified": self.verdict == "exact_match"}
                return 200, told if is_judged else {"deployed_bytecode": "0x"}
        return 404, {"message": "no such route"}


@contextmanager
def explorer(answer: Callable[[str, str, Any], Answer]) -> Iterator[Explorer]:
    """Run one on a free port."""
    found = Explorer(answer)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve(None)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._serve(_read(self.headers["Content-Type"], body))

        def _serve(self, body: Any) -> None:
            found.asked.append((self.command, self.path))
            found.sent += [] if body is None else [body]
            status, document = found.answer(self.command, self.path, body)
            data = document if isinstance(document, bytes) else json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()


def _read(kind: str, body: bytes) -> Any:
    """A body as its kind says: JSON, or the fields of a form, of which files are JSON, too."""
    if kind == "application/json":
        return json.loads(body)
    form = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=HTTP)
    found: dict[str, Any] = {}
    for part in form.iter_parts():  # type: ignore[attr-defined]
        name = part.get_param("name", header="content-disposition")
        text = part.get_payload(decode=True)
        found[name] = json.loads(text) if part.get_content_type() == "application/json" else text.decode()
    return found
