"""What each host does in `experiments.transfers`: a node or a server, and a member's store."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from experiments import client
from experiments.servers import Kubo, run_sftp
from folkmoot.store import BlobStore, open_store

_servers = ExitStack()  # of this host, as the next one
_stores: list[BlobStore] = []


def serve(home: Path, address: str, port: int) -> None:
    """Serve by SFTP from now on."""
    _servers.enter_context(run_sftp(home, address, port))


def start_node(node: Kubo) -> None:
    """Have a node from now on."""
    _servers.enter_context(node.run())


def use(url: str) -> None:
    """Open a store, and connect to it."""
    _stores.append(open_store([url]))
    _stores[0].put(client.FEW)


def put(size: int, start: float) -> tuple[bytes, float]:
    """A random blob, at some time of the monotonic clock: its pointer, and the seconds from then on."""
    content = client.make(size)
    _wait_until(start)
    pointer = _stores[0].put(content)
    return pointer, time.monotonic() - start


def get(pointer: bytes, size: int, start: float) -> float:
    """The seconds until this host has a blob."""
    _wait_until(start)
    client.get(_stores[0], pointer, size)
    return time.monotonic() - start


def get_all(pointers: Sequence[bytes], size: int, start: float) -> list[float]:
    """Blobs at once: the seconds from `start` until this host has each."""
    with ThreadPoolExecutor(len(pointers)) as threads:
        return list(threads.map(lambda pointer: get(pointer, size, start), pointers))


def _wait_until(start: float) -> None:
    time.sleep(max(0.0, start - time.monotonic()))
