"""Stores that hang where a second one works, and one that is away when the last model is made."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from socket import SHUT_RDWR, create_server
from threading import Thread

import pytest

from folkmoot.chain import Phase
from folkmoot.store import cid
from tests.chaos.besieged import Besieged, besieged
from tests.chaos.oracle import broken
from tests.chaos.plan import Stroke
from tests.chaos.store_faults import no_folder

WINDOW_S = 30
STOPPED_S = 20.0  # in which a worker ends that is told to


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An S3 server that takes connections and says nothing."""

    def accept() -> None:
        with suppress(OSError):  # when the listener is shut down
            while True:
                connections.enter_context(server.accept()[0])

    with ExitStack() as connections, create_server(("127.0.0.1", 0), backlog=500) as server:
        accepting = Thread(target=accept, daemon=True)
        accepting.start()
        settings = {"ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b", "REGION": "us-east-1", "ALLOW_HTTP": "true"}
        for name, value in {**settings, "ENDPOINT_URL": f"http://127.0.0.1:{server.getsockname()[1]}"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        yield
        server.shutdown(SHUT_RDWR)
        accepting.join()


@pytest.fixture
def siege(tmp_path: Path, silent: None) -> Iterator[Besieged]:  # noqa: ARG001 - it is in the environment
    with besieged(tmp_path, 1, 1, "folder", WINDOW_S) as siege:
        for member in siege.members:
            member.settings["store"] = ["s3://bucket/blobs", str(siege.blobs)]
        siege.consortium.start()
        yield siege


def test_a_round_goes_on_with_the_second_store(siege: Besieged) -> None:
    siege.consortium.until_finished(siege.task)
    assert siege.task.ledger(1) != siege.task.ledger(0), "nobody published or read in time: the round is empty"
    assert not broken(siege)


def test_a_worker_ends_when_it_is_told_although_its_first_store_hangs(siege: Besieged) -> None:
    siege.consortium.until("training", lambda: siege.task.phase() >= Phase.TRAINING)
    time.sleep(3)
    begun, worker = time.monotonic(), siege.members[0].worker
    worker.signal(signal.SIGTERM)
    worker.exit_code(150)
    assert time.monotonic() - begun < STOPPED_S
    assert "Traceback" not in worker.log


def test_the_last_model_is_there_after_a_store_was_away_when_it_was_made(tmp_path: Path) -> None:
    with besieged(tmp_path, 1, 1, "folder") as siege, ExitStack() as away:
        siege.consortium.start()
        siege.consortium.until("revealing", lambda: siege.task.phase() >= Phase.REVEALING)
        for victim in range(len(siege.members)):
            stroke = Stroke(at=0, lasts=0, group="store", kind="store no folder", victim=victim, both=True, seed=1)
            away.enter_context(no_folder(siege, stroke))
        siege.consortium.until("the last model", lambda: siege.task.phase() == Phase.FINISHED)
        away.close()  # the store is back, a moment later
        model = siege.task.ledger(1)
        assert model != siege.task.ledger(0)
        siege.consortium.join_workers()
        assert (siege.blobs / cid(model)).exists(), siege.members[0].worker.log[-1500:]
