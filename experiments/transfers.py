"""Downloads and uploads of many clients at once, from and to one server; run by a process in namespaces of its own.

It reads a `Job` as a line of JSON, and writes a line of JSON for each measurement: a metric and its value. When nobody
holds the other end of its input any more, it ends, and with it everything that it started.
"""

import json
import os
import re
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import mean
from threading import Thread
from typing import Any, TypeVar

from experiments.hosts import get, get_all, put, start_server, use
from experiments.network import Host, make_switch
from experiments.services import NODE_MIB
from folkmoot.errors import FolkmootError
from folkmoot.store import BlobStore, open_store
from folkmoot.testing.kubo import Kubo
from folkmoot.testing.sftp_server import SftpServer

MB = 1_000_000
FOLDER = Path("/dev/shm")  # noqa: S108 - of all hosts; a file system of our own is mounted there
LEAD_S = 0.5  # for telling all clients when to start
API, SWARM, SSH = 5001, 4001, 22

T = TypeVar("T")

Found = tuple[str, float]
"""A metric and its value."""

Connect = Callable[[], BlobStore]
"""What opens a store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """How many clients transfer how much by which system."""

    system: str
    clients: int
    megabytes: int
    mbit: float

    @property
    def size(self) -> int:
        """Of a blob, in bytes."""
        return self.megabytes * MB


def measure(job: Job) -> Iterator[Found]:
    """Mean rates in Mbit/s and times in seconds of the clients; what crossed the server's link; what it took."""
    subprocess.run(["mount", "-t", "tmpfs", "storage", str(FOLDER)], check=True)
    make_switch("experiments.hosts")
    server, *clients = hosts = [Host(number, job.mbit) for number in range(1, job.clients + 2)]
    connect = PREPARE[job.system](FOLDER, hosts)
    _all(hosts, use, [(connect,)] * len(hosts))
    yield from _download(job, server, clients)
    yield from _upload(job, server, clients)
    if job.system == "ipfs":
        yield "node_mb", max(_peaks("ipfs")) / MB


def _download(job: Job, server: Host, clients: Sequence[Host]) -> Iterator[Found]:
    """Everyone gets the same blob, which the server has."""
    pointer, _ = server.do(put, job.size, 0.0).result()
    sent, cpu, start = server.sent(), _cpu(), time.monotonic() + LEAD_S
    seconds = _all(clients, get, [(pointer, job.size, start)] * len(clients))
    yield from _rates("download", job, seconds)
    yield "download_blobs_sent", (server.sent() - sent) / job.size
    yield "download_cpus", (_cpu() - cpu) / max(seconds)


def _upload(job: Job, server: Host, clients: Sequence[Host]) -> Iterator[Found]:
    """Everyone puts a blob of its own; in IPFS the server then gets them all."""
    cpu, start = _cpu(), time.monotonic() + LEAD_S
    stored = _all(clients, put, [(job.size, start)] * len(clients))
    seconds = [taken for _, taken in stored]
    yield from _rates("upload", job, seconds)
    if job.system == "ipfs":
        seconds = server.do(get_all, [pointer for pointer, _ in stored], job.size, start).result()
        yield from _rates("arrival", job, seconds)
    yield "upload_cpus", (_cpu() - cpu) / max(seconds)


def _rates(metric: str, job: Job, seconds: Sequence[float]) -> Iterator[Found]:
    yield f"{metric}_s", mean(seconds)
    yield f"{metric}_mbit", mean(8 * job.megabytes / one for one in seconds)


# ---------------------------------------------------------------------- systems


def _by_ipfs(folder: Path, hosts: Sequence[Host]) -> Connect:
    """A node on each host, connected to all others."""
    nodes = [Kubo(folder / host.address, API, SWARM, address=host.address, memory_mib=NODE_MIB) for host in hosts]
    _all(hosts, Kubo.make, [(node,) for node in nodes])
    _all(hosts, start_server, [(node,) for node in nodes])
    _all(hosts, Kubo.meet, [(node, *nodes[:number]) for number, node in enumerate(nodes)])
    return partial(open_store, [nodes[0].url])  # which is its own to every host


def _by_sftp(folder: Path, hosts: Sequence[Host]) -> Connect:
    """A server on the first host."""
    server = SftpServer(folder, SSH, hosts[0].address)
    server.make()
    hosts[0].do(start_server, server).result()
    return server.connect


PREPARE: Mapping[str, Callable[[Path, Sequence[Host]], Connect]] = {"ipfs": _by_ipfs, "sftp": _by_sftp}
"""By system: set it up on the hosts, the first of which is the server; returns what opens the store on each host."""


# ---------------------------------------------------------------------- helpers


def _all(hosts: Sequence[Host], function: Callable[..., T], given: Sequence[tuple[Any, ...]]) -> list[T]:
    """Call a function on all hosts at once, on each with arguments of its own."""
    return [one.result() for one in [host.do(function, *own) for host, own in zip(hosts, given, strict=True)]]


def _cpu() -> float:
    """Seconds of CPU that all processes have taken that run in these namespaces."""
    fields = (file.read_text().rpartition(")")[2].split() for file in Path("/proc").glob("[0-9]*/stat"))
    return sum(int(own[11]) + int(own[12]) for own in fields) / os.sysconf("SC_CLK_TCK")


def _peaks(program: str) -> list[int]:
    """The most memory, in bytes, that each process of a program has had."""
    texts = (file.read_text() for file in Path("/proc").glob("[0-9]*/status"))
    found = (re.search(rf"^Name:\t{program}\n.*^VmHWM:\s*(\d+) kB", text, re.DOTALL | re.MULTILINE) for text in texts)
    return [1024 * int(one[1]) for one in found if one]


def _end_with_input() -> None:
    sys.stdin.read()
    os._exit(1)


def main() -> None:
    """Measure what the input says."""
    job = Job(**json.loads(sys.stdin.readline()))
    Thread(target=_end_with_input, daemon=True).start()
    code = 1
    try:
        for found in measure(job):
            print(json.dumps(found), flush=True)
        code = 0
    except FolkmootError as error:
        print(error, file=sys.stderr)
    except Exception:  # noqa: BLE001 - it is told, and nothing goes on
        traceback.print_exc()
    os._exit(code)  # waits for no host: the kernel ends the rest


if __name__ == "__main__":
    main()
