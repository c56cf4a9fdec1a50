"""How fast blobs are encoded, decoded and moved, and in how much memory: python -m scripts.bench_blobs.

Each figure is the best of a few runs in a process of its own, in megabytes (10**6 bytes) of blob per second. Memory is
what the process takes beside the tensors at most. The store is a folder, unless --store names another one. With
--encrypted blobs are encrypted for 100 recipients.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from eth_account import Account
from rich.console import Console
from rich.table import Table

from folkmoot.blob_keys import identity_of
from folkmoot.chain import public_key
from folkmoot.encryption import Context, Encrypted, Header, Kind, decrypt, envelope_size, unwrap
from folkmoot.learning import BlobMeta, TensorSpec, decode, encode, max_blob_size
from folkmoot.store import Bytes, open_store, read_place

SIZES = (1, 50, 1_000)  # MB
MB = 10**6
LAYER = MB // 4  # numbers of a tensor
ENOUGH, LEAST, MOST = 200, 3, 20  # MB for which a job is repeated, and how often
JOBS = ("encode", "decode", "put", "fetch")  # a blob that is there is not put again: a folder only takes it in
ACCOUNTS = [Account.from_key(number.to_bytes(32)) for number in range(1, 101)]
READER = identity_of(ACCOUNTS[0])
RECIPIENTS = {account.address: public_key(account) for account in ACCOUNTS}
CONTEXT = Context(chain_id=1, task="0x" + "1a" * 20, round=1, kind=Kind.UPDATE)
META = BlobMeta(task="0x" + "1a" * 20, round=1, author="0x" + "2b" * 20, parent=bytes(32))


def main() -> int:
    """Measure all, and print a table."""
    parser = argparse.ArgumentParser(prog="bench_blobs", description="Measure how blobs move.")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), metavar="MB")
    parser.add_argument("--store", metavar="URL", help="default: a temporary folder")
    parser.add_argument("--encrypted", action="store_true")
    parser.add_argument("--job", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.job:
        print(*measure(given.job[0], int(given.job[1]), given.store, is_encrypted=given.encrypted))
        return 0
    shown = Table("MB", "job", "MB/s", "MB of memory")
    for size in given.sizes:
        for job in JOBS:
            with TemporaryDirectory() as folder:
                figures = run(job, size, given.store or folder, is_encrypted=given.encrypted)
            shown.add_row(str(size), job, *(f"{float(figure):,.0f}" for figure in figures))
    Console().print(shown)
    return 0


def run(job: str, size: int, store: str, *, is_encrypted: bool) -> list[str]:
    """A job's figures, from a process of its own."""
    command = [sys.executable, "-m", __spec__.name, "--job", job, str(size), "--store", store]
    command += ["--encrypted"] if is_encrypted else []
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split()


def measure(job: str, size: int, place: str, *, is_encrypted: bool) -> tuple[float, float]:
    """MB/s, and MB of memory beside the tensors."""
    tensors = {f"layer {number:04}": np.full(LAYER, number + 0.5, np.float32) for number in range(size)}
    spec, store = TensorSpec.of(tensors), open_store([read_place(place)])
    limit = max_blob_size(spec)

    def encoded() -> Iterable[Bytes]:
        blob = encode(tensors, META)
        return Encrypted(blob, CONTEXT, RECIPIENTS) if is_encrypted else blob

    def decoded(stored: Iterable[bytes]) -> object:
        plain = decrypt(iter(stored), _key) if is_encrypted else stored
        return decode(plain, spec, limit=limit, meta=META)

    pieces = list(map(bytes, encoded())) if job == "decode" else []
    name = store.put(encoded()) if job == "fetch" else b""
    jobs: dict[str, Callable[[], object]] = {
        "encode": lambda: sum(map(len, encoded())),
        "decode": lambda: decoded(pieces),
        "put": lambda: store.put(encoded()),
        "fetch": lambda: store.read(name, limit=envelope_size(limit), consume=decoded),
    }
    if job in {"decode", "fetch"}:
        tensors.clear()
    Path("/proc/self/clear_refs").write_text("5")  # measure the most memory from here
    before, times = peak(), []
    for _ in range(max(LEAST, min(MOST, ENOUGH // size))):
        begin = perf_counter()
        jobs[job]()
        times.append(perf_counter() - begin)
    made = limit if job in {"decode", "fetch"} else 0
    return limit / MB / min(times), (peak() - before - made) / MB


def _key(header: Header) -> Iterator[bytes]:
    key = unwrap(header.entries[READER.address.lower()], READER, header.bound)
    yield from [key] if key else []


def peak() -> int:
    """Bytes that this process had at most."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    return int(found[1]) * 1024 if found else 0


if __name__ == "__main__":
    sys.exit(main())
