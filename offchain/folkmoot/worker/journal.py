"""What a worker must not lose: the openings of its score commitments, and its trained update until it is published.

This is a worker's only local state, one folder for each account and task. Each file appears whole or not at all and is
on disk when a method returns, so that a worker may be killed at any line. An opening is never replaced: for the same
updates in the same attempt a worker commits to the same scores, however often it restarts.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

import fcntl
import json
import logging
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from operator import index
from pathlib import Path
from typing import Any, Self

from folkmoot.errors import ConfigError, StoreError
from folkmoot.store import Content, pointer
from folkmoot.store.content import Anew, hashed
from folkmoot.store.pointer import CHUNK, PointerHash

log = logging.getLogger(__name__)

_ROUND = re.compile(r"(?:opening|update)-(\d+)\b.*")
_UNFINISHED = ".part"
_DAMAGED = ".damaged"
_DAMAGE = (KeyError, RecursionError, TypeError, ValueError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a reveal needs: a baseline and scores in basis points for exactly the updates of a digest, and a salt.

    `digest` is the running hash of the round's updates, `salt` 32 random bytes.
    """

    round: int
    attempt: int
    digest: bytes
    baseline: int
    scores: tuple[int, ...]
    salt: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """The pointer of the round's own update, whose blob the journal holds, and the samples it was trained on."""

    pointer: bytes
    samples: int


class Journal:
    """A folder, private to one worker and one task; created if it does not exist.

    Raises `StoreError` when the disk fails, and `ConfigError` while another process has the folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with self._failing("open"):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            hint = "stop it, or set another `state` folder for this one"
            raise ConfigError(f"another worker uses the journal in {folder}", hint) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the folder. The end of the process does the same."""
        self._lock.close()

    def opening(self, round: int, attempt: int, digest: bytes) -> Opening | None:
        """The opening for these updates in this attempt; None if there was none yet, or none that is intact.

        A damaged one is put aside, so that it costs no more than itself.
        """
        name = _opening_name(round, attempt, digest)
        data = self._read(name)
        try:
            return None if data is None else _opening(data, name)
        except _DAMAGE as error:
            self._put_aside(name, error)
        return None

    def keep_opening(self, opening: Opening) -> None:
        """Store an opening. Raises `StoreError` if there is one for these updates and this attempt already."""
        entry: dict[str, Any] = {
            "round": opening.round,
            "attempt": opening.attempt,
            "digest": opening.digest.hex(),
            "baseline": opening.baseline,
            "scores": list(opening.scores),
            "salt": opening.salt.hex(),
        }
        entry["sha256"] = _checksum(entry)
        self._write(_opening_name(opening.round, opening.attempt, opening.digest), [json.dumps(entry).encode()])

    def trained(self, round: int) -> Trained | None:
        """The update that was trained for a round; None if there is none, or if its record or its blob is damaged."""
        kept = self._kept(round)
        return kept and kept[0]

    def blob(self, round: int) -> Content | None:
        """The blob of the update that was trained for a round, read from the disk in pieces each time."""
        kept = self._kept(round)
        return kept and kept[1]

    def keep_trained(self, round: int, blob: Content, samples: int) -> None:
        """Store a trained update: first the blob, as its pieces come, then the record that makes it count."""
        found = PointerHash()
        self._write(_blob_name(round), hashed(blob, found), replace=True)
        entry = {"pointer": found.digest().hex(), "samples": samples}
        self._write(_update_name(round), [json.dumps(entry).encode()], replace=True)

    def forget(self, before: int) -> None:
        """Remove all files of rounds before `before`, and unfinished ones."""
        with self._failing("write"):
            for file in self._folder.iterdir():
                found = _ROUND.fullmatch(file.name)
                if file.suffix == _UNFINISHED or (found and int(found[1]) < before):
                    file.unlink(missing_ok=True)

    # ------------------------------------------------------------------ files

    def _kept(self, round: int) -> tuple[Trained, Content] | None:
        record, blob = self._read(_update_name(round)), self._content(_blob_name(round))
        if record is None or blob is None:
            return None
        with suppress(*_DAMAGE):
            trained = _trained(record)
            return (trained, blob) if pointer(blob) == trained.pointer else None
        return None

    def _read(self, name: str) -> bytes | None:
        with self._failing("read"), suppress(FileNotFoundError):
            return (self._folder / name).read_bytes()
        return None

    def _put_aside(self, name: str, error: Exception) -> None:
        aside = self._folder / f"{name}{_DAMAGED}"
        with self._failing("write"):
            (self._folder / name).replace(aside)
        log.warning(
            "an opening in the journal is damaged (%s): scores committed by it cannot be revealed; %s", error, aside
        )

    def _content(self, name: str) -> Content | None:
        return Anew(lambda: self._pieces(name)) if (self._folder / name).exists() else None

    def _pieces(self, name: str) -> Iterator[bytes]:
        with self._failing("read"), (self._folder / name).open("rb") as file:
            while piece := file.read(CHUNK):
                yield piece

    def _write(self, name: str, pieces: Iterable[bytes], *, replace: bool = False) -> None:
        unfinished = self._folder / f"{name}{_UNFINISHED}"
        with self._failing("write"):
            with unfinished.open("wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            if replace:
                unfinished.replace(self._folder / name)
            else:
                os.link(unfinished, self._folder / name)  # fails if it is there
                unfinished.unlink()
            self._sync()

    def _sync(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def _failing(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"cannot {verb} the journal in {self._folder}: {error.strerror}",
                hint="check that the folder is yours and that the disk has space left",
            ) from error


def _opening(data: bytes, name: str) -> Opening:
    entry: Any = json.loads(data)
    if "sha256" in entry and entry.pop("sha256") != _checksum(entry):
        raise ValueError("its checksum is another")
    opening = Opening(
        round=index(entry["round"]),
        attempt=index(entry["attempt"]),
        digest=bytes.fromhex(entry["digest"]),
        baseline=index(entry["baseline"]),
        scores=tuple(map(index, entry["scores"])),
        salt=bytes.fromhex(entry["salt"]),
    )
    if _opening_name(opening.round, opening.attempt, opening.digest) != name:
        raise ValueError("it is of another round, attempt or digest")
    return opening


def _checksum(entry: dict[str, Any]) -> str:
    return sha256(json.dumps(entry, sort_keys=True).encode()).hexdigest()


def _trained(data: bytes) -> Trained:
    entry: Any = json.loads(data)
    return Trained(pointer=bytes.fromhex(entry["pointer"]), samples=index(entry["samples"]))


def _opening_name(round: int, attempt: int, digest: bytes) -> str:
    return f"opening-{round}-{attempt}-{digest.hex()}.json"


def _update_name(round: int) -> str:
    return f"update-{round}.json"


def _blob_name(round: int) -> str:
    return f"update-{round}.safetensors"
