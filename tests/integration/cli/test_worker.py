"""`worker` on a real chain, as a process."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from tests.integration.cli.people import PASSWORD, Crew

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 90  # real seconds, only to bound how long a failing test hangs


def test_a_worker_takes_part_until_it_is_stopped_and_names_who_it_waits_for(crew: Crew) -> None:
    crew.approve("0")
    for name in set(crew.members) - {"t0"}:
        crew(name).ok("task", "enrol")
    seat = crew.seats[0].address
    names = crew.people.folder / "names.toml"
    names.write_text(f'"General Hospital" = "{seat}"\n')
    rpc = f"htp:/nowhere, {crew.people.network.urls[0]}"
    crew("t0").ok("worker", "init", "t0.toml", "--store", "blobs", "--rpc", rpc)
    with Path("t0.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "folkmoot", "worker", "--config", "t0.toml"],
            env=os.environ | {"PYTHONPATH": str(ROOT / "offchain"), "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
        )
    try:
        until(lambda: worker.poll() is not None or "for the task to be started" in Path("t0.log").read_text())
        worker.send_signal(signal.SIGINT)
        assert worker.wait(PATIENCE) == 0, Path("t0.log").read_text()
    finally:
        worker.kill()
        worker.wait()
        names.unlink()
    said = Path("t0.log").read_text()
    assert said.count("'htp:/nowhere' is no URL of a node") == 1
    assert "folkmoot.worker: done: enrol" in said
    assert crew("t0").json("status")["enrolled"] == 6
    assert f"for the task to be started: General Hospital ({seat[:6]}…{seat[-4:]}), " in said
    assert said.splitlines()[-1].endswith("folkmoot.worker: stopped")
    assert PASSWORD not in said


@pytest.mark.parametrize("source", ["raise SystemExit(0)", "def learner(descriptor): raise SystemExit(0)"])
def test_a_plug_in_that_exits_is_told_and_no_success(crew: Crew, source: str) -> None:
    Path("leaving.py").write_text(source)
    Path("leaving.toml").write_text('plugin = "leaving.py"\n')
    for words in (("worker",), ("model", "evaluate")):
        told = crew("t0").refused(*words, "--config", "leaving.toml")
        assert f"error: {Path('leaving.py').resolve()}, line 1: SystemExit: 0\n" in told


def until(reached: Callable[[], bool]) -> None:
    Retrying(retry=retry_if_result(lambda so: not so), wait=wait_fixed(0.2), stop=stop_after_delay(PATIENCE))(reached)
