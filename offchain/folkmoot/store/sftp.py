"""The blob store in a folder that an SSH server shares by SFTP."""

import stat
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

from folkmoot.errors import StoreError
from folkmoot.store.blobs import corrupt, missing
from folkmoot.store.content import Content, chunked
from folkmoot.store.remote import RESUMED, Broken, RemoteStore, Stamp
from folkmoot.store.ssh import SshConnection

PIECE = 1 << 20  # bytes that one step reads or writes
FRESH_S = 5  # a file's time has whole seconds: one so young may change without a trace

_UNFINISHED = ".part"
_FILE = {stat.S_IFREG, 0}  # 0: the server does not tell


class SftpStore(RemoteStore):
    """A `BlobStore` in one folder of a server, a file a blob, named by the blob's CIDv0.

    A file appears whole or not at all: it is written under another name, then renamed. A writer that is killed leaves
    a file that ends with ".part", which nobody reads. The protocol tells a file's time in whole seconds, as its owner
    sets it: what an owner changes behind it in the same size is hidden from `has`, never from `get`.
    """

    def __init__(self, url: str, key: str | Path | None = None, known_hosts: str | Path | None = None) -> None:
        """Name the folder of `sftp://user@host:port/path`; `/~/path` is below the user's home. The first use connects.

        The private key comes from a file, else from the user's ssh agent or ~/.ssh; the server's key must be in
        `known_hosts`, else in ~/.ssh/known_hosts. Raises `ConfigError`, and `StoreError` where asyncssh is missing.
        """
        super().__init__()
        self._server = SshConnection(url, key, known_hosts)
        self._folder = self._server.folder

    def _stamp(self, name: str) -> Stamp:
        was_connected = self._server.is_connected
        try:
            found = self._server.do(self._look(name))
        except Broken:
            if not was_connected:
                raise
            found = self._server.do(self._look(name))  # by a new connection: the old one may have ended long ago
        if stat.S_IFMT(found.permissions or 0) not in _FILE:
            raise corrupt(name, "is not a regular file")
        changed = found.mtime or 0
        fresh = token_hex(8) if abs(time.time() - changed) < FRESH_S else ""
        return Stamp(found.size or 0, f"{changed} {found.uid} {fresh}")

    async def _look(self, name: str) -> Any:
        sftp = await self._server.client()
        try:
            return await sftp.lstat(self._place(name))
        except self._server.ssh.SFTPNoSuchFile:
            raise missing(name) from None

    def _read(self, name: str, start: int, size: int) -> Iterator[bytes]:
        file = self._server.do(self._open(name))
        try:
            while start < size and (piece := self._server.do(file.read(min(PIECE, size - start), start))):
                yield piece
                start += len(piece)
        finally:
            with suppress(StoreError):
                self._server.do(file.close())

    async def _open(self, name: str) -> Any:
        sftp = await self._server.client()
        try:
            return await sftp.open(self._place(name), "rb")
        except self._server.ssh.SFTPNoSuchFile:
            raise missing(name) from None
        except self._server.ssh.SFTPPermissionDenied:
            raise corrupt(name, "cannot be read: its owner or mode does not allow it") from None

    def _write(self, name: str, content: Content, _size: int) -> None:
        unfinished = self._place(f"{name}.{token_hex(8)}{_UNFINISHED}")
        file = self._server.do(self._create(unfinished))
        try:
            for number, piece in enumerate(chunked(content, PIECE)):
                file = self._steadily(file, unfinished, partial(_write_at, number * PIECE, piece))
            self._steadily(file, unfinished, self._finish)
            self._server.do(self._rename(unfinished, self._place(name)))
        except BaseException:
            with suppress(StoreError):
                self._server.do(self._remove(unfinished))
            raise

    def _steadily(self, file: Any, place: str, step: Callable[[Any], Coroutine[Any, Any, Any]]) -> Any:
        """Do a step that may be done twice, by a new connection where one breaks; returns the file then open."""
        for left in reversed(range(RESUMED)):
            try:
                file = file or self._server.do(self._reopen(place))
                self._server.do(step(file))
            except Broken:
                file = None
                if not left:
                    raise
            else:
                break
        return file

    async def _reopen(self, place: str) -> Any:
        return await (await self._server.client()).open(place, "r+b")

    async def _create(self, place: str) -> Any:
        sftp = await self._server.client()
        with suppress(self._server.ssh.SFTPNoSuchFile):
            return await sftp.open(place, "xb")
        await sftp.makedirs(self._folder, exist_ok=True)
        return await sftp.open(place, "xb")

    async def _finish(self, file: Any) -> None:
        """The file has the folder's permissions, whatever the writer's umask, and outlives a crash of the server."""
        with suppress(self._server.ssh.SFTPError):
            folder = await (await self._server.client()).stat(self._folder)
            await file.chmod(folder.permissions & 0o666)
        with suppress(self._server.ssh.SFTPOpUnsupported):
            await file.fsync()
        await file.close()

    async def _rename(self, unfinished: str, place: str) -> None:
        """A folder stands in the way of a file, but can be moved out of it."""
        sftp = await self._server.client()
        with suppress(self._server.ssh.SFTPNoSuchFile):
            if stat.S_ISDIR((await sftp.lstat(place)).permissions or 0):
                aside = f"{place}.{token_hex(8)}{_UNFINISHED}"
                await sftp.rename(place, aside)
                with suppress(self._server.ssh.SFTPError):
                    await sftp.rmtree(aside)
        await sftp.posix_rename(unfinished, place)

    async def _remove(self, place: str) -> bool:
        """False if there is nothing."""
        sftp = await self._server.client()
        with suppress(self._server.ssh.SFTPNoSuchFile):
            await sftp.remove(place)
            return True
        return False

    def _entries(self) -> Iterable[tuple[str, int]]:
        return self._server.do(self._list())

    async def _list(self) -> list[tuple[str, int]]:
        sftp = await self._server.client()
        try:
            found = await sftp.readdir(self._folder)
        except self._server.ssh.SFTPNoSuchFile:
            return []
        files = (entry for entry in found if stat.S_IFMT(entry.attrs.permissions or 0) in _FILE)
        return [(str(entry.filename), entry.attrs.size or 0) for entry in files]

    def _erase(self, name: str) -> bool:
        return self._server.do(self._remove(self._place(name)))

    def _place(self, name: str) -> str:
        return f"{self._folder}/{name}"


async def _write_at(start: int, piece: bytes, file: Any) -> None:
    await file.write(piece, start)
