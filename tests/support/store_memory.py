"""How much memory a store takes for a large blob, in a process that does nothing else."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from folkmoot.store import BlobStore, pointer
from folkmoot.store.content import Anew
from tests.support.store_cases import ABSENT, BIG
from tools.workcopy import ROOT

LARGE = int(os.environ.get("FOLKMOOT_LARGE_MIB", "256")) << 20
ALLOWED = 200_000_000  # bytes of the whole process
_STEP = 300_001  # bytes of a piece


class Memory(NamedTuple):
    """Bytes that the process had at most: before, then when it had also written, verified, read and returned a blob."""

    before: int
    written: int
    verified: int
    read: int
    returned: int


def measure(kind: type, arguments: list[Any], size: int, *, returning: bool = False) -> Memory:
    """Of a store of some kind, made from arguments that JSON can hold, and a blob of so many bytes."""
    given = json.dumps([kind.__module__, kind.__name__, arguments, size, returning])
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=given,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "offchain")},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Memory(*json.loads(done.stdout))


def pieces(size: int) -> Iterator[bytes]:
    """A blob that is nowhere as a whole; no two pieces are alike."""
    block = bytes(range(251)) * (_STEP // 251 + 1)
    for start in range(0, size, _STEP):
        yield (start.to_bytes(8, "big") + block)[: min(_STEP, size - start)]


def _measured(make: Callable[[], BlobStore], size: int, *, returning: bool) -> Iterator[int]:
    blob, store = Anew(lambda: pieces(size)), make()
    assert not store.has(ABSENT, limit=BIG)
    yield _most()
    name = store.put(blob)
    assert name == pointer(blob)
    yield _most()
    assert make().has(name, limit=BIG)
    yield _most()
    assert make().read(name, limit=BIG, consume=lambda read: sum(map(len, read))) == size
    yield _most()
    assert not returning or len(make().get(name, limit=BIG)) == size
    yield _most()


def _most() -> int:
    """What this process had at once, in bytes. That of `getrusage` begins with what its parent had."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    assert found
    return int(found[1]) * 1024


if __name__ == "__main__":
    module, kind, arguments, size, returning = json.load(sys.stdin)
    store_of_kind = getattr(import_module(module), kind)
    print(json.dumps(list(_measured(lambda: store_of_kind(*arguments), size, returning=returning))))
