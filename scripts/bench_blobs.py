"""How fast blobs are encoded, decoded and moved, and in how much memory: python -m scripts.bench_blobs.

Each figure is the best of a few runs in a process of its own, in megabytes (10**6 bytes) of blob per second. Memory is
what the process takes beside the tensors at most. The store is a folder, unless --store names another one.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from rich.console import Console
from rich.table import Table

from folkmoot.learning import BlobMeta, TensorSpec, decode, encode, max_blob_size
from folkmoot.store import open_store, read_place

SIZES = (1, 50, 1_000)  # MB
MB = 10**6
LAYER = MB // 4  # numbers of a tensor
ENOUGH, LEAST, MOST = 200, 3, 20  # MB for which a job is repeated, and how often
JOBS = ("encode", "decode", "put", "fetch")  # a blob that is there is not put again: a folder only takes it in
META = BlobMeta(task="0x" + "1a" * 20, round=1, author="0x" + "2b" * 20, parent=bytes(32))


def main() -> int:
    """Measure all, and print a table."""
    parser = argparse.ArgumentParser(prog="bench_blobs", description="Measure how blobs move.")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="MB")
    parser.add_argument("--store", metavar="URL", help="default: a temporary folder")
    parser.add_argument("--job", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.job:
        print(*measure(given.job[0], int(given.job[1]), given.store))
        return 0
    shown = Table("MB", "job", "MB/s", "MB of memory")
    for size in given.sizes:
        for job in JOBS:
            with TemporaryDirectory() as folder:
                figures = run(job, size, given.store or folder)
            shown.add_row(str(size), job, *(f"{float(figure):,.0f}" for figure in figures))
    Console().print(shown)
    return 0


def run(job: str, size: int, store: str) -> list[str]:
    """A job's figures, from a process of its own."""
    command = [sys.executable, "-m", __spec__.name, "--job", job, str(size), "--store", store]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def measure(job: str, size: int, place: str) -> tuple[float, float]:
    """MB/s, and MB of memory beside the tensors."""
    tensors = {f"layer {number:04}": np.full(LAYER, number + 0.5, np.float32) for number in range(size)}
    spec, store, encoding = TensorSpec.of(tensors), open_store([read_place(place)]), encode(tensors, META)
    limit = max_blob_size(spec)
    pieces = list(map(bytes, encoding)) if job == "decode" else []
    name = store.put(encoding) if job == "fetch" else b""
    jobs: dict[str, Callable[[], object]] = {
        "encode": lambda: sum(map(len, encoding)),
        "decode": lambda: decode(pieces, spec, limit=limit, meta=META),
        "put": lambda: store.put(encoding),
        "fetch": lambda: store.read(name, limit=limit, consume=lambda read: decode(read, spec, limit=limit, meta=META)),
    }
    if job in {"decode", "fetch"}:
        tensors.clear()
        del encoding
    Path("/proc/self/clear_refs").write_text("5")  # measure the most memory from here
    before, times = peak(), []
    for _ in range(max(LEAST, min(MOST, ENOUGH // size))):
        begin = perf_counter()
        jobs[job]()
        times.append(perf_counter() - begin)
    made = limit if job in {"decode", "fetch"} else 0
    return limit / MB / min(times), (peak() - before - made) / MB


def peak() -> int:
    """Bytes that this process had at most."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    return int(found[1]) * 1024 if found else 0


if __name__ == "__main__":
    sys.exit(main())
