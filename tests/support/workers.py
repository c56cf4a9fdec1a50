"""Participants as real processes: each with a keystore, a configuration and a log of its own."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from folkmoot.chain import Sender, TaskContract, create_account, deployments
from folkmoot.cli import main
from folkmoot.config import template
from folkmoot.presets import preset
from folkmoot.proposal import draft
from folkmoot.store import LocalStore
from tests.support.network import FEE, Network

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery staple"  # noqa: S105 - opens nothing but these tests' keystores
PATIENCE = 300  # real seconds, only to bound how long a failing test hangs

# Forks workers off a process that has imported what they need, which would take each of them seconds.
_FORKS = get_context("forkserver")
_FORKS.set_forkserver_preload(["folkmoot.cli", "folkmoot.worker", "torch._dynamo"])


@dataclass
class Participant:
    """A member of the federation, and its worker's process while one runs."""

    sender: Sender
    folder: Path
    settings: dict[str, object]
    process: BaseProcess | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        return self.sender.address

    @property
    def log(self) -> str:
        return (self.folder / "worker.log").read_text()

    def start(self, **changes: object) -> None:
        """Run its worker, with some settings of its own."""
        config = self.folder / "worker.toml"
        config.write_text(template(self.settings | changes))
        with patch.dict(os.environ, OMP_NUM_THREADS="1"):
            self.process = _FORKS.Process(target=_work, args=(config, self.folder / "worker.log"), daemon=True)
            self.process.start()

    def kill(self) -> None:
        """As `kill -9` does."""
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; the exit code."""
        assert self.process is not None
        assert self.process.pid is not None
        os.kill(self.process.pid, number)
        return self.exit_code()

    def exit_code(self) -> int:
        """Wait for the process to end by itself."""
        assert self.process is not None
        self.process.join(PATIENCE)
        assert self.process.exitcode is not None, f"{self.address} does not end:\n{self.log[-3000:]}"
        return self.process.exitcode

    def end(self) -> None:
        """Leave no process behind, whatever happened."""
        if self.process is not None:
            self.process.kill()
            self.process.join()


def _work(config: Path, log: Path) -> None:
    """Do what `folkmoot worker` does, in this process."""
    with log.open("ab") as file:
        os.dup2(file.fileno(), sys.stdout.fileno())
        os.dup2(file.fileno(), sys.stderr.fileno())
    os.chdir(ROOT)
    sys.argv[1:] = ["worker", "--config", str(config)]
    main()


@dataclass
class Consortium:
    """Some participants of one federation on a real chain, with a blob store between them."""

    network: Network
    folder: Path
    participants: list[Participant] = field(default_factory=list)

    @property
    def store(self) -> LocalStore:
        return LocalStore(self.folder / "blobs")

    def join(self, number: int) -> list[Participant]:
        """New members, each with its share of the digits."""
        (self.folder / "password").write_text(PASSWORD)
        deployments.write(self.network.deployment, self.folder / "deployments")
        for index in range(number):
            folder = self.folder / f"member-{index}"
            account = create_account(folder / "keystore.json", lambda: PASSWORD, iterations=2)
            sender, application = self.network.apply(account)
            self.network.decide(self.network.federation.admit(application))
            self.participants.append(Participant(sender, folder, self._settings(index, number)))
        return self.participants

    def propose(self, committee: list[Participant], system: str = "bflc", **changes: Any) -> TaskContract:
        """A task for all participants, approved with this committee and the fee of one of them as its budget."""
        config = preset(system, **(_SMALL | {"max_enrolled": len(self.participants)} | changes))
        made = draft(config, self.network.deployment.rules)
        made.publish(self.store)
        task = self.network.propose(committee[0].sender, **asdict(made.parameters))
        self.network.decide(task.approve(FEE, [seat.address for seat in committee]))
        for participant in self.participants:
            participant.settings["task"] = task.address
        return task

    def until(self, what: str, reached: Callable[[], object]) -> None:
        """Wait until something is so on the chain; show everybody's log if it never is, or if a worker died."""
        tries = Retrying(
            retry=retry_if_result(lambda so: not so and not self._failed()),
            wait=wait_fixed(0.05),
            stop=stop_after_delay(PATIENCE),
            retry_error_callback=lambda _: self._give_up(what),
        )
        if not tries(reached):
            self._give_up(what)

    def end(self) -> None:
        for participant in self.participants:
            participant.end()

    def _settings(self, member: int, members: int) -> dict[str, object]:
        return {
            "rpc": [self.network.anvil.url],
            "deployments": self.folder / "deployments",
            "keystore": "keystore.json",
            "password_file": self.folder / "password",
            "store": self.folder / "blobs",
            "state": self.folder / "state",  # of several accounts
            "partition": "iid",
            "members": members,
            "member": member,
            "test_fraction": 0.2,
            "poll_seconds": 0.1,
            "turn_seconds": 1,
        }

    def _failed(self) -> bool:
        codes = [p.process.exitcode for p in self.participants if p.process]
        return any(code for code in codes if code and code > 0)

    def _give_up(self, what: str) -> None:
        logs = "\n".join(f"--- {p.address}\n{p.log[-1500:]}" for p in self.participants if p.process)
        raise AssertionError(f"never came: {what}\n{logs}")


_SMALL: dict[str, Any] = {
    "epochs": 2,
    "learning_rate": "0.05",
    "momentum": "0.9",
    "total_rounds": 1,
    "committee": 3,
    "updates_per_round": 3,
    "min_updates": 2,
    "max_updates": 5,
    "enrolling_window": 3_000,
    "training_window": 1_000,
    "committing_window": 1_000,
    "revealing_window": 1_000,
    "aggregating_window": 1_000,
}


@contextmanager
def consortium(network: Network, folder: Path, number: int) -> Iterator[Consortium]:
    """So many participants; their workers are gone at the end."""
    together = Consortium(network, folder)
    together.join(number)
    try:
        yield together
    finally:
        together.end()
