"""Real Kubo nodes in a private swarm on this machine: found, started, killed, started again, gone at the end."""

import json
import os
import shutil
import socket
import subprocess
from base64 import b32decode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from tenacity import retry, retry_if_not_result, stop_after_delay, wait_fixed

from folkmoot.testing.anvil import free_port
from folkmoot.testing.processes import end_with_parent, uninterrupted

NODES = "FOLKMOOT_NODES"
MISSING = f"there is no Kubo: put `ipfs` on the PATH, or name the folder that has it in {NODES}"
CALLS = (
    *("add", "block/get", "cat", "files/stat", "id", "pin/add", "pin/ls", "pin/rm", "repo/gc", "repo/stat"),
    "swarm/connect",
)  # that the store makes
START_S = 120.0
ANSWER_S = 60.0

_SWARM_KEY = f"/key/swarm/psk/1.0.0/\n/base16/\n{'07' * 32}\n"
_ENVIRONMENT = {"LIBP2P_FORCE_PNET": "1", "IPFS_TELEMETRY": "off", "GOMEMLIMIT": "200MiB", "GOMAXPROCS": "2"}


def binary() -> str | None:
    """Kubo, from the folder that FOLKMOOT_NODES names or else from the PATH."""
    return shutil.which("ipfs", path=os.environ.get(NODES))


@dataclass(slots=True)
class Kubo:
    """A node with its repository and ports, which stay the same when it is started again."""

    repository: Path
    api: int
    swarm: int
    token: str = ""
    calls: Sequence[str] = CALLS  # that the token allows
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"ipfs+http://127.0.0.1:{self.api}"

    @property
    def peer(self) -> str:
        identity = json.loads((self.repository / "config").read_text())["Identity"]["PeerID"]
        return f"/ip4/127.0.0.1/tcp/{self.swarm}/p2p/{identity}"

    def make(self) -> None:
        """Its repository, for a node that knows no other, listens here alone, and would itself name files otherwise."""
        self.run("init", "--profile=test")
        (self.repository / "swarm.key").write_text(_SWARM_KEY)
        path = self.repository / "config"
        config = json.loads(path.read_text())
        config["Bootstrap"] = []
        config["AutoConf"] = config["AutoTLS"] = {"Enabled": False}
        config["Routing"] = {"Type": "dht", "LoopbackAddressesOnLanDHT": True}
        config["Swarm"]["Transports"]["Network"] = {"Websocket": False}
        config["Addresses"] |= {
            "API": f"/ip4/127.0.0.1/tcp/{self.api}",
            "Gateway": [],
            "Swarm": [f"/ip4/127.0.0.1/tcp/{self.swarm}"],
        }
        config["Import"] |= {"CidVersion": 1, "UnixFSRawLeaves": True, "UnixFSChunker": "size-1048576"}
        config["Import"] |= {"UnixFSFileMaxLinks": 1024, "UnixFSDAGLayout": "trickle", "HashFunction": "blake3"}
        if self.token:
            member = {"AuthSecret": f"bearer:{self.token}", "AllowedPaths": [f"/api/v0/{call}" for call in self.calls]}
            config["API"]["Authorizations"] = {"member": member}
        path.write_text(json.dumps(config))

    def run(self, *words: str) -> None:
        """A command of Kubo. Raises if it fails."""
        command = [str(binary()), *words]
        subprocess.run(command, env=self._environment(), check=True, capture_output=True, timeout=START_S)

    def start(self, *options: str) -> None:
        """Returns when the node answers."""
        said = self.repository / "daemon.log"
        with uninterrupted(), said.open("wb") as log:
            self.process = subprocess.Popen(
                [str(binary()), "daemon", *options],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent,  # noqa: PLW1509 - it calls the kernel and takes no lock
            )
        _wait_for(said, self.process)

    def kill(self) -> None:
        """End it at once."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def leave(self) -> None:
        """Ask it to end; returns when it takes no more calls. It may wait long for whoever is still reading."""
        if self.process:
            self.process.terminate()
            _wait_for_silence(self.api)

    def ask(self, command: str, data: bytes | None = None, **options: str) -> Any:
        """The node's answer to a command of its RPC: what the store under test does not do itself."""
        answer = requests.post(
            f"http://127.0.0.1:{self.api}/api/v0/{command}",
            params=options,
            files=None if data is None else {"file": data},
            headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
            timeout=ANSWER_S,
        )
        answer.raise_for_status()
        return answer.json() if answer.text else None

    def disk(self) -> set[bytes]:
        """The digests of all blocks on its disk, pinned or not: a blob's pointer is that of its root."""
        url, headers = f"http://127.0.0.1:{self.api}/api/v0/refs/local", {"Authorization": f"Bearer {self.token}"}
        answer = requests.post(url, headers=headers if self.token else {}, timeout=ANSWER_S)
        answer.raise_for_status()
        names = (json.loads(line)["Ref"][1:].upper() for line in answer.text.splitlines())
        return {b32decode(name + "=" * (-len(name) % 8))[4:] for name in names}

    def meet(self, other: "Kubo") -> None:
        """Connect to another node."""
        self.ask("swarm/connect", arg=other.peer)

    def _environment(self) -> dict[str, str]:
        return os.environ | _ENVIRONMENT | {"IPFS_PATH": str(self.repository)}


@contextmanager
def run_kubo(*, token: str = "", calls: Sequence[str] = CALLS) -> Iterator[Kubo]:
    """A running node, which asks for a bearer token if there is one."""
    with TemporaryDirectory(prefix="kubo-", ignore_cleanup_errors=True) as folder:
        node = Kubo(Path(folder), free_port(), free_port(), token, calls)
        node.make()
        try:
            node.start()
            yield node
        finally:
            node.kill()


@retry(retry=retry_if_not_result(bool), wait=wait_fixed(0.05), stop=stop_after_delay(START_S))
def _wait_for(said: Path, process: subprocess.Popen[bytes]) -> bool:
    log = said.read_text(errors="replace")
    if process.poll() is not None:
        raise RuntimeError(f"Kubo ended with {process.returncode}: {log[-1500:]}")
    return "Daemon is ready" in log


@retry(retry=retry_if_not_result(bool), wait=wait_fixed(0.05), stop=stop_after_delay(START_S))
def _wait_for_silence(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0
