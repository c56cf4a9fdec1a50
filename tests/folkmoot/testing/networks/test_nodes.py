"""Validators as processes, with a shell script in a client's place: a client can do all that it does."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import sleep
from typing import Any

import pytest

from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.testing.networks import nodes
from folkmoot.testing.networks.plan import Network, plan
from tests.support.family import wait_for_end

STUBBORN = "trap '' TERM; echo ready; while :; do sleep 0.1; done"


def script(folder: Path, *lines: str) -> Path:
    folder.mkdir(exist_ok=True)
    run = folder / "run"
    run.write_text("\n".join(["#!/bin/sh", *lines, ""]))
    run.chmod(0o700)
    return folder


def wait_for_text(folder: Path, text: str) -> None:
    """Wait until a validator's log is this, at most ten seconds."""
    for _ in range(200):
        if (said := (folder / "node.log").read_text()) == text:
            return
        sleep(0.05)
    raise TimeoutError(said)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "validator-1"
    yield place
    if pid := nodes.process_of(place):
        os.killpg(pid, signal.SIGKILL)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return plan(tmp_path, "geth", evm="berlin", hosts=["127.0.0.1"] * 3)[0]


def test_one_is_started_in_a_session_of_its_own_found_again_and_ended(folder: Path) -> None:
    script(folder, 'echo "client $CLIENT"', "exec sleep 1000")
    assert nodes.process_of(folder) is None
    process = nodes.start_child(folder, "/opt/geth")
    assert nodes.process_of(folder) == process.pid
    assert os.getsid(process.pid) == process.pid
    wait_for_text(folder, "client /opt/geth\n")
    assert nodes.stop([folder]) == [folder]
    assert process.wait() == -signal.SIGTERM
    assert nodes.process_of(folder) is None
    assert nodes.stop([folder]) == []


def test_it_is_not_started_twice(folder: Path) -> None:
    pid = nodes.start(script(folder, "exec sleep 1000"), "geth")
    with pytest.raises(ConfigError, match="runs already"):
        nodes.start(folder, "geth")
    assert nodes.process_of(folder) == pid


def test_what_does_not_end_by_itself_is_killed_with_what_it_started(folder: Path) -> None:
    process = nodes.start_child(script(folder, STUBBORN), "geth")
    wait_for_text(folder, "ready\n")
    assert nodes.stop([folder], grace=0.5) == [folder]
    assert process.wait() == -signal.SIGKILL


def test_an_id_that_another_program_has_by_now_is_left_alone(folder: Path) -> None:
    nodes.start_child(script(folder, "exit 0"), "geth").wait()
    with subprocess.Popen(["sleep", "1000"], start_new_session=True) as other:
        (folder / "pid").write_text(f"{other.pid}\n")
        assert nodes.process_of(folder) is None
        assert nodes.stop([folder]) == []
        assert other.poll() is None
        other.kill()


def test_while_one_is_started_the_last_ones_id_is_not_taken_for_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[int | None] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            found.append(nodes.process_of(folder))
            super().__init__(*args, **options)

    nodes.start_child(script(folder, "exit 0"), "geth").wait()
    monkeypatch.setattr(subprocess, "Popen", Watched)
    nodes.start_child(folder, "geth").wait()
    assert found == [None]


def test_it_outlives_the_program_that_starts_it_and_is_ended_by_another(folder: Path) -> None:
    program = "import sys; from pathlib import Path; from folkmoot.testing.networks import nodes\n"
    program += f"print(nodes.start(Path({str(script(folder, 'exec sleep 1000'))!r}), 'geth'))"
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    pid = int(done.stdout)
    assert nodes.process_of(folder) == pid
    nodes.stop([folder])
    wait_for_end(pid)


def test_a_taken_port_and_a_validator_of_another_host_are_named(network: Network, tmp_path: Path) -> None:
    nodes.check(network, network.validators)
    second = network.validators[1]
    with (
        socket.create_server(("127.0.0.1", second.rpc)),
        pytest.raises(ConfigError, match=f"port {second.rpc} of validator 2 is taken"),
    ):
        nodes.check(network, network.validators)
    away, _ = plan(tmp_path, "geth", evm="berlin", hosts=["a.example", "b.example"])
    with pytest.raises(ConfigError, match=r"validator 1 belongs on a.example .copy .*validator-1 there, .*\./run"):
        nodes.check(away, away.validators)


def test_one_that_ends_instead_of_answering_is_quoted(network: Network) -> None:
    nodes.start_child(script(network.folder / "validator-1", "echo Fatal: no disk", "exit 3"), "geth").wait()
    with pytest.raises(FolkmootError, match="validator 1 ended: Fatal: no disk"):
        nodes.wait_for_answers(network, network.validators[:1])


def test_those_that_do_not_answer_are_waited_for_no_longer_than_asked(network: Network, folder: Path) -> None:
    nodes.start(script(folder, "exec sleep 1000"), "geth")
    with pytest.raises(FolkmootError, match="do not take calls within 0 s"):
        nodes.wait_for_answers(network, network.validators[:1], patience=0.3)
