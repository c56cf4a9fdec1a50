"""People who use the command line on a federation of their own."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from folkmoot.chain import Sender, TaskContract, create_account, deployments
from folkmoot.store import LocalStore
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor
from tests.support.chains import AnyChain
from tests.support.cli import Cli
from tests.support.network import Network, found
from tools import contracts

PASSWORD = "correct horse battery staple"  # noqa: S105 - opens nothing but these tests' keystores
FED = 10**18
FEE = 5 * FED

SMALL = """
total_rounds = 3
encrypted = false
committee = 3
updates_per_round = 3
min_updates = 2
max_updates = 3
max_enrolled = 20
enrolling_window = 5000
training_window = 5000
committing_window = 5000
revealing_window = 5000
aggregating_window = 5000
"""


@dataclass(frozen=True, slots=True)
class People:
    """A federation of three managers, two of whom decide, in one folder with everybody's keystores."""

    network: Network
    folder: Path

    def __call__(self, name: str) -> Cli:
        """The command line of somebody."""
        options = ("--keystore", f"{name}.json", "--password-file", "password")
        return Cli(self.folder, options, {"RPC": ",".join(self.network.urls)})

    def anybody(self, task: TaskContract) -> Cli:
        """The command line of somebody without a key, for a task."""
        return Cli(self.folder, ("--task", task.address), {"RPC": ",".join(self.network.urls)})

    def account(self, name: str) -> Sender:
        """A new account with coins, and its keystore."""
        return self.network.sender(create_account(self.folder / f"{name}.json", lambda: PASSWORD, iterations=2))

    def member(self, name: str) -> Sender:
        """A new member."""
        return self.members(name)[name]

    def members(self, *names: str) -> dict[str, Sender]:
        """New members, admitted at once."""
        senders = {name: self.account(name) for name in names}
        self.network.local.admit(*(sender._account for sender in senders.values()))
        return senders

    def crew_members(self) -> dict[str, Sender]:
        """Three who get the seats, and three trainers."""
        return self.members("s0", "s1", "s2", "t0", "t1", "t2")

    def pass_time(self, seconds: int) -> None:
        """Let so much time pass, and a block come after it."""
        self.network.pass_time(seconds)
        self.network.pass_blocks(1)

    def propose_or_confirm(self, *words: object) -> None:
        """Two managers say the same, about one or several things."""
        assert [executed(self(name).json("manager", *words)) for name in ("m0", "m1")] == [False, True]


@dataclass(frozen=True, slots=True)
class Crew:
    """A task with its six members: three seats and three trainers."""

    people: People
    task: TaskContract
    members: dict[str, Sender]

    @property
    def seats(self) -> list[Sender]:
        return list(self.members.values())[:3]

    @property
    def trainers(self) -> list[Sender]:
        return list(self.members.values())[3:]

    def __call__(self, name: str) -> Cli:
        """The command line of somebody, for this task."""
        cli = self.people(name)
        return Cli(cli.folder, (*cli.options, "--task", self.task.address), cli.environment)

    def committee(self) -> list[str]:
        return [word for seat in self.seats for word in ("--committee", seat.address)]

    def approve(self, budget: str) -> None:
        words = ("task", "approve", "--budget", budget, *self.committee())
        assert [self(name).json(*words)["executed"] for name in ("m0", "m1")] == [False, True]

    def play(self) -> None:
        """A round: the second update is the best, the first one second, the third a fault.

        In round 0 these are those of t1, t0 and t2. All numbers of the next model are 0.25.
        """
        network, task, number = self.people.network, self.task, self.task.round().number
        seated = {seat.account for seat in task.seats()}
        seats = [member for member in self.members.values() if member.address in seated]
        network.submit(task, [member for member in self.members.values() if member.address not in seated])
        network.judge(task, dict.fromkeys(seats, (2_000, (6_000, 7_000, 100))))
        blobs = self.blobs()
        weights = {name: np.full(shape, 0.25, np.float32) for name, shape in blobs.descriptor.spec.shapes.items()}
        pointer = blobs.publish(blobs.encode_model(weights, round=number + 1, parent=task.parameters().model))
        network.attest(task, seats[:2], pointer)
        network.anyone(task.close(100))

    def enrol(self) -> None:
        self.people.network.enrol(self.task, self.members.values())

    def start(self, budget: str) -> None:
        """Everybody enrols, and round 0 opens with this budget."""
        if int(budget):
            self("s0").ok("account", "faucet", "--tokens", budget)
            self("s0").ok("deposit", budget)
        self.approve(budget)
        self.enrol()
        self("t0").ok("task", "start")

    def blobs(self) -> TaskBlobs:
        parameters = self.task.parameters()
        store = LocalStore(self.people.folder / "blobs")
        descriptor = fetch_descriptor(store, parameters.descriptor)
        return TaskBlobs(store, descriptor, task=self.task.address, first_model=parameters.model)


def found_people(chain: AnyChain, folder: Path) -> People:
    """A federation whose managers and files are in a folder."""
    contracts.build()
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o600)
    (folder / "blobs").mkdir()
    (folder / "small.toml").write_text(SMALL)
    managers = [create_account(folder / f"m{i}.json", lambda: PASSWORD, iterations=2) for i in range(3)]
    network = found(chain, managers, fee=FEE)
    deployments.write(network.deployment, folder / "deployments")
    return People(network, folder)


def propose(people: People, members: dict[str, Sender], file: str = "small.toml") -> Crew:
    made = people("s0").json("task", "propose", file, "--preset", "bflc")
    return Crew(people, TaskContract(people.network.client, made["task"]), members)


def executed(answer: Any) -> bool:
    """Whether all that a manager decided was executed; False if none of it was."""
    (found,) = {entry["executed"] for entry in (answer if isinstance(answer, list) else [answer])}
    return bool(found)


def diagnosis(crew: Crew) -> dict[str, dict[str, str]]:
    """What the doctor finds, whatever it is."""
    return {entry["check"]: entry for entry in json.loads(crew("t0").run("doctor", "--json").stdout)}
