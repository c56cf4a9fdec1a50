"""A local chain with free gas, and a federation on it, deployed as anybody would deploy it."""

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from offchain.chain import Client, Deployment, deployments
from scripts.demonstration.processes import Process, Processes
from scripts.federation import template

ROOT = Path(__file__).resolve().parents[2]
ANVIL = ROOT / "tools" / "bin" / "anvil"
BROWNIE = Path(sys.executable).with_name("brownie")
ALONE = FileLock(ROOT / "build" / "brownie.lock")  # brownie rewrites a file of the project whenever it connects

NETWORK = "demonstration"  # brownie's id for the chain
START_S = 60.0


def start_chain(processes: Processes, folder: Path) -> str:
    """Start Anvil on a free port, and wait until it answers at the URL that is returned."""
    port, rules = _free_port(), os.environ.get("EVM", "london")
    free_gas = ("--gas-price", "0", "--block-base-fee-per-gas", "0")
    command = [str(ANVIL), "--silent", "--port", str(port), "--hardfork", rules, "--accounts", "1", *free_gas]
    _wait_for(port, processes.start("Anvil", command, log=folder / "anvil.log"))
    return f"http://127.0.0.1:{port}"


def deploy(
    processes: Processes, folder: Path, url: str, *, managers: Sequence[str], quorum: int, fee: int
) -> Deployment:
    """Run the deployment script, with a home directory of its own so that brownie's list of networks stays as it is."""
    config, log, home = folder / "federation.toml", folder / "deploy.log", folder / "home"
    home.mkdir()
    config.write_text(template({"managers": managers, "quorum": quorum, "fee": fee, "deployments": "deployments"}))
    with Client([url]) as client:
        add = ["networks", "add", "Local", NETWORK, f"host={url}", f"chainid={client.chain_id}"]
        run = ["run", "scripts/deploy.py", "main", str(config), "--network", NETWORK]
        with ALONE:
            for arguments in (add, run):
                processes.run("the deployment", [str(BROWNIE), *arguments], log=log, env={"HOME": str(home)})
        return deployments.read(folder / "deployments", client)


@retry(retry=retry_if_exception_type(OSError), wait=wait_fixed(0.1), stop=stop_after_delay(START_S), reraise=True)
def _wait_for(port: int, chain: Process) -> None:
    chain.check()
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        pass


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
