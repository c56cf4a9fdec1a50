"""A real SFTP server, on loopback or another address: asyncssh over a folder, in a process of its own."""

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import asyncssh

from folkmoot.store.sftp import SftpStore
from folkmoot.testing.anvil import free_port
from folkmoot.testing.servers import LOOPBACK, launch, wait_for

USER = "member"
PACKAGES = Path(__file__).parents[2]


@dataclass(slots=True)
class SftpServer:
    """Its root is the folder `root`; it takes the key `key`, and has the key of `known_hosts`."""

    folder: Path
    port: int = field(default_factory=free_port)
    address: str = LOOPBACK
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def root(self) -> Path:
        """The folder that it serves."""
        return self.folder / "root"

    @property
    def key(self) -> Path:
        """The member's private key."""
        return self.folder / "key"

    @property
    def known_hosts(self) -> Path:
        """The list that has the server's host key."""
        return self.folder / "known_hosts"

    def url(self, path: str = "/blobs", port: int | None = None) -> str:
        """As a worker's setting `store`. Another port is that of something in between."""
        return f"sftp://{USER}@{self.address}:{port or self.port}{path}"

    def connect(self, port: int | None = None) -> SftpStore:
        """A store on it."""
        return SftpStore(self.url(port=port), self.key, self.known_hosts)

    def make(self) -> None:
        """Its folder, and keys."""
        self.root.mkdir()
        self.make_host_key()
        self.make_member_key()
        self.trust()

    def make_host_key(self) -> None:
        """A new key of the server, which has to be started anew to use it."""
        _make_key(self.folder / "host")

    def make_member_key(self) -> None:
        """A new key that opens it."""
        _make_key(self.key)

    def trust(self) -> None:
        """Take the host key there is for the right one, on every port."""
        self.known_hosts.write_text(f"{self.address} {(self.folder / 'host.pub').read_text()}")

    def make_home(self) -> dict[str, str]:
        """Environment variables by which any SSH client finds the key and the list of known hosts."""
        home = self.folder / "home"
        (home / ".ssh").mkdir(parents=True, mode=0o700)
        shutil.copy(self.key, home / ".ssh" / "id_ed25519")
        shutil.copy(self.known_hosts, home / ".ssh")
        return {"HOME": str(home), "SSH_AUTH_SOCK": ""}

    def start(self) -> None:
        """Run on the same port, with what is in the folder. Raises `FolkmootError` if it ends instead."""
        place = (self.address, str(self.port), str(self.folder))
        command = [sys.executable, "-m", "folkmoot.testing.sftp_server", *place]
        log = self.folder / "sftp.log"
        self.process = launch(command, os.environ | {"PYTHONPATH": str(PACKAGES)}, log)
        wait_for(self.process, self.port, log, address=self.address)

    def kill(self) -> None:
        """End it at once."""
        if self.process:
            self.process.kill()
            self.process.wait()


@contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """Run it with keys of its own over a folder in this one."""
    server = SftpServer(folder)
    server.make()
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _make_key(file: Path) -> None:
    pair = asyncssh.generate_private_key("ssh-ed25519")
    pair.write_private_key(file)
    pair.write_public_key(file.with_suffix(".pub"))


async def _serve(address: str, port: int, folder: Path) -> None:
    server = await asyncssh.listen(
        address,
        port,
        server_host_keys=[folder / "host"],
        authorized_client_keys=str(folder / "key.pub"),
        sftp_factory=partial(asyncssh.SFTPServer, chroot=str(folder / "root").encode()),
    )
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])))
