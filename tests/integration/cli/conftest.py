"""One federation on a chain of its own for all tests of the command line."""

from collections.abc import Iterator

import pytest

from folkmoot.chain import Client, Sender, create_account, deployments
from folkmoot.testing import Anvil, LocalChain, found, run_anvil
from tests.integration.cli.people import FEE, PASSWORD, SMALL, Crew, People, propose
from tests.support.cli import Cli
from tests.support.network import Network
from tools import contracts


@pytest.fixture(scope="session")
def chain() -> Iterator[Anvil]:
    """A chain of its own, since other tests move the time."""
    with run_anvil() as anvil:
        yield anvil


@pytest.fixture(scope="session")
def founded(chain: Anvil, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    contracts.build()
    folder = tmp_path_factory.mktemp("federation")
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o600)
    (folder / "blobs").mkdir()
    (folder / "small.toml").write_text(SMALL)
    managers = [create_account(folder / f"m{i}.json", lambda: PASSWORD, iterations=2) for i in range(3)]
    with Client([chain.url], connect=chain.connect) as client:
        federation = found(LocalChain(chain, client), managers, fee=FEE, contracts=contracts.CONTRACTS)
        deployment = federation.deployment
        deployments.write(deployment, folder / "deployments")
        senders = tuple(Sender(client, chain.fund(manager)) for manager in managers)
        yield People(Network(chain, client, deployment, senders), folder)


@pytest.fixture
def people(founded: People, monkeypatch: pytest.MonkeyPatch) -> People:
    monkeypatch.chdir(founded.folder)
    return founded


@pytest.fixture
def subscriber(people: People) -> Iterator[Cli]:
    """A member that has paid for an hour, which everybody pays for; afterwards no time has passed."""
    anvil, kim = people.network.anvil, people("kim")
    people.account("kim")
    snapshot = anvil.ask("evm_snapshot")
    people.propose_or_confirm("period", "1h")
    kim.ok("account", "faucet")
    people.propose_or_confirm("admit", kim.json("member", "apply")["application"])
    yield kim
    anvil.ask("evm_revert", snapshot)
    (people.folder / "kim.json").unlink()


@pytest.fixture(scope="session")
def crew_members(founded: People) -> dict[str, Sender]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(founded.folder)
        return {name: founded.member(name) for name in ("s0", "s1", "s2", "t0", "t1", "t2")}


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
