"""Faults of the folder that the members share as their store. Each member reaches it by a link of its own."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from threading import Event, Thread

from folkmoot.chain import Phase
from folkmoot.store import cid
from tests.chaos.besieged import Besieged
from tests.chaos.plan import Stroke

READING = {Phase.COMMITTING, Phase.REVEALING, Phase.SETTLING, Phase.AGGREGATING}
HUGE = 1 << 40  # bytes of a sparse file
AGAIN_S = 0.03


@contextmanager
def ticking(act: Callable[[], object], every: float = AGAIN_S) -> Iterator[None]:
    """Do something again and again beside the siege. What it raises is raised at the end."""
    over, raised = Event(), list[Exception]()

    def run() -> None:
        try:
            while not over.wait(every):
                act()
        except Exception as error:  # noqa: BLE001 - handed on
            raised.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    yield
    over.set()
    thread.join()
    if raised:
        raise raised[0]


@contextmanager
def away(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """A member's store is not there."""
    with _linked(siege, stroke, siege.folder / "nowhere" / "at all"):
        yield


@contextmanager
def not_mounted(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """Where a member's store should be there is an empty folder, which takes what is written to it."""
    empty = siege.folder / f"empty-{stroke.seed}"
    empty.mkdir()
    with _linked(siege, stroke, empty):
        yield


@contextmanager
def no_folder(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """Where a member's store should be there is a file."""
    file = siege.folder / "file"
    file.touch()
    with _linked(siege, stroke, file):
        yield


@contextmanager
def full(siege: Besieged, _stroke: Stroke) -> Iterator[None]:
    """The disk of all is full."""
    filler = siege.blobs / "filler.part"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while siege.stores.is_small:
            file.write(bytes(1 << 16))
    yield
    filler.unlink(missing_ok=True)


@contextmanager
def poisoned(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """Something else lies under the name of each update before its author publishes it."""
    random, done = Random(stroke.seed), set[bytes]()

    def act() -> None:
        for pointer in siege.pointers():
            place = siege.blobs / cid(pointer)
            if pointer not in done and not os.path.lexists(place):
                with suppress(FileExistsError):
                    random.choice(POISONS)(place)
            done.add(pointer)

    with ticking(act):
        yield


@contextmanager
def deleted(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """Published updates, and the model that all begin from, are deleted or spoilt once while they are read."""
    random, done = Random(stroke.seed), set[bytes]()

    def act() -> None:
        phase = siege.watched.phase()
        if phase not in {*READING, Phase.TRAINING}:
            return
        for pointer in (siege.watched.current_model(), *(siege.pointers() if phase in READING else ())):
            place = siege.blobs / cid(pointer)
            if pointer not in done and place.is_file():
                done.add(pointer)
                with suppress(OSError):
                    random.choice(LOSSES)(place)

    with ticking(act):
        yield


@contextmanager
def _linked(siege: Besieged, stroke: Stroke, target: Path) -> Iterator[None]:
    """A member's link leads elsewhere for a while."""
    link = siege.folder / "links" / str(stroke.victim)
    _point(link, target)
    yield
    _point(link, siege.blobs)


def _point(link: Path, target: Path) -> None:
    new = link.with_name("link.new")
    new.symlink_to(target)
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    new.replace(link)


def _garble(place: Path) -> None:
    place.write_bytes(b"garbage" * 100)


def _sparse(place: Path) -> None:
    with place.open("wb") as file, suppress(OSError):
        file.truncate(HUGE)


def _socket(place: Path) -> None:
    here = os.open(place.parent, os.O_RDONLY)  # a socket's path may have no more than 107 bytes
    try:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"/proc/self/fd/{here}/{place.name}")
    finally:
        os.close(here)


def _unreadable(place: Path) -> None:
    place.write_bytes(b"secret")
    place.chmod(0)


def _filled_folder(place: Path) -> None:
    place.mkdir()
    (place / "file").touch()


LOSSES: tuple[Callable[[Path], object], ...] = (Path.unlink, _garble)
POISONS: tuple[Callable[[Path], object], ...] = (
    _garble,
    _sparse,
    _socket,
    _unreadable,
    _filled_folder,
    Path.mkdir,
    os.mkfifo,
    lambda place: place.symlink_to(place.name),
    lambda place: place.symlink_to("/dev/zero"),
    lambda place: place.symlink_to("/etc/passwd"),
    Path.touch,
)
