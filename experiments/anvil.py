"""A real Anvil that plays the same chain again: free gas, and a block when and for the time that it is asked for."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

ROOT = Path(__file__).resolve().parents[1]
BINARY = ROOT / "tools" / "bin" / "anvil"
EVM = os.environ.get("EVM", "london")
GENESIS = 1_700_000_000  # the chain's first second, so that no clock but its own is in a result
BLOCK_GAS = 10**12  # a block takes whatever one phase brings; a single transaction stays within the protocol's limit
PATIENCE_S = 60.0


@contextmanager
def run_anvil() -> Iterator[str]:
    """Anvil on a free port, gone at the end; gives its URL."""
    port = _free_port()
    free_gas = ("--gas-price", "0", "--block-base-fee-per-gas", "0", "--gas-limit", str(BLOCK_GAS))
    pace = ("--no-mining", "--no-request-size-limit", "--timestamp", str(GENESIS), "--hardfork", EVM, "--accounts", "1")
    command = [str(BINARY), "--silent", "--port", str(port), *pace, *free_gas]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _await(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@retry(
    retry=retry_if_exception_type(ConnectionError),
    wait=wait_fixed(0.05),
    stop=stop_after_delay(PATIENCE_S),
    reraise=True,
)
def _await(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        pass
