"""The commands that the auditor's page shows, by a real node, and what they print."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from folkmoot.chain import deployments
from folkmoot.testing import Anvil
from scripts.this_build import checked
from tests.support.documents import blocks
from tests.support.network import Network
from tests.support.views import address

PAGE = "docs/auditor.md"
TOOLS = Path(sys.executable).parent


def block(word: str) -> str:
    """The one block of shell commands with this word in it."""
    (found,) = (text for _, text in blocks(PAGE) if word in text)
    return found


@pytest.fixture
def home(deployed: Network, tmp_path: Path, anvil: Anvil) -> Path:  # noqa: ARG001 - cast has no time to wait for blocks
    """The folder of somebody with the record, as the deployment script writes it."""
    deployments.write(checked(deployed.client, deployed.deployment, address(9), {}), tmp_path / "deployments")
    return tmp_path


def run(commands: str, home: Path, deployed: Network, **more: str) -> list[str]:
    """What the commands print, line by line."""
    environment = os.environ | {"FOLKMOOT_RPC": deployed.urls[0], "ETH_RPC_URL": deployed.urls[0], **more}
    environment["PATH"] = f"{TOOLS}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout.splitlines()


def test_the_code_is_compared_by_a_command(deployed: Network, home: Path) -> None:
    shown = run(block("folkmoot verify verification\n"), home, deployed)
    assert sum(line.endswith("this build's code") for line in shown) == len(deployed.deployment.compiled) + 1
    assert (home / "verification" / "Task" / "input.json").exists()


def test_recipes_show_by_hand_what_an_explorer_would(deployed: Network, home: Path) -> None:
    (proposer,) = deployed.join(1)
    task = deployed.propose(proposer)
    sent = deployed.client.request("eth_getBlockByNumber", "latest", True)["transactions"][-1]
    run(block("folkmoot explorer").replace("http://127.0.0.1:8545", deployed.urls[0]), home, deployed)
    named = {
        "federation": deployed.deployment.federation,
        "task": task.address,
        "transaction": sent["hash"],
    }
    assert set(named) <= {line.partition("=")[0] for line in block("export ETH_RPC_URL").splitlines()}
    shown = run(block("cast codehash"), home, deployed, **named)
    deployed_, is_task, implementation, phase, *arguments, tasks = shown
    assert (deployed_, is_task, phase) == ("1", "true", "0")
    assert implementation == deployed.deployment.task_implementation[2:].lower()
    assert deployed.deployment.rules["MedianScore"].lower() in arguments[-1].lower()
    assert int(tasks) == deployed.federation.task_count()
