from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from folkmoot.audit import Case, Chronicle, judge, read_chronicle
from folkmoot.audit.discovery import rule_names
from folkmoot.audit.examination import Examination, Look
from folkmoot.chain.logbook import Logbook
from folkmoot.simulation import Played, simulate
from folkmoot.store import LocalStore
from folkmoot.task_blobs import TaskBlobs
from tests.support.chains import AnyChain
from tests.support.lives import Life, eventful
from tests.support.network import Network, found
from tests.support.simulation import plan
from tools import contracts


@dataclass(frozen=True, slots=True)
class Lived:
    """A federation with one task that had much happen to it, and what an audit reads of it."""

    life: Life
    chronicle: Chronicle
    rules: dict[str, str]

    @property
    def network(self) -> Network:
        return self.life.network

    def case(self) -> Case:
        return judge(self.chronicle, self.rules)

    def look(self) -> Look:
        client = self.network.client
        return Look(self.network.urls[0], client, Logbook(client, None))

    def examination(self) -> Examination:
        """Of the chain alone."""
        return Examination(nodes=[self.look()], record=self.network.deployment)


@pytest.fixture(scope="session")
def lived(chain: AnyChain) -> Lived:
    contracts.build()
    life = eventful(found(chain))
    client, record = life.network.client, life.network.deployment
    chronicle = read_chronicle(client, Logbook(client, None), record)
    return Lived(life, chronicle, rule_names(client, record, chronicle.proposals))


@dataclass(frozen=True, slots=True)
class Learned:
    """A simulated federation whose models were really trained, and stay in its store."""

    played: Played
    case: Case
    store: LocalStore

    def blobs(self) -> TaskBlobs:
        """Read anew each time."""
        p = self.played.task.parameters()
        descriptor = self.played.blobs.descriptor
        return TaskBlobs(self.store, descriptor, task=self.played.task.address, first_model=p.model)


@pytest.fixture(scope="session")
def learned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Learned]:
    store = LocalStore(tmp_path_factory.mktemp("blobs"))
    with simulate(plan()) as played:
        for _ in played.rounds.play():
            played.blobs.begin()
        client, record = played.chain.client, played.deployment
        chronicle = read_chronicle(client, Logbook(client, None), record)
        for blob in played.store._blobs.values():
            store.put(blob)
        yield Learned(played, judge(chronicle, rule_names(client, record, chronicle.proposals)), store)
