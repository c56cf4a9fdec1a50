"""What workers ask of their node and of their machine: python -m scripts.bench_workers.

Ten members with default settings and a learner that does nothing play some rounds on a chain that mines each
transaction at once, first by themselves and then through a proxy that counts. One member waits on an idle chain, and on
one with a block a second. With --beside CHECKOUT another version of Folkmoot does the same in turn.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from folkmoot.chain import Phase, TaskContract
from folkmoot.presets import preset
from folkmoot.task_config import TaskConfig
from folkmoot.testing import Consortium, local_consortium

MEMBERS, ROUNDS, SETTLE_S, WATCHED_S = 10, 5, 5.0, 20.0
TICKS = os.sysconf("SC_CLK_TCK")
PLUGIN = """
import numpy as np

def learner(descriptor):
    return Idle(descriptor)

class Idle:
    samples = 10
    def __init__(self, descriptor):
        self.metric = descriptor.metric
        self.tensors = {name: np.zeros(shape, np.float32) for name, shape in descriptor.spec.shapes.items()}
    def weights(self):
        return {name: tensor.copy() for name, tensor in self.tensors.items()}
    def load(self, weights):
        self.tensors = {name: tensor.copy() for name, tensor in weights.items()}
    def fit(self, *, seed, **_):
        moved = np.random.default_rng(seed).normal(0, 0.01, 1_000)
        self.tensors = {name: (tensor + moved).astype(np.float32) for name, tensor in self.tensors.items()}
        return self.samples
    def evaluate(self):
        return 5_000
"""


def model() -> dict[str, Any]:
    """The first model."""
    return {"numbers": np.zeros(1_000, np.float32)}


class Counter:
    """A proxy in front of a node that counts requests and bytes, of single requests and of batches alike."""

    def __init__(self) -> None:
        self.requests = self.bytes = 0
        self.lock = Lock()

    def add(self, moved: int) -> None:
        """One more request, with its answer."""
        with self.lock:
            self.requests, self.bytes = self.requests + 1, self.bytes + moved


@contextmanager
def counting(url: str) -> Iterator[tuple[str, Counter]]:
    """The URL of a proxy in front of a node, and its counter."""
    counter, port = Counter(), int(url.rpartition(":")[2])

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            self.node = HTTPConnection("127.0.0.1", port)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.node.request("POST", "/", body, {"Content-Type": "application/json"})
            answer = self.node.getresponse()
            content = answer.read()
            counter.add(len(body) + len(content))
            self.send_response(answer.status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Proxy) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", counter
        server.shutdown()


def config(rounds: int) -> TaskConfig:
    """A task of so many rounds for ten members, with three seats."""
    return preset(
        "bflc", model=f"{__spec__.name}:model", arguments={}, input_shape=[1], classes=2, total_rounds=rounds,
        committee=3, updates_per_round=5, min_updates=2, max_updates=7, max_enrolled=MEMBERS,
        min_enrolled=MEMBERS, enrolling_window=3_000, training_window=1_000, committing_window=1_000,
        revealing_window=1_000, aggregating_window=1_000, norm_multiple="0",
    )  # fmt: skip


@contextmanager
def members(folder: Path) -> Iterator[tuple[Consortium, TaskContract]]:
    """Ten members, and a task for all of them."""
    plugin = folder / "idle.py"
    plugin.write_text(PLUGIN)
    with local_consortium(folder, plugin=plugin) as consortium:
        for index in range(MEMBERS):
            consortium.join(f"member-{index}")
        yield consortium, consortium.propose(config(ROUNDS), ())


def used(consortium: Consortium) -> float:
    """CPU seconds of all workers that run."""
    total = 0
    for member in consortium.members:
        process = member.worker.process
        if process and process.pid and Path(f"/proc/{process.pid}/stat").exists():
            fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def rounds(folder: Path) -> dict[str, float]:
    """Seconds and CPU seconds of one worker for a round, from the second one on."""
    with members(folder) as (consortium, task):
        consortium.start()
        consortium.until("the second round", lambda: task.round().number >= 1)
        began, cpu = time.monotonic(), used(consortium)
        last = cpu

        def is_over() -> bool:
            nonlocal last
            last = max(last, used(consortium))
            return task.phase() == Phase.FINISHED

        consortium.until("the end", is_over)
        took = time.monotonic() - began
        consortium.join_workers()
    return {"seconds": took / (ROUNDS - 1), "CPU s of a worker": (last - cpu) / (ROUNDS - 1) / MEMBERS}


def counted_rounds(folder: Path) -> dict[str, float]:
    """Requests and bytes of one worker for a round, its start included."""
    with members(folder) as (consortium, task), counting(consortium.rpc[0]) as (url, counter):
        for member in consortium.members:
            member.settings["rpc"] = [url]
        consortium.start()
        consortium.until_finished(task)
    each = ROUNDS * MEMBERS
    return {"requests of a worker": counter.requests / each, "kB of a worker": counter.bytes / each / 1_000}


def waiting(folder: Path, blocks: bool) -> dict[str, float]:
    """Requests and CPU seconds of a worker that waits, in a second; a block a second comes if `blocks`."""
    with members(folder) as (consortium, _), counting(consortium.rpc[0]) as (url, counter):
        member = consortium.members[0]
        member.start(rpc=[url])
        consortium.until("its enrolment", lambda: "for members to enrol" in member.worker.log)
        if blocks:
            consortium.federation.chain.anvil.ask("evm_setIntervalMining", 1)  # type: ignore[attr-defined]
        time.sleep(SETTLE_S)
        before, cpu, began = counter.requests, used(consortium), time.monotonic()
        time.sleep(WATCHED_S)
        span = time.monotonic() - began
        return {
            "requests a second": (counter.requests - before) / span,
            "CPU ms a second": (used(consortium) - cpu) / span * 1_000,
        }


def measure() -> dict[str, float]:
    """All figures of the version that is imported."""
    found: dict[str, float] = {}
    for name, job in (
        ("a round", rounds),
        ("a round", counted_rounds),
        ("idle", lambda folder: waiting(folder, blocks=False)),
        ("a block a second", lambda folder: waiting(folder, blocks=True)),
    ):
        with TemporaryDirectory() as folder:
            found |= {f"{name}: {what}": value for what, value in job(Path(folder)).items()}
    return found


def main() -> int:
    """Measure, in turn with another version if there is one, and print a table."""
    parser = argparse.ArgumentParser(prog="bench_workers", description="Measure what workers ask of node and machine.")
    parser.add_argument("--beside", type=Path, metavar="CHECKOUT", help="another version's, with its set-up")
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.json:
        print(json.dumps(measure()))
        return 0
    here = Path(__file__).resolve().parent.parent
    checkouts = {"this": here} | ({"beside": given.beside.resolve()} if given.beside else {})
    figures = {name: of(checkout, here) for name, checkout in checkouts.items()}
    shown = Table("", *figures)
    for what in figures["this"]:
        shown.add_row(what, *(f"{found[what]:,.3f}" for found in figures.values()))
    Console().print(shown)
    return 0


def of(checkout: Path, here: Path) -> dict[str, float]:
    """The figures of a checkout, from a process of its own."""
    environment = os.environ | {"PYTHONPATH": f"{checkout / 'offchain'}{os.pathsep}{here}"}
    command = [sys.executable, "-m", __spec__.name, "--json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=environment, cwd=here)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    sys.exit(main())
