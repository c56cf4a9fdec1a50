"""A member's use of a store, as experiments measure it; `python -m experiments.client` does it in a fresh process."""

import json
import os
import re
import sys
import time
from pathlib import Path

from folkmoot.store import BlobStore, open_store, read_place

FEW = b"a few bytes"


def make(size: int) -> bytes:
    """The content of a blob: random bytes, which nobody can compress."""
    return os.urandom(size)


def put(store: BlobStore, content: bytes) -> bytes:
    """Store it; returns its pointer."""
    return store.put(content)


def get(store: BlobStore, pointer: bytes, size: int) -> None:
    """Have it, verified."""
    store.get(pointer, limit=size)


def peak_memory() -> int:
    """The most that this process has had, in bytes. That of `getrusage` begins with what its parent had."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    return 1024 * int(found[1]) if found else 0


def main(place: str, size: int, name: str) -> None:
    """Put a blob, or get the one under a pointer; prints seconds, bytes of memory beyond the idle process's, pointer.

    An idle process has opened the store, connected to it and put a few bytes. What it puts counts as memory, too.
    """
    store = open_store([read_place(place)])
    store.put(FEW)
    idle = peak_memory()
    pointer, content = bytes.fromhex(name), b"" if name else make(size)
    start = time.monotonic()
    if name:
        get(store, pointer, size)
    else:
        pointer = put(store, content)
    seconds = time.monotonic() - start
    print(json.dumps([seconds, peak_memory() - idle, pointer.hex()]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3])
