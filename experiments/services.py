"""One of each kind of store on this machine: a folder, and real servers on loopback, which are gone at the end."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

from experiments.servers import REGION, USER, Kubo, make_keys, run_s3, run_sftp
from folkmoot.testing import free_port

HERE = "127.0.0.1"
BUCKET = "blobs"


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
def _kubo(folder: Path) -> Iterator[Service]:
    """A node that knows no other."""
    node = Kubo(folder=folder, address=HERE, swarm=free_port(), api=free_port())
    node.make()
    with node.run():
        yield Service(f"ipfs+http://{HERE}:{node.api}", folder / "blocks", {})


@contextmanager
def _s3(folder: Path) -> Iterator[Service]:
    """Versity's gateway over a folder."""
    (folder / BUCKET).mkdir()
    user, secret, port = secrets.token_hex(10), secrets.token_hex(20), free_port()
    environment = {
        "AWS_ENDPOINT_URL": f"http://{HERE}:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_REGION": REGION,
        "AWS_ACCESS_KEY_ID": user,
        "AWS_SECRET_ACCESS_KEY": secret,
    }
    with run_s3(folder, HERE, port, user, secret):
        yield Service(f"s3://{BUCKET}", folder, environment)


@contextmanager
def _sftp(folder: Path) -> Iterator[Service]:
    """An asyncssh server over a folder in this one, which is the home of client and server."""
    port = free_port()
    make_keys(folder, HERE)
    with run_sftp(folder, HERE, port):
        yield Service(f"sftp://{USER}@{HERE}:{port}/blobs", folder / "root", {"HOME": str(folder)})


SERVICES: Mapping[str, Callable[[Path], AbstractContextManager[Service]]] = {
    "folder": _folder,
    "ipfs": _kubo,
    "s3": _s3,
    "sftp": _sftp,
}
"""By system: run it over an empty folder."""
