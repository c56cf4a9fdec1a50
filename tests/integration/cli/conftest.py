"""One federation on a chain of its own for all tests of the command line."""

from collections.abc import Iterator

import pytest

from folkmoot.chain import Sender
from folkmoot.testing import Anvil
from tests.integration.cli.people import Crew, People, found_people, propose
from tests.support.chains import AnyChain, anvil_of, chain_under_test
from tests.support.cli import Cli
from tests.support.network import Network, found
from tools import contracts


@pytest.fixture(scope="session")
def chain() -> Iterator[AnyChain]:
    """An Anvil of its own, since other tests move the time."""
    with chain_under_test() as chain:
        yield chain


@pytest.fixture(scope="session")
def anvil(chain: AnyChain) -> Anvil:
    return anvil_of(chain)


@pytest.fixture(scope="session")
def deployed(chain: AnyChain) -> Network:
    """A federation without people on it. That of the other folders' tests is on their chain, whoever comes first."""
    contracts.build()
    return found(chain)


@pytest.fixture
def rewound(anvil: Anvil) -> Iterator[None]:
    """Whatever time passes in the test, afterwards it has not."""
    snapshot = anvil.ask("evm_snapshot")
    yield
    anvil.ask("evm_revert", snapshot)


@pytest.fixture(scope="session")
def founded(chain: AnyChain, tmp_path_factory: pytest.TempPathFactory) -> People:
    return found_people(chain, tmp_path_factory.mktemp("federation"))


@pytest.fixture
def people(founded: People, monkeypatch: pytest.MonkeyPatch) -> People:
    monkeypatch.chdir(founded.folder)
    return founded


@pytest.fixture
def subscriber(people: People) -> Iterator[Cli]:
    """A member that has paid for an hour, where no other membership expires."""
    kim = people("kim")
    people.account("kim")
    people.propose_or_confirm("period", "1h")
    kim.ok("account", "faucet")
    people.propose_or_confirm("admit", kim.json("member", "apply")["application"])
    yield kim
    people.propose_or_confirm("period", "0")
    (people.folder / "kim.json").unlink()


@pytest.fixture(scope="session")
def crew_members(founded: People) -> dict[str, Sender]:
    return founded.crew_members()


@pytest.fixture
def crew(people: People, crew_members: dict[str, Sender]) -> Crew:
    """With a task that is only proposed."""
    return propose(people, crew_members)


@pytest.fixture(scope="session")
def played(founded: People, crew_members: dict[str, Sender]) -> Crew:
    """One round is over."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(founded.folder)
        crew = propose(founded, crew_members)
        crew.start("30")
    crew.play()
    return crew
