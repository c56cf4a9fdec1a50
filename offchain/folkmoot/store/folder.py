"""The blob store in a folder that its members share."""

import errno
import os
import shutil
import stat
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO, NamedTuple, Self, TypeVar

from folkmoot.errors import BlobFault, BlobMissing, StoreError
from folkmoot.store.blobs import KeepingStore, check_size, consumed, corrupt, missing, verified
from folkmoot.store.content import Anew, Content, hashed
from folkmoot.store.pointer import CHUNK, PointerHash, cid

T = TypeVar("T")

_UNFINISHED = ".part"
_ABANDONED_S = 24 * 3600
_OF_ONE_NAME = {errno.EACCES, errno.ELOOP, errno.ENXIO, errno.ENODEV}  # what opening one poisoned name can say

_HINTS = {
    errno.ENOENT: "it is not there: see whether its disk or server is mounted",
    errno.EROFS: "it is read-only: see how its disk is mounted",
    errno.ENOSPC: "the disk is full: make room",
    errno.EDQUOT: "your share of the disk is used up: make room",
}


class LocalStore(KeepingStore):
    """A `BlobStore` in one directory, a file a blob, named by the blob's CIDv0.

    Several processes may share the directory: a file appears whole or not at all, and outlives a crash of the machine
    once `put` has returned. Files have the directory's permissions, whatever the writer's umask. They are not trusted:
    what is under a name is read only if it is a regular file of no more bytes than allowed, its content is verified,
    and `put` replaces whatever else is there.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the directory and remove what crashed writers left. The first `put` makes a directory that is absent.

        Raises `StoreError`.
        """
        self._path = Path(path)
        self._verified: dict[str, _Identity] = {}
        with self._failing("open"):
            self._is_absent = not self._path.exists()
            if not self._is_absent:
                self._sweep(_ABANDONED_S)

    def put(self, content: Content) -> bytes:
        """As `BlobStore.put`. It is written before its name is known, and not kept where the blob is there already."""
        if self._is_absent:
            self.create()
        with self._failing("write to"):
            return self._write(content)

    def create(self) -> None:
        """Make the directory unless it is there. Raises `StoreError`."""
        with self._failing("write to"):
            self._path.mkdir(parents=True, exist_ok=True)
            self._is_absent = False

    def sweep(self, older_than: float) -> None:
        """Remove what writers left unfinished that many seconds ago. Raises `StoreError`."""
        with self._failing("open"):
            if self._path.is_dir():
                self._sweep(older_than)

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        """As `BlobStore.read`."""
        name = cid(pointer)
        with ExitStack() as stack:
            with self._failing("read from"):
                file = stack.enter_context(self._opened(name, limit))
            return consumed(self._checked(name, pointer, file), consume)

    def has(self, pointer: bytes, *, limit: int) -> bool:
        """As `BlobStore.has`. A file is read once, and again when it changed."""
        with self._failing("read from"):
            return self._holds(cid(pointer), pointer, limit)

    def _holds(self, name: str, pointer: bytes, limit: int) -> bool:
        try:
            with self._opened(name, limit) as file:
                if self._verified.get(name) != _Identity.of(file):
                    for _ in self._checked(name, pointer, file):
                        pass
        except BlobFault:
            return False
        return True

    def _checked(self, name: str, pointer: bytes, file: BinaryIO) -> Generator[bytes]:
        with self._failing("read from"):
            found = _Identity.of(file)
            chunks = (file.read(min(CHUNK, found.size - start)) for start in range(0, found.size, CHUNK))
            yield from verified(name, pointer, chunks)
            self._verified[name] = found

    def content(self, pointer: bytes, *, limit: int) -> Content:
        """The blob's pieces, read from the disk each time, for another store. Iterating them raises as `read`."""
        return Anew(lambda: self._whole(pointer, limit))

    def _whole(self, pointer: bytes, limit: int) -> Generator[bytes]:
        name = cid(pointer)
        with self._failing("read from"), self._opened(name, limit) as file:
            yield from self._checked(name, pointer, file)

    # ----------------------------------------------------------------- keeping

    def _entries(self) -> Iterator[tuple[str, int]]:
        with self._failing("list"):
            for file in self._path.iterdir() if self._path.exists() else ():
                with suppress(FileNotFoundError):  # somebody else removes it
                    if file.is_file():
                        yield file.name, file.stat().st_size

    def _erase(self, name: str) -> bool:
        with self._failing("remove from"), suppress(FileNotFoundError):
            _remove(self._path / name)
            self._verified.pop(name, None)
            return True
        return False

    # ------------------------------------------------------------------- files

    @contextmanager
    def _opened(self, name: str, limit: int) -> Iterator[BinaryIO]:
        try:
            descriptor = os.open(self._path / name, os.O_RDONLY | os.O_NONBLOCK)  # never wait for a pipe
        except FileNotFoundError:
            if not self._path.exists():
                hint = "name the folder that the members share"
                raise BlobMissing(f"{name} is missing: there is no blob store {self._path}", hint) from None
            raise missing(name) from None
        except OSError as error:
            if error.errno in _OF_ONE_NAME and os.access(self._path, os.R_OK | os.X_OK):
                raise corrupt(name, f"cannot be read: {error.strerror}") from error
            raise
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise corrupt(name, "is not a regular file")
            check_size(name, found.st_size, limit)
            with os.fdopen(descriptor, "rb", closefd=False) as file:
                yield file
        finally:
            os.close(descriptor)

    def _write(self, content: Content) -> bytes:
        unfinished, found = self._path / f"{token_hex(8)}{_UNFINISHED}", PointerHash()
        try:
            with unfinished.open("xb") as file:
                os.fchmod(file.fileno(), self._path.stat().st_mode & 0o666)
                file.writelines(hashed(content, found))
                name = found.digest()
                if is_new := not self._holds(cid(name), name, found.size):
                    file.flush()
                    os.fsync(file.fileno())
            if is_new:
                self._clear(self._path / cid(name))
                unfinished.replace(self._path / cid(name))
                self._sync_directory()
        finally:
            unfinished.unlink(missing_ok=True)
        return name

    def _clear(self, place: Path) -> None:
        """A folder stands in the way of a file, but can be moved out of it."""
        if place.is_dir() and not place.is_symlink():
            aside = place.with_name(f"{place.name}.{token_hex(8)}{_UNFINISHED}")
            place.rename(aside)
            with suppress(OSError):
                _remove(aside)

    def _sync_directory(self) -> None:
        descriptor = os.open(self._path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _sweep(self, older_than: float) -> None:
        """Other members' leavings, which may be gone already or not be ours to remove, are of no consequence."""
        for left in self._path.iterdir():
            with suppress(OSError):
                if left.suffix == _UNFINISHED and left.lstat().st_mtime <= time.time() - older_than:
                    _remove(left)

    @contextmanager
    def _failing(self, verb: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StoreError(
                f"cannot {verb} the blob store {self._path}: {error.strerror}",
                _HINTS.get(error.errno or 0, "see that it is a directory of yours"),
            ) from error


def _remove(place: Path) -> None:
    if place.is_dir() and not place.is_symlink():
        shutil.rmtree(place)
    else:
        place.unlink()


class _Identity(NamedTuple):
    """Of a file and what is in it: no writer can set the time at which it was last changed."""

    device: int
    inode: int
    size: int
    changed: int

    @classmethod
    def of(cls, file: BinaryIO) -> Self:
        found = os.fstat(file.fileno())
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_ctime_ns)
