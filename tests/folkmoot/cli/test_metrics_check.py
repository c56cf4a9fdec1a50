"""What the doctor finds of the address of metrics."""

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Gauge

from folkmoot.cli import metrics_check
from folkmoot.testing import free_port
from folkmoot.worker.metrics_server import MetricsServer
from tests.support.cli import Cli, findings


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def answering(port: int) -> Iterator[CollectorRegistry]:
    registry = CollectorRegistry()
    with MetricsServer(f"127.0.0.1:{port}", registry) as server:
        server.open()
        yield registry


def found(cli: Cli, address: str) -> tuple[str, str]:
    Path("folkmoot.toml").write_text(f'metrics = "{address}"\nkeystore = "alice.json"\n')
    one = findings(cli)["metrics"]
    return one["state"], one["message"]


def test_without_the_setting_there_is_nothing_to_check(cli: Cli) -> None:
    one = findings(cli)["metrics"]
    assert (one["state"], one["message"]) == ("fine", "off; the setting `metrics` turns them on")


def test_a_free_address_is_fine(cli: Cli, port: int) -> None:
    assert found(cli, f"127.0.0.1:{port}") == ("fine", f"a worker will show them at http://127.0.0.1:{port}/metrics")
    assert found(cli, f"[::1]:{port}")[0] == "fine"


def test_the_doctor_goes_by_the_workers_variable(cli: Cli, port: int) -> None:
    Path("folkmoot.toml").write_text('metrics = "192.0.2.1:9100"\n')
    one = findings(cli, "--metrics", f"127.0.0.1:{port}")["metrics"]
    assert (one["state"], one["message"]) == ("fine", f"a worker will show them at http://127.0.0.1:{port}/metrics")


def test_a_port_that_something_silent_has_is_doubtful(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metrics_check, "ANSWER_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        assert found(cli, address) == ("doubt", f"something else listens at {address}")


@pytest.mark.parametrize("account", ["own", "0x1111111111111111111111111111111111111111"])
@pytest.mark.usefixtures("answering")
def test_whose_worker_answers_there(cli: Cli, answering: CollectorRegistry, port: int, account: str) -> None:
    keystore = {"address": "22" * 20, "crypto": {}, "version": 3}
    Path("alice.json").write_text(json.dumps(keystore))
    own = json.loads(cli.ok("account", "show", "--keystore", "alice.json", "--json"))["address"]
    gauge = Gauge("folkmoot_worker_info", "For this test.", ["account"], registry=answering)
    gauge.labels(own if account == "own" else account).set(1)
    state, message = found(cli, f"127.0.0.1:{port}")
    if account == "own":
        assert (state, message) == ("fine", f"a worker shows them at http://127.0.0.1:{port}/metrics")
    else:
        assert (state, message) == ("doubt", f"the worker of another account listens at 127.0.0.1:{port}")


@pytest.mark.usefixtures("answering")
def test_something_else_that_answers(cli: Cli, port: int) -> None:
    assert found(cli, f"127.0.0.1:{port}") == ("doubt", f"something else listens at 127.0.0.1:{port}")


def test_an_address_of_another_machine_is_wrong(cli: Cli, port: int) -> None:
    state, message = found(cli, f"192.0.2.1:{port}")
    assert (state, message.startswith(f"metrics cannot be read at 192.0.2.1:{port}: ")) == ("wrong", True)


def test_who_can_be_reached_from_elsewhere_is_doubtful(cli: Cli, port: int) -> None:
    assert found(cli, f"0.0.0.0:{port}") == ("doubt", f"anyone who reaches 0.0.0.0:{port} can read metrics")


@pytest.mark.parametrize("address", ["9100", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:65536", "::1:9100", "http://a:1"])
def test_what_is_no_address_is_refused(cli: Cli, address: str) -> None:
    Path("folkmoot.toml").write_text(f'metrics = "{address}"\n')
    one = findings(cli)["settings"]
    assert (one["state"], one["message"]) == ("wrong", f"metrics cannot be '{address}'")
    assert '"127.0.0.1:9100"' in one["hint"]
