"""The stores of a besieged federation: a folder that all share, a bucket on a real S3 server, or real Kubo nodes."""

import os
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from unittest.mock import patch

from folkmoot.testing import kubo
from folkmoot.testing import object_server as s3
from tests.support.cutting_proxy import CuttingProxy, cutting_proxy

DISK = 4 << 20  # bytes of the folder
NODES = 3  # of Kubo, for all members


class Server(Protocol):
    process: subprocess.Popen[bytes] | None

    def start(self) -> None: ...

    def kill(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Stores:
    """The members' settings `store`, one after the other, and the servers behind them, each behind a proxy.

    `disk` is the folder that all share, if they do, and `is_small` says whether it can be filled.
    """

    settings: Sequence[object]
    servers: Sequence[Server] = ()
    proxies: Sequence[CuttingProxy] = ()
    disk: Path | None = None
    is_small: bool = False


@contextmanager
def shared_folder(folder: Path, members: int) -> Iterator[Stores]:
    """On a disk of its own, unless the rights to mount one lack. Each member reaches it by a link of its own."""
    disk, links = folder / "blobs", folder / "links"
    disk.mkdir()
    links.mkdir()
    own = [links / str(number) for number in range(members)]
    for link in own:
        link.symlink_to(disk)
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "none", str(disk)]
    is_small = subprocess.run(mounting, check=False, stderr=subprocess.DEVNULL).returncode == 0
    try:
        yield Stores(own, disk=disk, is_small=is_small)
    finally:
        if is_small:
            subprocess.run(["umount", "--lazy", disk], check=False)


@contextmanager
def bucket(folder: Path, members: int) -> Iterator[Stores]:
    place = folder / "s3"
    place.mkdir()
    with s3.object_server(place) as server, cutting_proxy(server.port) as proxy:
        server.add_bucket("hospitals")
        found = {f"AWS_{name.upper()}": value for name, value in server.credentials(proxy.port).items()}
        with patch.dict(os.environ, found):
            yield Stores(["s3://hospitals/blobs"] * members, [server], [proxy])


@contextmanager
def swarm(_folder: Path, members: int) -> Iterator[Stores]:
    with kubo.run_swarm(NODES) as nodes, ExitStack() as stack:
        proxies = [stack.enter_context(cutting_proxy(node.api)) for node in nodes]
        urls = [f"ipfs+http://127.0.0.1:{proxy.port}" for proxy in proxies]
        yield Stores([urls[number % NODES] for number in range(members)], nodes, proxies)


STORES: Mapping[str, Callable[[Path, int], AbstractContextManager[Stores]]] = {
    "folder": shared_folder,
    "s3": bucket,
    "ipfs": swarm,
}


def present() -> list[str]:
    """The kinds of stores whose programs are there."""
    return ["folder", *["s3"] * bool(s3.binary()), *["ipfs"] * bool(kubo.binary())]
