"""Real Kubo nodes in a private swarm on this machine: found, started, killed, started again, gone at the end."""

import json
import os
import subprocess
from base64 import b32decode
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from tenacity import retry, retry_if_not_result, stop_after_delay, wait_fixed

from folkmoot.testing.anvil import free_port
from folkmoot.testing.servers import LOOPBACK, START_S, answers, launch, program, require, wait_for, where

MISSING = f"there is no Kubo: {where('ipfs')}"
CALLS = (
    *("add", "block/get", "cat", "files/stat", "id", "pin/add", "pin/ls", "pin/rm", "repo/gc", "repo/stat"),
    *("swarm/connect", "swarm/disconnect", "swarm/peers"),
)  # that the store makes
ANSWER_S = 60.0
MEMORY_MIB = 200  # of a node, whose Go collects its garbage all the time above it

_SWARM_KEY = f"/key/swarm/psk/1.0.0/\n/base16/\n{'07' * 32}\n"
_ENVIRONMENT = {"LIBP2P_FORCE_PNET": "1", "IPFS_TELEMETRY": "off", "GOMAXPROCS": "2"}


def binary() -> str | None:
    """Kubo, if it is there."""
    return program("ipfs")


@dataclass(slots=True)
class Kubo:
    """A node with its repository and ports, which stay the same when it is started again."""

    repository: Path
    api: int
    swarm: int
    token: str = ""
    calls: Sequence[str] = CALLS  # that the token allows
    address: str = LOOPBACK  # where other nodes reach it; its API is on loopback
    memory_mib: int = MEMORY_MIB
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """As a worker's setting `store`."""
        return f"ipfs+http://127.0.0.1:{self.api}"

    @property
    def peer(self) -> str:
        """Where other nodes reach it."""
        identity = json.loads((self.repository / "config").read_text())["Identity"]["PeerID"]
        return f"/ip4/{self.address}/tcp/{self.swarm}/p2p/{identity}"

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
            "Swarm": [f"/ip4/{self.address}/tcp/{self.swarm}"],
        }
        config["Import"] |= {"CidVersion": 1, "UnixFSRawLeaves": True, "UnixFSChunker": "size-1048576"}
        config["Import"] |= {"UnixFSFileMaxLinks": 1024, "UnixFSDAGLayout": "trickle", "HashFunction": "blake3"}
        if self.token:
            member = {"AuthSecret": f"bearer:{self.token}", "AllowedPaths": [f"/api/v0/{call}" for call in self.calls]}
            config["API"]["Authorizations"] = {"member": member}
        path.write_text(json.dumps(config))

    def run(self, *words: str) -> None:
        """A command of Kubo. Raises `CalledProcessError` if it fails."""
        command = [str(binary()), *words]
        subprocess.run(command, env=self._environment(), check=True, capture_output=True, timeout=START_S)

    def start(self, *options: str) -> None:
        """Returns when the node answers."""
        self.launch(*options)
        self.wait()

    def launch(self, *options: str) -> None:
        """Returns at once: several nodes start side by side."""
        self.process = launch([str(binary()), "daemon", *options], self._environment(), self._log)

    def wait(self) -> None:
        """Returns when the launched node answers. Raises `FolkmootError` if it ends instead."""
        if self.process:
            wait_for(self.process, self.api, self._log, "Daemon is ready")

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

    def ask(self, command: str, data: bytes | None = None, **options: str | list[str]) -> Any:
        """The node's answer to a command of its RPC. Raises `RequestException`."""
        answer = requests.post(
            f"http://127.0.0.1:{self.api}/api/v0/{command}",
            params=options,
            files=None if data is None else {"file": data},
            headers={"Authorization": f"Bearer {self.token}"} if self.token else {},
            timeout=ANSWER_S,
        )
        if not answer.ok:
            raise requests.HTTPError(f"Kubo: {answer.text[:500]}", response=answer)
        return answer.json() if answer.text else None

    def disk(self) -> set[bytes]:
        """The digests of all blocks on its disk, pinned or not: a blob's pointer is that of its root."""
        url, headers = f"http://127.0.0.1:{self.api}/api/v0/refs/local", {"Authorization": f"Bearer {self.token}"}
        answer = requests.post(url, headers=headers if self.token else {}, timeout=ANSWER_S)
        answer.raise_for_status()
        names = (json.loads(line)["Ref"][1:].upper() for line in answer.text.splitlines())
        return {b32decode(name + "=" * (-len(name) % 8))[4:] for name in names}

    def meet(self, *others: "Kubo") -> None:
        """Connect to other nodes."""
        if others:
            self.ask("swarm/connect", arg=[other.peer for other in others])

    @property
    def _log(self) -> Path:
        return self.repository / "kubo.log"

    def _environment(self) -> dict[str, str]:
        return os.environ | _ENVIRONMENT | {"IPFS_PATH": str(self.repository), "GOMEMLIMIT": f"{self.memory_mib}MiB"}


@contextmanager
def run_kubo(*, token: str = "", calls: Sequence[str] = CALLS, memory_mib: int = MEMORY_MIB) -> Iterator[Kubo]:
    """A running node, which asks for a bearer token if there is one. Raises `ConfigError` where there is no Kubo."""
    with _made(token, calls, memory_mib) as node:
        node.start()
        yield node


@contextmanager
def run_swarm(number: int) -> Iterator[list[Kubo]]:
    """So many running nodes, each connected to all others. Raises `ConfigError` where there is no Kubo."""
    with ExitStack() as stack:
        nodes = [stack.enter_context(_made()) for _ in range(number)]
        for node in nodes:
            node.launch()
        for index, node in enumerate(nodes):
            node.wait()
            node.meet(*nodes[:index])
        yield nodes


@contextmanager
def _made(token: str = "", calls: Sequence[str] = CALLS, memory_mib: int = MEMORY_MIB) -> Iterator[Kubo]:
    require("ipfs", "Kubo")
    with TemporaryDirectory(prefix="kubo-", ignore_cleanup_errors=True) as folder:
        node = Kubo(Path(folder), free_port(), free_port(), token, calls, memory_mib=memory_mib)
        node.make()
        try:
            yield node
        finally:
            node.kill()


@retry(retry=retry_if_not_result(bool), wait=wait_fixed(0.05), stop=stop_after_delay(START_S))
def _wait_for_silence(port: int) -> bool:
    return not answers(port)
