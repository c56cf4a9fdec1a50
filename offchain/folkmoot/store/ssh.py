"""A connection to an SSH server, for SFTP: kept, renewed when it breaks, and its errors in words of ours."""

import asyncio
import logging
import re
from collections.abc import Coroutine
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

from folkmoot.errors import ConfigError, StoreError, reason
from folkmoot.store.remote import Broken

CONNECT_S = 10
LOGIN_S = 20
STEP_S = 60  # for a piece of a file, on a link of 140 kbit/s
KEEPALIVE_S, KEEPALIVES = 15, 3  # a connection is lost when this many questions in a row stay without an answer

_NOBODY = b"# no host is known"
_Result = TypeVar("_Result")


class SshConnection:
    """To the server of `sftp://user@host:port/path`. Its steps run in one thread for all connections.

    `folder` is the URL's path; `ssh` is the module asyncssh.
    """

    def __init__(self, url: str, key: str | Path | None, known_hosts: str | Path | None) -> None:
        """The first step connects. Raises `ConfigError`, and `StoreError` where asyncssh is not installed."""
        self._user, self._host, self._port, self.folder = _parsed(url)
        self._url = f"sftp://{self._host}:{self._port}{'' if self.folder[0] == '/' else '/~/'}{self.folder}"
        self.ssh = _library()
        self._key = _private_key(self.ssh, key) if key else None
        self._known_hosts = Path(known_hosts or "~/.ssh/known_hosts").expanduser()
        self._connecting = asyncio.Lock()
        self._connection: Any = None
        self._sftp: Any = None

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._sftp is not None

    def do(self, step: Coroutine[Any, Any, _Result]) -> _Result:
        """Wait for one step, for a limited time. Raises `Broken` or `StoreError` for what asyncssh says."""
        waiting = asyncio.run_coroutine_threadsafe(asyncio.wait_for(step, STEP_S), _loop())
        try:
            return waiting.result(STEP_S + CONNECT_S)
        except self.ssh.SFTPError as error:
            raise self._explained(error) from error
        except (self.ssh.Error, OSError) as error:
            self._forget()
            raise self._disconnected(error) from error
        except BaseException:
            waiting.cancel()
            raise

    async def client(self) -> Any:
        """The SFTP client of the connection that is there, or of a new one in place of one that broke."""
        async with self._connecting:
            if self._sftp is None or self._connection.is_closed():
                self._connection = await self._connect()
                self._sftp = await self._connection.start_sftp_client()
            return self._sftp

    async def _connect(self) -> Any:
        identity = {"client_keys": [self._key], "agent_path": None} if self._key else {}
        return await self.ssh.connect(
            self._host,
            self._port,
            username=self._user,
            known_hosts=self._trusted(),
            config=None,
            preferred_auth="publickey",
            connect_timeout=CONNECT_S,
            login_timeout=LOGIN_S,
            keepalive_interval=KEEPALIVE_S,
            keepalive_count_max=KEEPALIVES,
            **identity,
        )

    def _trusted(self) -> bytes:
        """The list of known hosts, as it is now."""
        try:
            known = self._known_hosts.read_bytes() or _NOBODY
            self.ssh.match_known_hosts(known, self._host, "", self._port)
        except FileNotFoundError:
            return _NOBODY
        except (OSError, ValueError) as error:
            hint = "let it be a list of host keys that this user may read"
            raise StoreError(f"cannot use {self._known_hosts}: {reason(error)}", hint) from error
        return known

    def _forget(self) -> None:
        if self._connection is not None:
            _loop().call_soon_threadsafe(self._connection.abort)
        self._connection = self._sftp = None

    # ------------------------------------------------------------------- errors

    def _explained(self, error: Any) -> StoreError:
        if isinstance(error, (self.ssh.SFTPNoConnection, self.ssh.SFTPConnectionLost)):
            self._forget()
            return self._disconnected(error)
        if isinstance(error, self.ssh.SFTPOpUnsupported):
            hint = "use a server that can, such as OpenSSH"
            return StoreError(f"the server of {self._url} cannot rename a file over another", hint)
        hint = "check that the folder belongs to this user or a group of theirs, and that its disk has space left"
        return StoreError(f"cannot use {self._url}: {error.reason}", hint)

    def _disconnected(self, error: Exception) -> StoreError:
        if isinstance(error, self.ssh.HostKeyNotVerifiable):
            ask = f"compare `ssh-keyscan -p {self._port} {self._host}` with what its administrator says"
            hint = f"{ask}; if it is right, put the key into {self._known_hosts}"
            return StoreError(f"the host key of {self._host}:{self._port} {self._distrust()}", hint)
        if isinstance(error, self.ssh.PermissionDenied):
            hint = "name a key file, or ssh-add the key; its public half belongs into the server's authorized_keys"
            return StoreError(f"{self._url} accepts no key of user {self._user}", hint)
        if isinstance(error, self.ssh.ChannelOpenError):
            return StoreError(f"the server of {self._url} offers no SFTP", "ask its administrator to allow it")
        return Broken(f"{self._url} does not answer", "check the host and port, and that its SSH server runs")

    def _distrust(self) -> str:
        with suppress(StoreError):
            if any(self.ssh.match_known_hosts(self._trusted(), self._host, "", self._port)):
                return "is not the one that is known: it has changed, or this is another server"
        return "is not known"


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Runs in a thread of its own as long as the process."""
    loop = asyncio.new_event_loop()
    Thread(target=loop.run_forever, name="sftp", daemon=True).start()
    return loop


def _library() -> Any:
    try:
        import asyncssh  # noqa: PLC0415 - an extra: only this kind of store needs it
    except ModuleNotFoundError as error:
        if error.name != "asyncssh":
            raise
        hint = "install it: pip install 'folkmoot[sftp]'"
        raise StoreError("asyncssh is not installed, and blob stores by SFTP need it", hint) from error
    asyncssh.set_log_level(logging.WARNING)  # else each blob adds lines to a worker's log
    return asyncssh


def _private_key(ssh: Any, path: str | Path) -> Any:
    try:
        return ssh.read_private_key(Path(path).expanduser())
    except (OSError, ValueError) as error:
        hint = "name the private key's file; give one with a passphrase to ssh-add, and name none"
        raise ConfigError(f"{path} is not a private key that can be used", hint) from error


def _parsed(url: str) -> tuple[str, str, int, str]:
    """User, host, port and folder. What is wrong is not repeated: it may be a secret."""
    hint = "write sftp://user@host/path or sftp://user@host:port/path"
    try:
        parts = urlsplit(url)
        port = parts.port or 22
    except ValueError:
        raise ConfigError("not the URL of a folder by SFTP", hint) from None
    if parts.password is not None or parts.query or parts.fragment:
        raise ConfigError("the URL of a folder by SFTP holds no password", f"{hint}; a key is what opens it")
    folder = unquote(parts.path).rstrip("/").removeprefix("/~/")
    is_host = re.fullmatch(r"[A-Za-z0-9.:_-]+", parts.hostname or "")
    if parts.scheme != "sftp" or not parts.username or not is_host or not folder.isprintable() or folder in {"", "/~"}:
        raise ConfigError("not the URL of a folder by SFTP", hint)
    return unquote(parts.username), str(parts.hostname), port, folder
