"""Bift, Figures 13 and 14: how fast many clients download from and upload to one server, by IPFS and by SFTP.

He et al., "Bift: A Blockchain-Based Federated Learning System for Connected and Autonomous Vehicles", section VI-C:
"all downloads/uploads are from/to a single server, and the bandwidth of the test environment is 40M". The text and the
captions give no other numbers: only what the paper says of the two figures can be compared.

Here Folkmoot's own stores are the clients, of real Kubo nodes in a private swarm and of a real SFTP server. Each client
is a host with a link of its own to a switch, as the server is; each link carries 40 Mbit/s each way, with no delay but
that of its queues. All clients start at the same time. In a download all get one blob, a model; in an upload each puts
one of its own, an update. A client of IPFS has a node, which is connected to all others, and may get parts of a blob
from any of them. It has uploaded, as in the paper, when its own node has the blob, though nothing has crossed the
network: so `arrival` is what takes until the server's node has it too, which gets all updates once all are put.

A repetition is a seed, with fresh nodes. Everything is in memory, and the nodes' memory is bounded.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from experiments.experiment import Cell, Experiment, Measured, Tick
from experiments.network import apart, check
from experiments.storage_report import report
from experiments.transfers import FOLDER, Job
from folkmoot.errors import ConfigError, FolkmootError
from folkmoot.testing.servers import require
from tools.workcopy import ROOT

SYSTEMS = ("ipfs", "sftp")
NODE_MB = 200  # of a Kubo node at most, and of the blobs on its host
STEPS = 11  # that a cell's bar has: its measurements


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen."""

    clients: Mapping[int, tuple[int, ...]]  # by the size of a blob in megabytes
    repetitions: tuple[tuple[int, int], ...]  # a seed and a size
    mbit: int = 40  # of a link, each way


FULL = Config(clients={4: (1, 5, 15, 30), 16: (30,)}, repetitions=((1, 4), (2, 4), (3, 4), (1, 16)))
QUICK = Config(clients={1: (1, 3)}, repetitions=((1, 1),))


def cells(quick: bool) -> list[Cell]:
    """A whole table for each repetition, then the next one."""
    config = QUICK if quick else FULL
    return [
        Cell(
            system=system,
            settings=(("megabytes", size), ("clients", clients), ("mbit", config.mbit)),
            seed=seed,
            work=30 + size * clients,
        )
        for seed, size in config.repetitions
        for clients in config.clients[size]
        for system in SYSTEMS
    ]


def measure(cell: Cell, _data: Path | None, tick: Tick) -> Sequence[Measured]:
    """Rates, times, what crossed the server's link, and what it took: see `experiments.transfers`."""
    check()
    if cell.system == "ipfs":
        require("ipfs", "Kubo")
        _check_memory(int(cell["clients"]) + 1)
    found: list[Measured] = []
    with TemporaryFile("w+") as faults:
        job = Job(
            system=cell.system,
            clients=int(cell["clients"]),
            megabytes=int(cell["megabytes"]),
            mbit=float(cell["mbit"]),
        )
        with _started(faults) as process:
            try:
                print(json.dumps(asdict(job)), file=process.stdin, flush=True)
                for line in process.stdout or ():
                    found.append(Measured(*json.loads(line)))
                    tick(len(found), STEPS)
            except BaseException:
                process.kill()  # and so everything in its namespaces
                raise
        if process.returncode:
            faults.seek(0)
            raise FolkmootError(faults.read().strip())
    return found


def _check_memory(nodes: int) -> None:
    """Raises `ConfigError` unless there is enough for so many Kubo nodes."""
    available = re.search(r"MemAvailable:\s*(\d+) kB", Path("/proc/meminfo").read_text("utf-8"))
    free = int(available[1]) // 1000 if available else 0
    if free < nodes * NODE_MB:
        hint = "end other programs, or lower the numbers of clients at the top of experiments/storage.py"
        raise ConfigError(f"{nodes} Kubo nodes take {nodes * NODE_MB} MB of memory, and {free} MB are free", hint)


def _started(faults: IO[str]) -> subprocess.Popen[str]:
    """The process that measures, with all that hosts have in the folder that it mounts."""
    own = {
        "HOME": str(FOLDER),
        "TMPDIR": str(FOLDER),
        "PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "offchain"))),
    }
    return subprocess.Popen(
        apart(sys.executable, "-m", "experiments.transfers"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=faults,
        cwd=ROOT,
        env=os.environ | own,
        text=True,
        start_new_session=True,  # out of reach of Ctrl-C
    )


EXPERIMENT = Experiment(
    name="storage",
    title="Bift, Figures 13 and 14: IPFS and SFTP",
    cells=cells,
    measure=measure,
    report=report,
    alone=True,
)
