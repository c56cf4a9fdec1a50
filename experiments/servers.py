"""Real servers for blobs: Kubo nodes of a private swarm, an SFTP server, an S3 server."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import asyncssh
import requests
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.testing.processes import end_with_parent, uninterrupted
from tools.workcopy import ROOT

NODES = "FOLKMOOT_NODES"
START_S = 120.0
TAIL = 1_500  # characters of what a server said that are worth showing
MEMORY_MB = 100  # above which a node's Go collects its garbage all the time

USER = "member"
REGION = "us-east-1"
SSH = Path(".ssh")  # in a home

_SWARM_KEY = f"/key/swarm/psk/1.0.0/\n/base16/\n{'07' * 32}\n"
_ENVIRONMENT = {"LIBP2P_FORCE_PNET": "1", "IPFS_TELEMETRY": "off", "GOMEMLIMIT": f"{MEMORY_MB}MiB", "GOMAXPROCS": "2"}


def find_program(name: str) -> str:
    """A program in the folder that FOLKMOOT_NODES names, or on the PATH. Raises `ConfigError` if it is in neither."""
    found = shutil.which(name, path=os.environ.get(NODES)) or shutil.which(name)
    if not found:
        raise ConfigError(f"there is no {name}", f"put it on the PATH, or name the folder that has it in {NODES}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Kubo:
    """A node with a repository in `folder`, which other nodes reach at `address`, and only this host for its RPC."""

    folder: Path
    address: str
    swarm: int = 4001
    api: int = 5001

    def make(self) -> str:
        """Its repository; returns the address by which others connect."""
        subprocess.run(
            [find_program("ipfs"), "init", "--profile=test"], env=self._environment(), check=True, capture_output=True
        )
        (self.folder / "swarm.key").write_text(_SWARM_KEY)
        path = self.folder / "config"
        config = json.loads(path.read_text())
        config["Swarm"]["Transports"]["Network"] = {"Websocket": False}
        config["Addresses"] |= {
            "API": f"/ip4/127.0.0.1/tcp/{self.api}",
            "Gateway": [],
            "Swarm": [f"/ip4/{self.address}/tcp/{self.swarm}"],
        }
        path.write_text(json.dumps(config))
        return f"/ip4/{self.address}/tcp/{self.swarm}/p2p/{config['Identity']['PeerID']}"

    def run(self) -> AbstractContextManager[None]:
        """The node, from when it answers to the end of the block."""
        return _run([find_program("ipfs"), "daemon"], self._environment(), "127.0.0.1", self.api)

    def connect(self, others: Sequence[str]) -> None:
        """Connect to other nodes by their addresses."""
        if others:
            self.ask("swarm/connect", arg=others)

    def ask(self, command: str, **options: Any) -> Any:
        """The node's answer to a command of its RPC."""
        answer = requests.post(f"http://127.0.0.1:{self.api}/api/v0/{command}", params=options, timeout=START_S)
        if not answer.ok:
            raise FolkmootError(f"Kubo: {answer.text[:500]}")
        return answer.json()

    def _environment(self) -> dict[str, str]:
        return os.environ | _ENVIRONMENT | {"IPFS_PATH": str(self.folder)}


def make_keys(home: Path, address: str) -> None:
    """A member's and a server's key pair in a home, whose owner knows the server at this address."""
    (home / SSH).mkdir()
    for name in ("id_ed25519", "host"):
        pair = asyncssh.generate_private_key("ssh-ed25519")
        pair.write_private_key(home / SSH / name)
        pair.write_public_key(home / SSH / f"{name}.pub")
    (home / SSH / "known_hosts").write_text(f"{address} {(home / SSH / 'host.pub').read_text()}")


def run_sftp(home: Path, address: str, port: int) -> AbstractContextManager[None]:
    """Serve the folder `root` of a home with keys, from when the server answers to the end of the block."""
    here = {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "offchain")))}
    command = [sys.executable, "-m", __name__, str(home), address, str(port)]
    return _run(command, os.environ | here, address, port)


def run_s3(folder: Path, address: str, port: int, user: str, secret: str) -> AbstractContextManager[None]:
    """Versity's gateway over a folder, whose folders are its buckets."""
    options = ("--quiet", "--port", f"{address}:{port}", "--region", REGION, "posix", str(folder))
    keys = {"ROOT_ACCESS_KEY": user, "ROOT_SECRET_KEY": secret}
    return _run([find_program("versitygw"), *options], os.environ | keys, address, port)


@contextmanager
def _run(command: Sequence[str], environment: Mapping[str, str], address: str, port: int) -> Iterator[None]:
    """A server, which ends at the latest with the thread that started it."""
    with TemporaryFile("w+") as said:
        with uninterrupted():
            server = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - it calls the kernel and takes no lock
            )
        try:
            _wait_for(server, Path(command[0]).name, said, address, port)
            yield
        finally:
            server.kill()
            server.wait()


@retry(retry=retry_if_exception_type(OSError), wait=wait_fixed(0.05), stop=stop_after_delay(START_S), reraise=True)
def _wait_for(server: subprocess.Popen[bytes], name: str, said: IO[str], address: str, port: int) -> None:
    if server.poll() is not None:
        said.seek(0)
        raise FolkmootError(f"{name} ended with {server.returncode}: {said.read()[-TAIL:]}")
    socket.create_connection((address, port)).close()


async def _serve_sftp(home: Path, address: str, port: int) -> None:
    server = await asyncssh.listen(
        address,
        port,
        server_host_keys=[home / SSH / "host"],
        authorized_client_keys=str(home / SSH / "id_ed25519.pub"),
        sftp_factory=partial(asyncssh.SFTPServer, chroot=str(home / "root").encode()),
    )
    await server.wait_closed()


if __name__ == "__main__":
    asyncio.run(_serve_sftp(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
