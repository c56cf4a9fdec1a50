from dataclasses import dataclass
from pathlib import Path

import pytest

from folkmoot.audit import Case, Chronicle, judge, read_chronicle
from folkmoot.audit.discovery import rule_names
from folkmoot.chain.logbook import Logbook
from tests.support.chains import AnyChain
from tests.support.lives import Life, eventful
from tests.support.network import Network, found
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


@pytest.fixture(scope="session")
def lived(chain: AnyChain) -> Lived:
    contracts.build()
    life = eventful(found(chain))
    client, record = life.network.client, life.network.deployment
    chronicle = read_chronicle(client, Logbook(client, None), record)
    return Lived(life, chronicle, rule_names(client, record, chronicle.proposals))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path
