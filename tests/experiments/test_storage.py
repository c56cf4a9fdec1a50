"""Transfers over limited links, between real nodes and servers, of which nothing is left; and how they are shown."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tenacity import retry, retry_if_not_result, stop_after_delay, wait_fixed

from experiments.experiment import Cell, Measured, Results
from experiments.network import check
from experiments.storage import FULL, SYSTEMS, cells, measure
from experiments.storage_report import report
from folkmoot.errors import ConfigError
from folkmoot.testing.consortium import PATIENCE
from tests.support.experiments import skip_where_impossible
from tests.support.family import descendants, parents
from tools.workcopy import ROOT

pytestmark = pytest.mark.xdist_group("storage")  # one process measures for all

MBIT = 40


def cell(system: str, clients: int, megabytes: int = 1, seed: int = 1) -> Cell:
    return Cell(system=system, settings=(("megabytes", megabytes), ("clients", clients), ("mbit", MBIT)), seed=seed)


@pytest.fixture(scope="module")
def measured() -> dict[str, dict[str, float]]:
    """What three clients measure by each system."""
    skip_where_impossible("storage")
    return {
        system: {one.metric: one.value for one in measure(cell(system, 3), None, lambda *_: None)} for system in SYSTEMS
    }


def test_by_sftp_everything_crosses_the_servers_link(measured: dict[str, dict[str, float]]) -> None:
    assert 3 <= measured["sftp"]["download_blobs_sent"] < 3.5


def test_by_ipfs_the_server_sends_a_blob_at_least_once_and_to_nobody_twice(
    measured: dict[str, dict[str, float]],
) -> None:
    assert 1 <= measured["ipfs"]["download_blobs_sent"] < 3.5


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_client_is_faster_than_its_link(system: str, measured: dict[str, dict[str, float]]) -> None:
    assert 0 < measured[system]["download_mbit"] < 1.1 * MBIT


@pytest.mark.parametrize(("system", "metric"), [("sftp", "upload_mbit"), ("ipfs", "arrival_mbit")])
def test_all_updates_share_the_link_of_the_server(
    system: str, metric: str, measured: dict[str, dict[str, float]]
) -> None:
    """Even if it took one after the other, at full speed, they would be done at 1, 1/2 and 1/3 of it."""
    assert 0 < measured[system][metric] < 0.7 * MBIT


def test_an_upload_by_ipfs_crosses_no_link(measured: dict[str, dict[str, float]]) -> None:
    assert measured["ipfs"]["upload_s"] < measured["ipfs"]["arrival_s"]


COMMAND = ("-m", "experiments", "storage", "--quick", "--results")
CELL = ("-c", "from experiments.storage import cells, measure; measure(cells(True)[0], None, lambda *_: None)")


@pytest.mark.parametrize(("command", "how"), [(COMMAND, signal.SIGTERM), (CELL, signal.SIGKILL)], ids=["stop", "kill"])
def test_whoever_stops_a_run_leaves_no_process(command: tuple[str, ...], how: signal.Signals, tmp_path: Path) -> None:
    skip_where_impossible("storage")
    run = subprocess.Popen(
        [sys.executable, *command, str(tmp_path)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "offchain")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        started = wait_for_a_node(run)
        run.send_signal(how)
        run.wait(PATIENCE)
        wait_until_gone(started)
    finally:
        run.kill()
        run.wait()


@retry(retry=retry_if_not_result(bool), wait=wait_fixed(0.05), stop=stop_after_delay(PATIENCE))
def wait_for_a_node(run: subprocess.Popen[bytes]) -> set[int]:
    """All processes below one, once a Kubo node is among them."""
    assert run.poll() is None
    names = subprocess.run(["ps", "-A", "-o", "pid=,comm="], capture_output=True, text=True, check=True).stdout
    nodes = {int(line.split()[0]) for line in names.splitlines() if line.split()[1] == "ipfs"}
    family = descendants(run.pid)
    return family if nodes & family else set()


@retry(retry=retry_if_not_result(bool), wait=wait_fixed(0.05), stop=stop_after_delay(PATIENCE))
def wait_until_gone(processes: set[int]) -> bool:
    return not processes & set(parents())


def test_a_machine_without_the_tools_is_told_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match=r"does not let us make networks .* \(run it as root on Linux, with unshare"):
        check()


def test_every_system_is_measured_with_every_number_of_clients() -> None:
    there = {(one.system, one["megabytes"], one["clients"], one.seed) for one in cells(False)}
    wanted = {
        (system, size, clients, seed)
        for system in SYSTEMS
        for seed, size in FULL.repetitions
        for clients in FULL.clients[size]
    }
    assert there == wanted
    assert len(cells(False)) == len(wanted)


def test_medians_are_shown_with_the_lowest_and_the_highest(tmp_path: Path) -> None:
    results = Results(tmp_path / "storage.csv")
    for seed, rate in ((1, 20.0), (2, 38.0), (3, 40.0)):
        results.append("storage", cell("sftp", 1, seed=seed), [Measured("download_mbit", rate)], "abc")
    results.append("storage", cell("ipfs", 30), [Measured("download_mbit", 2.5)], "abc")
    assert report(results.rows(), tmp_path / "storage").splitlines()[:6] == [
        "## Mbit/s of a client, blobs of 1 MB",
        "",
        "| clients | 1 | 30 |",
        "| :-- | --: | --: |",
        "| download: IPFS | – | 2.50 |",
        "| download: SFTP | 38.0 (20.0–40.0) | – |",
    ]
    assert (tmp_path / "storage.png").read_bytes()[1:4] == b"PNG"
