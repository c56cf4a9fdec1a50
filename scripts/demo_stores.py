"""Where the demonstration's blobs are stored: a folder, the members' own Kubo nodes, an S3 or an SFTP server."""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from folkmoot.testing.kubo import Kubo, run_swarm
from folkmoot.testing.object_server import object_server
from folkmoot.testing.servers import require
from scripts.demo_settings import FOLDER

BUCKET = "demonstration"
NODE_MIB = 200  # of memory for a node, which takes 90 when it has little to do
REST_MIB = 2_048  # for workers, chain and the rest
SHARING = 3  # members of one node where memory is short

_PROGRAMS = {"ipfs": ("ipfs", "Kubo"), "s3": ("versitygw", "S3 server")}


@dataclass(frozen=True, slots=True)
class Stores:
    """What each member's setting `store` is, what there is to say of it, and a node that the demonstration can kill."""

    places: Sequence[object]
    fact: str
    victim: Kubo | None = None


def check_store(kind: str) -> None:
    """Raise `ConfigError` if a program is missing that this kind of store needs."""
    if kind in _PROGRAMS:
        require(*_PROGRAMS[kind])


def run_stores(kind: str, folder: Path, members: int) -> AbstractContextManager[Stores]:
    """Stores of one of the `STORES` for so many members, with files in `folder`. Raises `FolkmootError`."""
    return STORES[kind](folder, members)


@contextmanager
def _folder(folder: Path, members: int) -> Iterator[Stores]:
    yield Stores([folder / "blobs"] * members, "all members share a folder of blobs")


@contextmanager
def _ipfs(_: Path, members: int) -> Iterator[Stores]:
    """Beside its own node each member's list has the next one, in case its own is lost."""
    is_short = free_mib() < members * NODE_MIB + REST_MIB
    number = -(-members // SHARING) if is_short else members
    with run_swarm(number) as nodes:
        own = [index * number // members for index in range(members)]
        places = [[nodes[index].url, nodes[(index + 1) % number].url] for index in own]
        why = f"as only {free_mib()} MiB of memory are free" if is_short else "one for each member"
        yield Stores(places, f"{number} Kubo nodes run in a private swarm, {why}", nodes[-1])


@contextmanager
def _s3(folder: Path, members: int) -> Iterator[Stores]:
    with object_server(folder) as server, patch.dict(os.environ, server.environment()):
        server.add_bucket(BUCKET)
        yield Stores([f"s3://{BUCKET}/blobs"] * members, "all members use a bucket of a local S3 server")


@contextmanager
def _sftp(folder: Path, members: int) -> Iterator[Stores]:
    from folkmoot.testing.sftp_server import sftp_server  # noqa: PLC0415 - needs an extra

    with sftp_server(folder) as server, patch.dict(os.environ, server.make_home()):
        yield Stores([server.url()] * members, "all members use a folder of a local SFTP server")


STORES = {FOLDER: _folder, "ipfs": _ipfs, "s3": _s3, "sftp": _sftp}


def free_mib() -> int:
    """Memory that is free for new processes."""
    lines = dict(line.split(":") for line in Path("/proc/meminfo").read_text().splitlines())
    return int(lines["MemAvailable"].split()[0]) // 1024
