"""Programs that store blobs beside a federation on this machine: found, started, waited for."""

import os
import shutil
import socket
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tenacity import RetryCallState, retry, retry_if_not_result, stop_after_delay, wait_fixed

from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.testing.processes import end_with_parent, uninterrupted

NODES = "FOLKMOOT_NODES"
"""The environment variable that names a folder with such programs."""

LOOPBACK = "127.0.0.1"
START_S = 120.0
TAIL = 1_500  # characters of a log that are worth showing


def program(name: str) -> str | None:
    """The path of a program, from the folder that FOLKMOOT_NODES names or else from the PATH."""
    return shutil.which(name, path=os.environ.get(NODES)) or shutil.which(name)


def where(name: str) -> str:
    """What to do for `program` to find one."""
    return f"put `{name}` on the PATH, or name the folder that has it in {NODES}"


def require(name: str, what: str) -> None:
    """Raise `ConfigError` where `program` finds none; `what` is what people call it."""
    if not program(name):
        raise ConfigError(f"there is no {what}", where(name))


def launch(command: Sequence[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a program in a session of its own, which Ctrl-C does not reach; what it says goes into a file.

    On Linux it ends with the thread that starts it, even by `kill -9`.
    """
    with uninterrupted(), log.open("wb") as said:
        return subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - it calls the kernel and takes no lock
        )


def _late(state: RetryCallState) -> bool:
    raise FolkmootError(f"{state.args[2].stem} does not start")


@retry(
    retry=retry_if_not_result(bool), wait=wait_fixed(0.02), stop=stop_after_delay(START_S), retry_error_callback=_late
)
def wait_for(
    process: subprocess.Popen[bytes], port: int, log: Path, word: str = "", *, address: str = LOOPBACK
) -> bool:
    """Returns when a program takes calls and has said this word.

    Raises `FolkmootError` if it ends before, or is late.
    """
    said = log.read_text(errors="replace")
    if process.poll() is not None:
        raise FolkmootError(f"{log.stem} ended with {process.returncode}: {said[-TAIL:]}")
    return answers(port, address) and word in said


def answers(port: int, address: str = LOOPBACK) -> bool:
    """Whether something on this machine, or at another address, takes calls at a port."""
    with socket.socket() as probe:
        return probe.connect_ex((address, port)) == 0
