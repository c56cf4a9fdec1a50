"""How much memory a store takes to verify a blob and to return it, in a process that does nothing else."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from folkmoot.store import BlobStore
from tests.support.store_cases import ABSENT, BIG
from tools.workcopy import ROOT


class Memory(NamedTuple):
    """Bytes beyond what the process has before."""

    to_verify: int
    to_return: int


def measure(kind: type, arguments: list[Any], name: bytes) -> Memory:
    """Of a store of some kind that holds a blob under this name; it is made from arguments that JSON can hold."""
    given = json.dumps([kind.__module__, kind.__name__, arguments, name.hex()])
    done = subprocess.run(
        [sys.executable, "-m", __name__],
        input=given,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "offchain")},
        capture_output=True,
        text=True,
        check=True,
    )
    return Memory(*json.loads(done.stdout))


def _measured(store: BlobStore, name: bytes) -> Memory:
    assert not store.has(ABSENT, limit=BIG)
    before = _most()
    assert store.has(name, limit=BIG)
    verified = _most()
    assert store.get(name, limit=BIG)
    return Memory(verified - before, _most() - before)


def _most() -> int:
    """What this process had at once, in bytes. That of `getrusage` begins with what its parent had."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    assert found
    return int(found[1]) * 1024


if __name__ == "__main__":
    module, kind, arguments, name = json.load(sys.stdin)
    make: Callable[..., BlobStore] = getattr(import_module(module), kind)
    print(json.dumps(_measured(make(*arguments), bytes.fromhex(name))))
