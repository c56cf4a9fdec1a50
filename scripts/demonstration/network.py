"""A local chain with free gas, and a federation on it, deployed as anybody would deploy it."""

import sys
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from folkmoot.chain import Client, Deployment, deployments
from scripts.demonstration.processes import Processes
from scripts.federation import template
from tools.anvil import FREE_GAS, command, free_port, wait_for

ROOT = Path(__file__).resolve().parents[2]
BROWNIE = Path(sys.executable).with_name("brownie")
ALONE = FileLock(ROOT / "build" / "brownie.lock")  # brownie rewrites a file of the project whenever it connects

NETWORK = "demonstration"  # brownie's id for the chain


def start_chain(processes: Processes, folder: Path) -> str:
    """Start Anvil on a free port, and wait until it answers at the URL that is returned."""
    port = free_port()
    chain = processes.start("Anvil", command(port, "--accounts", "1", *FREE_GAS), log=folder / "anvil.log")
    wait_for(port, chain.check)
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
