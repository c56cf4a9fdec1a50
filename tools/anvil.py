"""Anvil, the local chain: the binary of the set-up, on a free port, by the rules that EVM names."""

import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from tools.workcopy import ROOT

BINARY = ROOT / "tools" / "bin" / "anvil"
EVM = os.environ.get("EVM", "london")
FREE_GAS = ("--gas-price", "0", "--block-base-fee-per-gas", "0")
START_S = 60.0


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def command(port: int, *options: str, evm: str = EVM) -> list[str]:
    """What starts a silent Anvil."""
    return [str(BINARY), "--silent", "--port", str(port), "--hardfork", evm, *options]


@retry(
    retry=retry_if_exception_type(ConnectionError), wait=wait_fixed(0.02), stop=stop_after_delay(START_S), reraise=True
)
def wait_for(port: int, check: Callable[[], object]) -> None:
    """Return when somebody listens on the port; `check` raises if the process that should is dead."""
    check()
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        return


@contextmanager
def run_anvil(*options: str, port: int | None = None, evm: str = EVM) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Anvil with these options, gone at the end: its URL and its process. Raises `RuntimeError` if it dies at once."""
    port = port or free_port()
    process = subprocess.Popen(command(port, *options, evm=evm), stdout=subprocess.DEVNULL)

    def check() -> None:
        if process.poll() is not None:
            raise RuntimeError(f"anvil ended with {process.returncode}")

    try:
        wait_for(port, check)
        yield f"http://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()
