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
from pathlib import Path
from statistics import mean
from threading import Thread
from typing import Any, TypeVar

from experiments.hosts import get, get_all, put, serve, start_node, use
from experiments.network import Host, make_switch
from experiments.servers import USER, Kubo, make_keys
from folkmoot.errors import FolkmootError

MB = 1_000_000
FOLDER = Path("/dev/shm")  # noqa: S108 - of all hosts; a file system of our own is mounted there
LEAD_S = 0.5  # for telling all clients when to start
PORT = 22

T = TypeVar("T")

Found = tuple[str, float]
"""A metric and its value."""


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
    url = PREPARE[job.system](FOLDER, hosts)
    _all(hosts, use, [(url,)] * len(hosts))
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


def _by_ipfs(folder: Path, hosts: Sequence[Host]) -> str:
    """A node on each host, connected to all others."""
    nodes = [Kubo(folder=folder / host.address, address=host.address) for host in hosts]
    places = _all(hosts, Kubo.make, [(node,) for node in nodes])
    _all(hosts, start_node, [(node,) for node in nodes])
    _all(hosts, Kubo.connect, [(node, places[:number]) for number, node in enumerate(nodes)])
    return "ipfs+http://127.0.0.1:5001"


def _by_sftp(folder: Path, hosts: Sequence[Host]) -> str:
    """A server on the first host."""
    address = hosts[0].address
    make_keys(folder, address)
    hosts[0].do(serve, folder, address, PORT).result()
    return f"sftp://{USER}@{address}:{PORT}/blobs"


PREPARE: Mapping[str, Callable[[Path, Sequence[Host]], str]] = {"ipfs": _by_ipfs, "sftp": _by_sftp}
"""By system: set it up on the hosts, the first of which is the server; returns the URL of the store on each host."""


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
