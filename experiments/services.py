"""One of each kind of store on this machine: a folder, and real servers on loopback, which are gone at the end."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from folkmoot.testing.kubo import run_kubo
from folkmoot.testing.object_server import object_server
from folkmoot.testing.sftp_server import sftp_server

BUCKET = "blobs"
NODE_MIB = 100  # of a node's memory


class Service(NamedTuple):
    """A store by its name in the settings, where it keeps its bytes, and what a client's environment has for it."""

    place: str
    data: Path
    environment: Mapping[str, str]


@contextmanager
def _folder(folder: Path) -> Iterator[Service]:
    """No server at all."""
    yield Service(str(folder), folder, {})


@contextmanager
def _kubo(_: Path) -> Iterator[Service]:
    """A node that knows no other."""
    with run_kubo(memory_mib=NODE_MIB) as node:
        yield Service(node.url, node.repository / "blocks", {})


@contextmanager
def _s3(folder: Path) -> Iterator[Service]:
    """Versity's gateway over a folder."""
    with object_server(folder) as server:
        yield Service(f"s3://{BUCKET}", server.add_bucket(BUCKET), server.environment())


@contextmanager
def _sftp(folder: Path) -> Iterator[Service]:
    """An asyncssh server over a folder in this one, which has the client's home as well."""
    with sftp_server(folder) as server:
        yield Service(server.url(), server.root, server.make_home())


SERVICES: Mapping[str, Callable[[Path], AbstractContextManager[Service]]] = {
    "folder": _folder,
    "ipfs": _kubo,
    "s3": _s3,
    "sftp": _sftp,
}
"""By system: run it over an empty folder."""
