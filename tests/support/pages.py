"""The page's server on loopback, in a thread of its own, and how a browser asks it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import requests

from folkmoot.page.access import Access
from folkmoot.page.asking import selector
from folkmoot.page.saving import FORM
from folkmoot.page.server import PageServer
from folkmoot.page.subject import Source

INDEX = "<!doctype html><title>Folkmoot</title>"
PATIENCE_S = 60.0


def built(folder: Path) -> Path:
    """A folder of files as the page's build leaves them, short ones."""
    folder.mkdir()
    (folder / "index.html").write_text(INDEX)
    (folder / "app.js").write_text("'use strict';\n")
    return folder


@contextmanager
def serving(source: Source, files: Path, access: Access | None = None) -> Iterator[str]:
    """Serve a page until the end of the block; its URL. No thread of the server's is left."""
    server = PageServer(source, access or Access(), files)
    started: SimpleQueue[tuple[int, Callable[[], object]]] = SimpleQueue()

    async def serve() -> None:
        end, loop = asyncio.Event(), asyncio.get_running_loop()
        await server.serve(
            "127.0.0.1", 0, lambda port: started.put((port, lambda: loop.call_soon_threadsafe(end.set))), end
        )

    thread = Thread(target=asyncio.run, args=[serve()])
    thread.start()
    try:
        port, end = started.get(timeout=PATIENCE_S)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            end()
    finally:
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


class Browser:
    """Asks a page's server as a browser does; `headers` go with every request."""

    def __init__(self, url: str, **headers: str) -> None:
        self.url, self._headers = url, headers

    def get(self, name: str, **headers: str) -> requests.Response:
        """A file."""
        return requests.get(f"{self.url}/{name}", headers=self._headers | headers, timeout=PATIENCE_S)

    def post(self, document: Any, **headers: str) -> requests.Response:
        """The answer to a request or a batch."""
        return requests.post(f"{self.url}/rpc", json=document, headers=self._headers | headers, timeout=PATIENCE_S)

    def ask(self, method: str, *params: Any) -> Any:
        """A result. Raises `AssertionError` for an error."""
        answer = self.post(request(method, *params)).json()
        assert answer.keys() == {"jsonrpc", "id", "result"}, answer
        return answer["result"]

    def refused(self, method: Any, *params: Any) -> tuple[int, str]:
        """The code and the sentence of an error."""
        answer = self.post(request(method, *params)).json()
        assert answer.keys() == {"jsonrpc", "id", "error"}, answer
        return answer["error"]["code"], answer["error"]["message"]


def request(method: Any, *params: Any, number: int = 1) -> dict[str, Any]:
    """A JSON-RPC request."""
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": [*params]}


FEDERATION, TASK = "0x" + "11" * 20, "0x" + "22" * 20


def document(**changes: Any) -> dict[str, Any]:
    """The record of a federation with one log, as JSON has it."""
    log = {
        "address": FEDERATION,
        "topics": ["0x" + "33" * 32],
        "data": "0x",
        "blockNumber": "0x7",
        "logIndex": "0x0",
        "transactionHash": "0x" + "44" * 32,
        "blockTimestamp": "0x64",
    }
    settings = {
        "chainId": 7,
        "federation": FEDERATION,
        "firstBlock": 1,
        "names": {TASK: "<script>alert(1)</script>"},
        "contracts": {FEDERATION: "Federation"},
        "store": "ipfs",
        "recordedAt": 100,
    }
    block = {"number": "0x7", "hash": "0x" + "55" * 32, "parentHash": "0x" + "66" * 32, "timestamp": "0x64"}
    return {
        "form": FORM,
        "settings": settings,
        "audit": {"found": False},
        "version": "a node",
        "head": 7,
        "logs": [log],
        "blocks": [block],
        "receipts": [{"transactionHash": log["transactionHash"], "blockNumber": "0x7", "gasUsed": "0x1"}],
        "views": [[FEDERATION, selector("Federation", "minBlocks"), "0x02"]],
        "code": {FEDERATION: "0x60"},
        **changes,
    }
