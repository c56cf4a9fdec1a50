"""The demonstration from the first block to the last."""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console

from folkmoot.chain import Client, TaskContract, TaskState, replay
from folkmoot.chain.events.rounds import ModelBlockWritten
from folkmoot.cli.evaluation import measure
from folkmoot.config import load_config
from folkmoot.errors import ConfigError
from folkmoot.learning.learner import BASIS_POINTS
from folkmoot.proposal import TaskConfig
from folkmoot.store import LocalStore
from folkmoot.worker import TaskBlobs, fetch_descriptor
from scripts.demonstration import chart
from scripts.demonstration.cast import COMMITTEE, MANAGERS, MEMBERS, Person, configure, people
from scripts.demonstration.founding import FEE, QUORUM, Founding
from scripts.demonstration.ledger import Share, by_round, transactions
from scripts.demonstration.network import ROOT, deploy, start_chain
from scripts.demonstration.processes import Processes
from scripts.demonstration.report import Report, report_of
from scripts.demonstration.telling import ProgressPrinter
from scripts.demonstration.watching import Watch

RUNS = ROOT / "runs"
ENDING_S = 60.0  # for the workers to notice that the task is over
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

TASK = TaskConfig(
    name="digits",
    arguments={"inputs": 64, "classes": 10, "hidden": [192]},
    epochs=60,
    batch=16,
    learning_rate="0.2",
    norm_multiple="6",
    score_settings=(3_000, 10_000),
    total_rounds=6,
    committee=5,
    updates_per_round=5,
    min_updates=3,
    max_updates=12,
    max_enrolled=len(MEMBERS),
    max_strikes=3,
    suspension_rounds=6,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """A finished demonstration: its report, and the task as its logs tell it."""

    report: Report
    state: TaskState
    shares: Mapping[int, Share]
    people: Sequence[Person]


def play(folder: Path, seed: int, console: Console) -> Played:
    """Play it in a folder under runs/, whose files of an earlier time are removed.

    Leaves `report.json` and `accuracy.png` there, and no process behind. Raises `FolkmootError`.
    """
    clear(folder)
    with ExitStack() as stack:
        status = stack.enter_context(console.status("keystores are written"))
        chain, workers = stack.enter_context(Processes()), stack.enter_context(Processes())
        members = people(MEMBERS, folder / "members", seed)
        stage = Demo(folder, seed, members, ProgressPrinter(console, status, members))
        stage.teller.doing("a chain is started")
        url = start_chain(chain, folder)
        client = stack.enter_context(Client([url]))
        task = stage.found(chain, client, url)
        stage.employ(workers, url, task)
        watch = Watch(client, task)
        accuracies = stage.follow(watch, (chain, workers))
        stage.teller.doing("the workers end")
        workers.join(ENDING_S)
        played = stage.sum_up(watch, accuracies)
    (folder / "report.json").write_text(json.dumps(asdict(played.report), indent=2) + "\n")
    chart.draw(accuracies, folder / "accuracy.png")
    return played


def clear(folder: Path) -> None:
    """Make an empty folder under runs/. Raises `ConfigError` for a folder elsewhere."""
    if RUNS not in folder.resolve().parents:
        raise ConfigError(f"{folder} is not a folder under {RUNS}", "give it a plain name")
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)


@dataclass(frozen=True, slots=True)
class Demo:
    """A folder, a seed and those who take part."""

    folder: Path
    seed: int
    members: Sequence[Person]
    teller: ProgressPrinter

    def found(self, chain: Processes, client: Client, url: str) -> TaskContract:
        """Deploy the federation, admit the members, and have a task proposed and approved."""
        managers = people(MANAGERS, self.folder / "managers", self.seed)
        self.teller.doing("the federation is deployed; the first time its contracts are compiled")
        addresses = [manager.address for manager in managers]
        record = deploy(chain, self.folder, url, managers=addresses, quorum=QUORUM, fee=FEE)
        self.teller.fact(f"a federation of {len(managers)} managers, {QUORUM} decide, stands at {record.federation}")
        founding = Founding(client, record, managers)
        for number, _ in enumerate(founding.admit(self.members), start=1):
            self.teller.doing(f"members pay the fee and are admitted: {number} of {len(self.members)}")
        self.teller.fact(f"{len(self.members)} members are admitted")
        store = LocalStore(self.folder / "blobs")
        task = founding.propose(replace(TASK, seed=self.seed), store, self.members[0])
        founding.approve(task, [member for member in self.members if member.name in COMMITTEE])
        self.teller.fact(f"the task {task.address} is approved")
        return task

    def employ(self, workers: Processes, url: str, task: TaskContract) -> None:
        """Start a worker process for each member."""
        shared = {"deployments": self.folder / "deployments", "store": self.folder / "blobs"}
        for number, person in enumerate(self.members):
            config = configure(person, number, self.seed, rpc=[url], task=task.address, **shared)
            command = [sys.executable, "-m", "folkmoot", "worker", "--config", str(config)]
            log = person.folder / "worker.log"
            workers.start(f"{person.name}'s worker", command, log=log, env=ONE_THREAD)
        self.teller.doing(f"{len(self.members)} workers start")

    def follow(self, watch: Watch, processes: Iterable[Processes]) -> list[float]:
        """Tell what happens until the task is over; returns the accuracy of each model, 0 to 1."""
        accuracies: list[float] = []
        for event in watch.follow():
            for group in processes:
                group.check()
            if event is None:
                self.teller.tick()
                continue
            self.teller.tell(event)
            if isinstance(event, ModelBlockWritten):
                accuracies.append(self.accuracy(watch.task, event.pointer))
                self.teller.fact(f"model {len(accuracies) - 1}: {accuracies[-1]:.2%} on the test set")
        return accuracies

    def accuracy(self, task: TaskContract, pointer: bytes) -> float:
        """A model's accuracy on the data that nobody trains on, 0 to 1."""
        store, parameters = LocalStore(self.folder / "blobs"), task.parameters()
        descriptor = fetch_descriptor(store, parameters.descriptor)
        blobs = TaskBlobs(store, descriptor, task=task.address, first_model=parameters.model)
        config = load_config(self.members[0].folder / "worker.toml")
        return measure(config, descriptor, blobs.fetch_model(pointer), None)[0] / BASIS_POINTS

    def sum_up(self, watch: Watch, accuracies: Sequence[float]) -> Played:
        """Read everything back from the chain."""
        client, task = watch.client, watch.task
        state = replay(watch.events, task=task.address, parameters=task.parameters())
        shares = by_round(transactions(client, task.address, last=max(watch.seen)))
        report = report_of(
            people=self.members,
            state=state,
            shares=shares,
            seen=watch.seen,
            accuracies=accuracies[1:],
            chain_id=client.chain_id,
            wall_seconds=self.teller.seconds,
        )
        return Played(report=report, state=state, shares=shares, people=self.members)
