"""Validators as processes: started in their folders, found again by a lock that each holds, ended by their ids.

The lock is on the file with the process's id. It passes to the process that is started, and ends with it: so an id
that the system has given to another program is never taken for the validator's.
"""

import fcntl
import os
import signal
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from tenacity import RetryError, retry, retry_if_not_result, stop_after_delay, wait_fixed

from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.testing.networks.kind import RUN
from folkmoot.testing.networks.plan import Network, Validator, is_free
from folkmoot.testing.networks.rpc import heights
from folkmoot.testing.processes import end_with_parent, uninterrupted
from folkmoot.testing.servers import answers

PID, LOG = "pid", "node.log"
START_S = 120.0  # until blocks come: Java takes its time
TURNS = 5  # block times without a block, within which there is no need to worry
GRACE_S = 30.0  # for ending cleanly
LOOK_S = 0.2
TAIL = 1_500  # characters of a log that are worth showing


def check(network: Network, validators: Sequence[Validator]) -> None:
    """Raise `ConfigError` for a validator that belongs on another host, or a port that something else listens on."""
    for validator in validators:
        if not validator.is_here:
            raise ConfigError(
                f"validator {validator.number} belongs on {validator.host}",
                f"copy {network.place(validator)} there, and start it by ./{RUN}",
            )
        if taken := [port for port in validator.ports if not is_free(port)]:
            raise ConfigError(f"port {taken[0]} of validator {validator.number} is taken", "end what listens there")


def start(folder: Path, program: str) -> int:
    """Start a validator in a session of its own, with its log in its folder; return its id at once.

    It outlives the program that starts it. Raises `ConfigError` if it runs already.
    """
    process = _start(folder, program, None)
    process.returncode = 0  # nobody here waits for it
    return process.pid


def start_child(folder: Path, program: str) -> subprocess.Popen[bytes]:
    """As `start`, but Linux ends it with the thread that starts it, even by `kill -9`."""
    return _start(folder, program, end_with_parent)


def _start(folder: Path, program: str, prepare: Callable[[], None] | None) -> subprocess.Popen[bytes]:
    lock = os.open(folder / PID, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(lock, 0)  # before anybody takes the last process's id for the new one's
        with uninterrupted(), (folder / LOG).open("ab") as said:
            process = subprocess.Popen(
                [str(folder / RUN)],
                env=os.environ | {"CLIENT": program},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                pass_fds=[lock],
                preexec_fn=prepare,  # noqa: PLW1509 - it calls the kernel and takes no lock
            )
        os.write(lock, f"{process.pid}\n".encode())
    except BlockingIOError as error:
        raise ConfigError(f"the validator in {folder} runs already") from error
    finally:
        os.close(lock)
    return process


def process_of(folder: Path) -> int | None:
    """The id of the process that `start` started here, if it still runs."""
    try:
        lock = os.open(folder / PID, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return int(os.pread(lock, 20, 0) or 0) or None
    finally:
        os.close(lock)
    return None


def stop(folders: Sequence[Path], grace: float = GRACE_S) -> list[Path]:
    """End what runs in these folders, by SIGTERM, and by SIGKILL what takes more than `grace` seconds.

    Returns the folders in which something ran. Raises `FolkmootError` if one does not end.
    """
    running = [folder for folder in folders if process_of(folder)]
    _signal(running, signal.SIGTERM)
    if not _ended(running, grace):
        _signal(running, signal.SIGKILL)
        if not _ended(running, GRACE_S):
            raise FolkmootError("a validator does not end", ", ".join(str(f) for f in running if process_of(f)))
    return running


def _signal(folders: Sequence[Path], number: signal.Signals) -> None:
    for folder in folders:
        if pid := process_of(folder):
            with suppress(ProcessLookupError):
                os.killpg(pid, number)


def _ended(folders: Sequence[Path], patience: float) -> bool:
    @retry(retry=retry_if_not_result(bool), wait=wait_fixed(LOOK_S), stop=stop_after_delay(patience))
    def none_runs() -> bool:
        return not any(process_of(folder) for folder in folders)

    with suppress(RetryError):
        return none_runs()
    return False


def wait_for_peers(network: Network, validator: Validator, patience: float = START_S) -> None:
    """Return when a started validator takes others' connections, before the next one is started.

    Whoever dials one that does not listen yet tries again only after half a minute. Raises as `wait_until` does.
    """
    wait_until(network, [validator], lambda: answers(validator.p2p), "take connections", patience)


def wait_for_answers(network: Network, validators: Sequence[Validator], patience: float = START_S) -> list[int]:
    """Return the heights of validators once all of them answer. Raises as `wait_until` does."""
    urls = [validator.url for validator in validators]
    wait_until(network, validators, lambda: None not in heights(urls), "take calls", patience)
    return [height or 0 for height in heights(urls)]


def wait_for_blocks(network: Network, validators: Sequence[Validator]) -> None:
    """Return when each of these has a block that none had before. Raises as `wait_until` does."""
    patience = max(START_S, TURNS * network.period)
    urls = [validator.url for validator in validators]
    first = max(wait_for_answers(network, validators, patience))
    wait_until(network, validators, lambda: min(h or 0 for h in heights(urls)) > first, "make blocks", patience)


def wait_until(
    network: Network, validators: Sequence[Validator], reached: Callable[[], bool], what: str, patience: float
) -> None:
    """Return when it is as wanted.

    Raises `FolkmootError` if one of the validators that was started here ends, or if it takes more than `patience`
    seconds.
    """

    @retry(retry=retry_if_not_result(bool), wait=wait_fixed(LOOK_S), stop=stop_after_delay(patience))
    def look() -> bool:
        for validator in validators:
            if validator.is_here and not process_of(network.place(validator)):
                raise FolkmootError(f"validator {validator.number} ended: {tail(network, validator)}")
        return reached()

    try:
        look()
    except RetryError as error:
        hint = f"see {LOG} in each folder"
        raise FolkmootError(f"the validators do not {what} within {patience:.0f} s", hint) from error


def tail(network: Network, validator: Validator) -> str:
    """The end of a validator's log."""
    return (network.place(validator) / LOG).read_text("utf-8", errors="replace")[-TAIL:]
