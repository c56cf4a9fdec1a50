import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import requests
from prometheus_client import CollectorRegistry, Counter
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.testing import free_port
from folkmoot.worker import metrics_server
from folkmoot.worker.metrics_server import MetricsServer, serve


class Told:
    """Stands for a reporter."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def problem(self, error: FolkmootError) -> None:
        self.said.append(str(error))

    def fact(self, text: str) -> None:
        self.said.append(text)


@pytest.fixture
def registry() -> CollectorRegistry:
    registry = CollectorRegistry()
    Counter("folkmoot_tries", "For this test.", registry=registry).inc(3)
    return registry


@pytest.fixture
def taken() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as one:
        yield one


def threads() -> int:
    return sum(not thread.name.startswith("sftp") for thread in threading.enumerate())


def reached(url: str) -> bool:
    try:
        return "folkmoot_tries_total 3.0" in requests.get(url, timeout=10).text
    except requests.RequestException:
        return False


def until_reached(url: str) -> None:
    tries = Retrying(retry=retry_if_result(lambda so: not so), wait=wait_fixed(0.02), stop=stop_after_delay(30))
    tries(reached, url)


def test_it_answers_while_it_lasts_and_leaves_neither_thread_nor_port(registry: CollectorRegistry) -> None:
    before, port = threads(), free_port()
    with MetricsServer(f"127.0.0.1:{port}", registry) as server:
        server.open()
        server.open()  # once is enough
        assert reached(f"http://127.0.0.1:{port}/metrics")
    assert not reached(f"http://127.0.0.1:{port}/metrics")
    assert threads() == before
    with MetricsServer(f"127.0.0.1:{port}", registry) as again:
        again.open()
        assert reached(f"http://127.0.0.1:{port}/metrics")


def test_after_its_end_it_opens_nothing(registry: CollectorRegistry) -> None:
    port = free_port()
    with MetricsServer(f"127.0.0.1:{port}", registry) as server:
        pass
    server.open()
    assert not reached(f"http://127.0.0.1:{port}/metrics")


def test_a_taken_port_is_told_once_with_what_to_do_and_had_when_it_is_free(
    registry: CollectorRegistry, taken: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics_server, "PAUSE_S", 0.05)
    told, port = Told(), taken.getsockname()[1]
    with ExitStack() as stack:
        serve(f"127.0.0.1:{port}", registry, told, stack)  # type: ignore[arg-type]
        wait = Retrying(retry=retry_if_result(lambda so: not so), wait=wait_fixed(0.02), stop=stop_after_delay(30))
        wait(lambda: told.said)
        threading.Event().wait(0.3)  # several more tries
        fault = f"metrics cannot be read at 127.0.0.1:{port}: Address already in use; the work goes on without them"
        assert told.said == [f"{fault} (give each worker of a machine a port of its own: metrics)"]
        taken.close()
        until_reached(f"http://127.0.0.1:{port}/metrics")
        wait(lambda: len(told.said) > 1)
    assert told.said[1:] == [f"metrics can be read at http://127.0.0.1:{port}/metrics"]


@pytest.mark.parametrize(("host", "warnings"), [("0.0.0.0", 1), ("127.0.0.1", 0), ("localhost", 0)])  # noqa: S104
def test_who_can_be_reached_from_elsewhere_is_warned_once(
    registry: CollectorRegistry, host: str, warnings: int
) -> None:
    told, port = Told(), free_port()
    with ExitStack() as stack:
        serve(f"{host}:{port}", registry, told, stack)  # type: ignore[arg-type]
        until_reached(f"http://127.0.0.1:{port}/metrics")
    assert (
        len([line for line in told.said if line.startswith(f"anyone who reaches {host}:{port} can read")]) == warnings
    )
    assert len(told.said) == warnings


def test_an_address_of_another_machine_is_told(registry: CollectorRegistry) -> None:
    with MetricsServer("192.0.2.1:9100", registry) as server, pytest.raises(ConfigError, match=r"192\.0\.2\.1:9100: "):
        server.open()


def test_what_is_no_address_is_refused(registry: CollectorRegistry) -> None:
    with pytest.raises(ConfigError, match="is no address"):
        MetricsServer("9100", registry)
