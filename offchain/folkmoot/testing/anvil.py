"""Anvil, a local chain: found on the PATH, on a free port, gone at the end."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from eth_account.signers.local import LocalAccount
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed
from web3 import IPCProvider, Web3
from web3.types import TxReceipt

from folkmoot.chain.answers import receipt_of
from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.testing.processes import end_with_parent, uninterrupted

EVM = os.environ.get("EVM", "london")
FREE_GAS = ("--gas-price", "0", "--block-base-fee-per-gas", "0")
"""Options for a chain on which transactions cost nothing."""

START_S = 60.0


class IpcConnection(IPCProvider):
    """JSON-RPC through a socket file. What most requests ask costs much less than HTTP does."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.path = path

    def close(self) -> None:
        """Close the connection, if one was made."""
        if connection := getattr(self._socket, "sock", None):
            connection.close()


@dataclass(slots=True)
class Anvil:
    """A running Anvil. Unless an option or `automine` says otherwise, it mines each transaction at once."""

    url: str
    process: subprocess.Popen[bytes]
    ipc: IpcConnection
    _web3: Web3 = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._web3 = Web3(self.ipc, middleware=[])

    def connect(self, _url: str) -> IpcConnection:
        """The connection that it has already, whatever the URL: as a `Client`'s `connect`."""
        return self.ipc

    def ask(self, method: str, *params: Any) -> Any:
        """The node's answer to a JSON-RPC request."""
        return self._web3.manager.request_blocking(method, list(params))  # type: ignore[arg-type]

    def fund(self, account: LocalAccount, wei: int = 10**18) -> LocalAccount:
        """Set an account's balance; returns the account."""
        self.ask("anvil_setBalance", account.address, hex(wei))
        return account

    def send_as(self, account: LocalAccount, to: str, data: bytes, gas: int) -> TxReceipt:
        """Execute a transaction in an account's name, for which the node asks no signature; returns its receipt."""
        self.fund(account)
        self.ask("anvil_impersonateAccount", account.address)
        request = {"from": account.address, "to": to, "data": f"0x{data.hex()}", "gas": hex(gas)}
        return receipt_of(self.ask("eth_sendTransactionSync", request))

    def pass_time(self, seconds: int) -> None:
        """Move the chain's time on. No block is mined."""
        self.ask("evm_increaseTime", seconds)

    def mine(self, blocks: int = 1) -> None:
        """Mine blocks."""
        self.ask("anvil_mine", hex(blocks))

    def automine(self, enabled: bool) -> None:
        """Set whether each transaction is mined at once."""
        self.ask("evm_setAutomine", enabled)


@contextmanager
def run_anvil(*options: str, port: int | None = None, evm: str = EVM) -> Iterator[Anvil]:
    """Run Anvil with these options and the rules of an EVM version.

    It has a session of its own, so that Ctrl-C does not reach it; on Linux it ends with the thread that starts it, even
    by `kill -9`. It forgets the states before the last few hundred blocks: to write them to files takes a third of its
    time. Raises `ConfigError` if there is no Anvil on the PATH, and `FolkmootError` if it does not start.
    """
    binary = shutil.which("anvil")
    if binary is None:
        raise ConfigError("there is no anvil on the PATH", "install Foundry, https://getfoundry.sh")
    port = port or free_port()
    with TemporaryDirectory() as folder:
        ipc = IpcConnection(Path(folder, "anvil.ipc"))
        where = ("--port", str(port), "--ipc", str(ipc.path))
        command = [binary, "--silent", *where, "--hardfork", evm, "--max-persisted-states", "0", *options]
        process: subprocess.Popen[bytes] | None = None
        try:
            with uninterrupted():
                process = subprocess.Popen(
                    command,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    start_new_session=True,
                    preexec_fn=end_with_parent,  # noqa: PLW1509 - it calls the kernel and takes no lock
                )
            _wait_for(port, ipc.path, process)
            yield Anvil(f"http://127.0.0.1:{port}", process, ipc)
        finally:
            ipc.close()
            if process:
                process.kill()
                process.wait()


def free_port() -> int:
    """A free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@retry(retry=retry_if_exception_type(OSError), wait=wait_fixed(0.02), stop=stop_after_delay(START_S), reraise=True)
def _wait_for(port: int, path: Path, process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        raise FolkmootError(f"anvil ended with {process.returncode}", "try its command line in a terminal")
    for family, address in ((socket.AF_INET, ("127.0.0.1", port)), (socket.AF_UNIX, str(path))):
        with socket.socket(family) as probe:
            probe.connect(address)
