"""A federation on a chain of its own with a store of blobs, the tasks that are played in it, and its audit."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.examination import Examination, Look
from folkmoot.audit.report import Report
from folkmoot.chain import Client, Sender, TaskContract
from folkmoot.chain.connection import shown
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.chain.logbook import Logbook
from folkmoot.presets import preset
from folkmoot.proposal import draft
from folkmoot.store import LocalStore
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor
from folkmoot.testing import Contracts, LocalChain, found, packaged, run_anvil
from tests.manipulations.game import Game
from tests.support.network import FEE, Network, new_account

MODEL = f"{__name__}:weights"
WINDOW = 1_000  # seconds
WINDOWS = {f"{name}_window": WINDOW for name in ("training", "committing", "revealing", "aggregating")}
SMALL: Mapping[str, Any] = {
    **WINDOWS,
    "model": MODEL,
    "arguments": {"size": 4},
    "encrypted": False,
    "enrolling_window": 10_000,
    "total_rounds": 4,
    "committee": 3,
    "updates_per_round": 3,
    "min_updates": 2,
    "max_updates": 6,
    "max_enrolled": 20,
    "max_pause": 5_000,
}

NOTHING: Mapping[str, Any] = MappingProxyType({})


def weights(size: int) -> dict[str, Any]:
    """A model that is weights alone."""
    return {"w": np.linspace(-1, 1, size, dtype=np.float32)}


@dataclass(slots=True)
class Town:
    """The federation's network, its members, and the folder of its blobs."""

    network: Network
    folder: Path
    members: list[Sender] = field(default_factory=list)

    @property
    def store(self) -> LocalStore:
        return LocalStore(self.folder)

    def task(self, address: str) -> TaskContract:
        return TaskContract(self.network.client, address)

    def propose(self, system: str, seed: int, given: Mapping[str, Any] = NOTHING, **changes: Any) -> Game:
        """A task by a preset, with changes to its settings and some parameters `given`, proposed by a manager."""
        made = draft(
            preset(system, **{**SMALL, "name": f"{system} {seed}", **changes}),
            self.network.deployment.rules,
        )
        made.publish(self.store)
        parameters = replace(made.parameters, **given)
        task = self.network.local.propose(parameters, self.network.managers[0]._account, made.name)
        blobs = TaskBlobs(self.store, made.descriptor, task=task.address, first_model=made.parameters.model)
        return Game.of(self.network, task, parameters, blobs, self.members, seed)

    def audit(self, *urls: str, tasks: Sequence[int] = (), checkpoint: Checkpoint | None = None) -> Report:
        """By its own node, or by those at some URLs, each asked alone; with what earlier audits have kept, if any."""
        with ExitStack() as stack:
            found = [(url, stack.enter_context(Client([url]))) for url in urls]
            clients = found or [("here", self.network.client)]
            return Examination(
                nodes=[Look(shown(url), client, Logbook(client, None)) for url, client in clients],
                record=self.network.deployment,
                tasks=tasks,
                blobs=self._blobs,
                checkpoint=checkpoint or Checkpoint(),
            ).report()

    def _blobs(self, proposal: TaskProposed) -> TaskBlobs:
        p = proposal.parameters
        descriptor = fetch_descriptor(self.store, p.descriptor)
        return TaskBlobs(self.store, descriptor, task=proposal.task, first_model=p.model)


@contextmanager
def town(
    folder: Path, *, members: int = 10, contracts: Contracts = packaged, options: Sequence[str] = (), **terms: Any
) -> Iterator[Town]:
    """One on an Anvil of its own, with so many members and a pool that pays for every task."""
    with run_anvil(*options) as anvil, Client([anvil.url], connect=anvil.connect) as client:
        yield settle_in(LocalChain(anvil, client), folder, members=members, contracts=contracts, **terms)


def settle_in(
    chain: LocalChain, folder: Path, *, members: int, contracts: Contracts = packaged, confirmations: int = 2
) -> Town:
    """One on a chain that runs. Of two managers that a decision needs, so many `confirmations` are given."""
    managers = [new_account() for _ in range(3)]
    local = replace(found(chain, managers, fee=FEE, contracts=contracts), quorum=confirmations)
    network = Network(chain, local, tuple(network_sender(chain, one) for one in managers))
    here = Town(network, folder, network.join(members))
    rich, pool = network.managers[0], 100_000
    given = network.token.mint(rich.address, pool), network.token.approve(network.treasury.address, pool)
    network.execute((rich, call) for call in (*given, network.treasury.deposit(pool)))
    return here


def network_sender(chain: LocalChain, account: Any) -> Sender:
    return Sender(chain.client, chain.fund(account))
