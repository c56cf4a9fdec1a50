"""Faults of workers' processes and of what they keep on disk."""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from random import Random

from folkmoot.testing import Member, Worker
from folkmoot.testing.processes import work
from tests.chaos.besieged import Besieged
from tests.chaos.plan import Stroke

DAY_S = 86_400


@contextmanager
def killed(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    with _dead(siege, siege.members[stroke.victim]):
        yield


@contextmanager
def absent(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """A worker is dead for longer than a window."""
    siege.unable.add(siege.members[stroke.victim].address)
    with killed(siege, stroke):
        yield


@contextmanager
def all_killed(siege: Besieged, _stroke: Stroke) -> Iterator[None]:
    alive = [member for member in siege.members if member.worker.is_running]
    for member in alive:
        member.kill()
    siege.kills += len(alive)
    yield
    for member in alive:
        member.start()


@contextmanager
def stopped(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    worker = siege.members[stroke.victim].worker
    worker.signal(signal.SIGSTOP)
    yield
    worker.signal(signal.SIGCONT)


@contextmanager
def journal_read_only(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """Nothing new can be written to the journal. Root may write whatever the mode says, so that ext's flag is set."""
    folders = [file.parent for file in _state(siege.members[stroke.victim]).rglob("lock")]
    has_flag = shutil.which("chattr") is not None
    for folder in folders:
        folder.chmod(0o500)
        if has_flag:
            subprocess.run(["chattr", "+i", folder], check=False, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        for folder in folders:
            if has_flag:
                subprocess.run(["chattr", "-i", folder], check=False, stderr=subprocess.DEVNULL)
            folder.chmod(0o700)


@contextmanager
def journal_damaged(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """An opening is cut short while the worker is dead, so that a seat may lose what it committed.

    Updates are spared: where the store has lost one, too, nobody can aggregate any more.
    """
    member, random = siege.members[stroke.victim], Random(stroke.seed)
    with _dead(siege, member):
        files = sorted(_state(member).rglob("opening-*.json"))
        for file in random.sample(files, min(1, len(files))):
            data = file.read_bytes()
            file.write_bytes(data[: random.randrange(len(data) + 1)])
            siege.unable.add(member.address)
        yield


@contextmanager
def second_worker(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """A second worker with the same key and journal. It ends and says why, unless it comes while the first is dead."""
    member = siege.members[stroke.victim]
    folder = siege.folder / f"second-{stroke.seed}"
    folder.mkdir()
    second = Worker(f"{member.name}'s second", folder)
    second.start(_absolute(member))
    yield
    if second.is_running:
        second.signal(signal.SIGKILL)
    elif second.exit_code(0) and "\nhint: " not in second.log:
        raise AssertionError(f"{second.name} said no reason: {second.log}")


@contextmanager
def twin(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """A second worker with the same key and a journal of its own: what it commits, it alone can reveal."""
    member = siege.members[stroke.victim]
    folder = siege.folder / f"twin-{stroke.seed}"
    folder.mkdir()
    siege.unable.add(member.address)
    second = Worker(f"{member.name}'s twin", folder)
    second.start(_absolute(member) | {"state": folder / "state"})
    yield
    second.signal(signal.SIGKILL)
    if "Traceback" in second.log:
        raise AssertionError(f"{second.name} met a defect: {second.log}")


@contextmanager
def clock_skewed(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """A machine whose clock is wrong by up to a day."""
    member = siege.members[stroke.victim]
    own, offset = member.worker.program, Random(stroke.seed).uniform(-DAY_S, DAY_S)
    with _dead(siege, member):
        member.worker.program = replace(own, run=partial(_work_at, offset))
    yield
    with _dead(siege, member):
        member.worker.program = own


def _work_at(offset: float, config: Path) -> None:
    real = time.time
    time.time = lambda: real() + offset
    work(config)


@contextmanager
def _dead(siege: Besieged, member: Member) -> Iterator[None]:
    is_alive = member.worker.is_running
    if is_alive:
        member.kill()
        siege.kills += 1
    yield
    if is_alive:
        member.start()


def _state(member: Member) -> Path:
    return member.worker.folder / "state"


def _absolute(member: Member) -> dict[str, object]:
    """The settings as another folder's file has to have them."""
    own = member.worker.folder
    return {**member.settings, "state": own / "state"} | {
        name: own / str(member.settings[name]) for name in ("keystore", "password_file")
    }
