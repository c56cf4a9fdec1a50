"""The blob store protocol, and the stores that need no network: a local directory and memory."""

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from folkmoot.errors import BlobCorrupt, BlobMissing, BlobTooLarge, StoreError
from folkmoot.store.pointer import cid, pointer

_UNFINISHED = ".part"
_ABANDONED_S = 24 * 3600


class BlobStore(Protocol):
    """Bytes by pointer. Whatever `get` returns hashes to the pointer that was asked for."""

    def put(self, data: bytes) -> bytes:
        """Store a blob and return its pointer (32 bytes). Storing it again changes nothing.

        Raises `StoreError` when it cannot be written.
        """

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        """The blob under a pointer, at most `limit` bytes, verified.

        Raises `InvalidPointer`, `BlobMissing`, `BlobTooLarge` (before reading it), `BlobCorrupt` or, when the store
        itself fails, `StoreError`.
        """

    def has(self, pointer: bytes) -> bool:
        """Whether there is a blob under this pointer, unverified. Raises `InvalidPointer` or `StoreError`."""


class MemoryStore:
    """A `BlobStore` that lives as long as the process, for tests and simulations."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    def put(self, data: bytes) -> bytes:
        """As `BlobStore.put`."""
        name = pointer(data)
        self._blobs[cid(name)] = bytes(data)
        return name

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        """As `BlobStore.get`."""
        name = cid(pointer)
        if name not in self._blobs:
            raise _missing(name)
        _check_size(name, len(self._blobs[name]), limit)
        return self._blobs[name]

    def has(self, pointer: bytes) -> bool:
        """As `BlobStore.has`."""
        return cid(pointer) in self._blobs


class LocalStore:
    """A `BlobStore` in one directory, a file a blob, named by the blob's CIDv0.

    Several processes may share the directory: a file appears whole or not at all, and outlives a crash of the machine
    once `put` has returned. The files are not trusted: `get` reads regular files only and verifies them, and
    `put` replaces a file that was damaged.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the directory and remove what crashed writers left. The first `put` makes a directory that is absent.

        Raises `StoreError`.
        """
        self._path = Path(path)
        with self._failing("open"):
            self._is_absent = not self._path.exists()
            if not self._is_absent:
                self._sweep()

    def put(self, data: bytes) -> bytes:
        """As `BlobStore.put`."""
        name = pointer(data)
        with self._failing("write to"):
            if self._is_absent:
                self._path.mkdir(parents=True, exist_ok=True)
                self._is_absent = False
            self._write(cid(name), data)
        return name

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        """As `BlobStore.get`."""
        name = cid(pointer)
        with self._failing("read from"):
            data = self._read(name, limit)
        _check_content(name, pointer, data)
        return data

    def has(self, pointer: bytes) -> bool:
        """As `BlobStore.has`."""
        name = cid(pointer)
        with self._failing("read from"):
            return (self._path / name).is_file()

    def _write(self, name: str, data: bytes) -> None:
        unfinished = self._path / f"{name}.{token_hex(8)}{_UNFINISHED}"
        try:
            with unfinished.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(self._path / name)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise
        self._sync_directory()

    def _read(self, name: str, limit: int) -> bytes:
        try:
            descriptor = os.open(self._path / name, os.O_RDONLY | os.O_NONBLOCK)  # never wait for a pipe
        except FileNotFoundError:
            if not self._path.exists():
                hint = "name the folder that the members share"
                raise BlobMissing(f"{name} is missing: there is no blob store {self._path}", hint) from None
            raise _missing(name) from None
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise _corrupt(name, "is not a regular file")
            _check_size(name, found.st_size, limit)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                return file.read(found.st_size)
        finally:
            os.close(descriptor)

    def _sync_directory(self) -> None:
        descriptor = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _sweep(self) -> None:
        for unfinished in self._path.iterdir():
            with suppress(FileNotFoundError):  # swept by another process
                if unfinished.suffix == _UNFINISHED and unfinished.stat().st_mtime < time.time() - _ABANDONED_S:
                    unfinished.unlink()

    @contextmanager
    def _failing(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"cannot {verb} the blob store {self._path}: {error.strerror}",
                hint="check that it is a directory of yours and that the disk has space left",
            ) from error


def _check_size(name: str, size: int, limit: int) -> None:
    if size > limit:
        raise BlobTooLarge(f"{name} has {size} bytes, allowed are {limit}")


def _check_content(name: str, expected: bytes, data: bytes) -> None:
    if pointer(data) != expected:
        raise _corrupt(name, "has other content than its name says")


def _missing(name: str) -> BlobMissing:
    return BlobMissing(f"{name} is not in the store", hint="its author may not have published it yet")


def _corrupt(name: str, reason: str) -> BlobCorrupt:
    return BlobCorrupt(f"{name} {reason}", hint="store the blob again from an intact copy")
