"""What real Kubo nodes keep, and how they find each other."""

from collections.abc import Iterator
from contextlib import ExitStack
from hashlib import shake_128
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from folkmoot.errors import BlobMissing, StoreError
from folkmoot.store.ipfs import KuboStore
from folkmoot.testing.anvil import free_port
from folkmoot.testing.kubo import CALLS, MISSING, Kubo, binary, run_kubo
from tests.support.store_cases import BIG, BLOB

if not binary():
    pytest.skip(MISSING, allow_module_level=True)

LARGE = shake_128(b"large").digest(1_000_000)
TOKEN = "the-member's-own-secret"  # noqa: S105 - of a node that lives as long as a test


@pytest.fixture
def pair() -> Iterator[list[Kubo]]:
    """Two nodes that do not know each other."""
    with ExitStack() as stack:
        yield [stack.enter_context(run_kubo(token=token)) for token in ("", TOKEN)]


def opened(node: Kubo) -> KuboStore:
    return KuboStore(node.url, token=node.token, lookup_s=3.0)


def test_a_pinned_blob_outlives_its_author_and_the_nodes_garbage_collection(pair: list[Kubo]) -> None:
    author, keeper = pair
    opened(keeper).node.connect(author.peer)
    store, names = opened(keeper), [opened(author).put(blob) for blob in (BLOB, LARGE)]
    assert all(store.has(name, limit=BIG) for name in names), "it reads both, and pins one"
    store.pin(names[1], limit=BIG)
    author.kill()
    store.collect()
    assert [name in set(store.held()) for name in names] == [False, True]
    assert opened(keeper).get(names[1], limit=BIG) == LARGE
    assert not opened(keeper).has(names[0], limit=BIG)
    with pytest.raises(BlobMissing):
        store.pin(names[0], limit=BIG)


def test_what_is_let_go_of_leaves_the_disk_when_it_is_collected(pair: list[Kubo]) -> None:
    store, before = opened(pair[1]), opened(pair[1]).usage().size
    assert store.remove(store.put(LARGE))
    assert store.usage().size > before + len(LARGE)
    store.collect()
    assert store.usage().size < before + len(LARGE) // 2


def test_what_is_in_the_way_of_a_connection_is_told(pair: list[Kubo]) -> None:
    node, other = opened(pair[0]).node, pair[1]
    silent = other.peer.replace(f"/tcp/{other.swarm}/", f"/tcp/{free_port()}/")
    with pytest.raises(StoreError, match=f"no node answers at {silent} .it may be down or have another swarm key"):
        node.connect(silent)
    impostor = f"/ip4/127.0.0.1/tcp/{other.swarm}/p2p/12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf"
    with pytest.raises(StoreError, match=f"another node is at {impostor}"):
        node.connect(impostor)
    with pytest.raises(StoreError, match=r"your node cannot connect to nonsense: .* \(see that this is the multiadd"):
        node.connect("nonsense")
    other.kill()
    key = other.repository / "swarm.key"
    key.write_text(key.read_text().replace("07", "08"))
    other.start()
    with pytest.raises(StoreError, match=f"the node at {other.peer} has another swarm key than yours .let both"):
        node.connect(other.peer)


def test_a_node_tells_where_others_reach_it(pair: list[Kubo]) -> None:
    node = opened(pair[0]).node
    assert node.addresses() == (), "it listens on its own machine alone"
    assert pair[0].peer.endswith(f"/p2p/{node.peer()}")


def test_a_token_that_allows_less_is_told() -> None:
    with run_kubo(token=TOKEN, calls=CALLS[:4]) as node:
        store = opened(node)
        name = store.put(BLOB)
        assert store.get(name, limit=BIG) == BLOB
        for keeping in (lambda: store.pin(name, limit=BIG), store.collect, store.usage, store.node.addresses):
            with pytest.raises(StoreError, match=r"asks for another token .put one into FOLKMOOT_IPFS_TOKEN"):
                keeping()


@pytest.mark.parametrize(
    "answer", [b"[]", b"3", b"<html>", b'{"ID": {}}', b"{}\n{}", b'{"Keys": 3, "RepoSize": "?"}', b"null"]
)
def test_an_answer_that_no_node_gives_is_told(answer: bytes) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            store = KuboStore(f"ipfs+http://127.0.0.1:{server.server_port}")
            for asking in (store.usage, store.node.addresses):
                with pytest.raises(StoreError, match="answers with something else, not as a Kubo node does"):
                    asking()
        finally:
            server.shutdown()
            thread.join()
