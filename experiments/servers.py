"""Real servers for blobs: Kubo nodes of a private swarm, and an SFTP server."""

import asyncio
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import asyncssh
import requests
from tenacity import retry, retry_if_exception_type, retry_if_not_result, stop_after_delay, wait_fixed

from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.testing.processes import end_with_parent

NODES = "FOLKMOOT_NODES"
START_S = 120.0
MEMORY_MB = 100  # above which a node's Go collects its garbage all the time

USER = "member"
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

    def start(self) -> subprocess.Popen[bytes]:
        """Returns when the node answers. It ends with the thread that started it."""
        said = self.folder / "daemon.log"
        with said.open("wb") as log:
            process = subprocess.Popen(
                [find_program("ipfs"), "daemon"],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - it calls the kernel and takes no lock
            )
        _wait_for(said, process)
        return process

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


@retry(retry=retry_if_not_result(bool), wait=wait_fixed(0.05), stop=stop_after_delay(START_S))
def _wait_for(said: Path, process: subprocess.Popen[bytes]) -> bool:
    log = said.read_text(errors="replace")
    if process.poll() is not None:
        raise FolkmootError(f"Kubo ended with {process.returncode}: {log[-1500:]}")
    return "Daemon is ready" in log


def make_keys(home: Path, address: str) -> None:
    """A member's and a server's key pair in a home, whose owner knows the server at this address."""
    (home / SSH).mkdir()
    for name in ("id_ed25519", "host"):
        pair = asyncssh.generate_private_key("ssh-ed25519")
        pair.write_private_key(home / SSH / name)
        pair.write_public_key(home / SSH / f"{name}.pub")
    (home / SSH / "known_hosts").write_text(f"{address} {(home / SSH / 'host.pub').read_text()}")


def serve_sftp(home: Path, address: str, port: int) -> None:
    """Serve the folder `root` of a home with keys, until the process ends."""
    asyncio.run(_serve_sftp(home, address, port))


@retry(retry=retry_if_exception_type(OSError), wait=wait_fixed(0.02), stop=stop_after_delay(START_S), reraise=True)
def wait_for_port(address: str, port: int) -> None:
    """Returns when somebody answers there."""
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
