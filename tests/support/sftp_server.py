"""A real SFTP server on loopback: asyncssh over a folder, in a process of its own."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import asyncssh

from folkmoot.store.sftp import SftpStore
from folkmoot.testing import free_port
from folkmoot.testing.processes import end_with_parent
from tools.workcopy import ROOT

START_S = 30.0
USER = "member"


@dataclass(slots=True)
class SftpServer:
    """Its root is the folder `root`; it takes the key `key`, and has the key of `known_hosts`."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def root(self) -> Path:
        return self.folder / "root"

    @property
    def key(self) -> Path:
        return self.folder / "key"

    @property
    def known_hosts(self) -> Path:
        return self.folder / "known_hosts"

    def url(self, path: str = "/blobs", port: int | None = None) -> str:
        """Another port is that of something in between."""
        return f"sftp://{USER}@127.0.0.1:{port or self.port}{path}"

    def connect(self, port: int | None = None) -> SftpStore:
        return SftpStore(self.url(port=port), self.key, self.known_hosts)

    def make_host_key(self) -> None:
        _make_key(self.folder / "host")

    def make_member_key(self) -> None:
        _make_key(self.key)

    def trust(self) -> None:
        """Take the host key there is for the right one, on every port."""
        self.known_hosts.write_text(f"127.0.0.1 {(self.folder / 'host.pub').read_text()}")

    def start(self) -> None:
        """Run on the same port, with what is in the folder."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.sftp_server", str(self.port), str(self.folder)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT / "offchain")},
            preexec_fn=end_with_parent,  # noqa: PLW1509 - it calls the kernel and takes no lock
        )
        end = time.monotonic() + START_S
        while not _answers(self.port):
            assert self.process.poll() is None, "the server ended at once"
            assert time.monotonic() < end, "the server does not start"
            time.sleep(0.02)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()


@contextmanager
def sftp_server(folder: Path) -> Iterator[SftpServer]:
    """Run it with keys of its own over a folder in this one."""
    server = SftpServer(folder)
    server.root.mkdir()
    server.make_host_key()
    server.make_member_key()
    server.trust()
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _make_key(file: Path) -> None:
    pair = asyncssh.generate_private_key("ssh-ed25519")
    pair.write_private_key(file)
    pair.write_public_key(file.with_suffix(".pub"))


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def _serve(port: int, folder: Path) -> None:
    server = await asyncssh.listen(
        "127.0.0.1",
        port,
        server_host_keys=[folder / "host"],
        authorized_client_keys=str(folder / "key.pub"),
        sftp_factory=partial(asyncssh.SFTPServer, chroot=str(folder / "root").encode()),
    )
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), Path(sys.argv[2])))
