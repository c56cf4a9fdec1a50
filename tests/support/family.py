"""Which processes run, and whose they are."""

import subprocess
from collections.abc import Mapping
from time import sleep


def parents() -> dict[int, int]:
    """The parent of every process that runs; zombies have ended."""
    lines = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True).stdout
    rows = (line.split() for line in lines.splitlines())
    return {int(pid): int(parent) for pid, parent, state in rows if not state.startswith("Z")}


def descendants(pid: int, running: Mapping[int, int] | None = None) -> set[int]:
    """All processes below one, of those that run, with their parents; by default of all."""
    running = parents() if running is None else running
    children = {child for child, parent in running.items() if parent == pid}
    return children.union(*(descendants(child, running) for child in children))


def wait_for_end(pid: int) -> None:
    """Wait until a process has ended, at most ten seconds."""
    for _ in range(100):
        if pid not in parents():
            return
        sleep(0.1)
    raise TimeoutError(f"process {pid} goes on alone")
