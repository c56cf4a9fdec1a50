"""A real Anvil on a free port, as a context manager."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eth_account.signers.local import LocalAccount
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed
from web3 import HTTPProvider, Web3

ROOT = Path(__file__).resolve().parents[2]
BINARY = ROOT / "tools" / "bin" / "anvil"
EVM = os.environ.get("EVM", "london")


@dataclass(frozen=True, slots=True)
class Anvil:
    """A running chain that mines each transaction at once."""

    url: str
    process: subprocess.Popen[bytes]

    def ask(self, method: str, *params: Any) -> Any:
        return Web3(HTTPProvider(self.url)).manager.request_blocking(method, list(params))  # type: ignore[arg-type]

    def fund(self, account: LocalAccount, wei: int = 10**18) -> LocalAccount:
        self.ask("anvil_setBalance", account.address, hex(wei))
        return account

    def pass_time(self, seconds: int) -> None:
        """The time moves; no block is mined."""
        self.ask("evm_increaseTime", seconds)

    def mine(self) -> None:
        self.ask("evm_mine")

    def automine(self, enabled: bool) -> None:
        self.ask("evm_setAutomine", enabled)


@contextmanager
def run_anvil(*options: str, port: int | None = None, evm: str = EVM) -> Iterator[Anvil]:
    """Anvil by the rules of an EVM version, gone at the end."""
    port = port or free_port()
    command = [str(BINARY), "--silent", "--port", str(port), "--hardfork", evm, *options]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield Anvil(f"http://127.0.0.1:{port}", process)
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@retry(retry=retry_if_exception_type(ConnectionError), wait=wait_fixed(0.02), stop=stop_after_delay(60), reraise=True)
def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    assert process.poll() is None, "anvil died"
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        pass
