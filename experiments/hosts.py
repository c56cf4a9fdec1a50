"""What each host does in `experiments.transfers`: a node or a server, and a member's store."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from experiments import client
from folkmoot.store import BlobStore
from folkmoot.testing.kubo import Kubo
from folkmoot.testing.sftp_server import SftpServer

_servers: list[Kubo | SftpServer] = []  # of this host, as the next one
_stores: list[BlobStore] = []


def start_server(server: Kubo | SftpServer) -> None:
    """Have a node or a server from now on."""
    server.start()
    _servers.append(server)


def use(connect: Callable[[], BlobStore]) -> None:
    """Open a store, and connect to it."""
    _stores.append(connect())
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
