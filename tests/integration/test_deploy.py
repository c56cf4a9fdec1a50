"""The deployment script as its users run it, each test with a home directory of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from folkmoot.chain import Client, Deployment, FederationContract, TreasuryContract, create_account, deployments
from folkmoot.chain.bytecode import compare
from folkmoot.chain.node_accounts import node_accounts
from folkmoot.errors import AccountError, ChainGone, ConfigError
from folkmoot.testing import Anvil, LocalChain, free_port, run_anvil
from folkmoot.testing.anvil import EVM
from scripts.federation import GAS, FederationConfig, load_federation, template
from tests.support.brownie import ALONE, BROWNIE
from tests.support.cli import Cli
from tests.support.network import create, found, new_account

ROOT = Path(__file__).resolve().parents[2]
NOWHERE = "http://127.0.0.1:1"
PASSWORD = "correct horse battery staple"  # noqa: S105 - opens nothing but these tests' keystores
DEVELOPMENT = """
import sys
from brownie import network, project, run
from tools.brownie_compat import use_own_chain

project.load()
use_own_chain()
network.connect("development")
run("deploy", args=sys.argv[1:])
"""  # as `brownie run` does, but for the port, which is the same for everybody there
KEY_OF_THE_NODE = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"
"""Of its first account: Anvil prints it when it starts."""
WARNING = "Warning: no keystore file here holds the key of a manager"
TRIAL = "The fee token {} is for trials: anyone may mint it, so it is worth nothing."
WRONG = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"  # the last letter is small in its checksum
MINE = f"""\
  - name: Local
    networks:
      - {{name: mine, id: mine, chainid: 31337, host: "{NOWHERE}"}}
"""  # as `brownie networks add Local mine host=… chainid=31337` writes it
NOTHING: Mapping[str, object] = MappingProxyType({})


class Operator:
    """Somebody with a shell."""

    def __init__(self, folder: Path, named: Path) -> None:
        self.folder, self.named = folder, named
        (folder / "home").mkdir()

    @property
    def records(self) -> Path:
        return self.folder / "deployments"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        home = os.environ | {"HOME": str(self.folder / "home")}
        with ALONE:
            return subprocess.run(command, cwd=ROOT, env=home, capture_output=True, text=True, check=False)

    def name(self, anvil: Anvil) -> None:
        """Tell brownie of a node that runs already, as `named` was told of the one at `NOWHERE`."""
        shutil.copytree(self.named / ".brownie", self.folder / "home" / ".brownie")
        networks = self.folder / "home" / ".brownie" / "network-config.yaml"
        networks.write_text(networks.read_text().replace(NOWHERE, anvil.url))

    def deploy(self, settings: Mapping[str, object] = NOTHING, *more: str) -> subprocess.CompletedProcess[str]:
        """Deploy to that node, with some settings in a TOML file."""
        file = self.folder / "federation.toml"
        file.write_text(template({"deployments": "deployments", **settings}))
        return self.run(str(BROWNIE), "run", "scripts/deploy.py", "main", str(file), *more, "--network", "mine")

    def refused(self, settings: Mapping[str, object] = NOTHING, *more: str) -> str:
        """What a deployment that fails says, in a sentence."""
        result = self.deploy(settings, *more)
        assert result.returncode == 1
        assert "deploy: " in result.stderr, result.stdout + result.stderr
        assert "Traceback" not in result.stderr
        assert not (self.records / "31337.json").exists()
        return result.stderr

    def deployed(self, client: Client, settings: Mapping[str, object] = NOTHING) -> Deployment:
        has_record = (self.records / "31337.json").exists()
        result = self.deploy(settings)
        assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
        assert f"Recorded in {self.records / '31337.json'}" in result.stdout
        assert (f"earlier record of this chain is kept as {self.records}" in result.stdout) == has_record
        return deployments.read(self.records, client)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home directory in which brownie knows a network "mine", whose node is yet to be named."""
    home = tmp_path_factory.mktemp("named")
    networks = home / ".brownie" / "network-config.yaml"
    networks.parent.mkdir()
    standard = files("brownie").joinpath("data", "network-config.yaml").read_text()
    networks.write_text(standard.replace("live:\n", f"live:\n{MINE}", 1))
    return home


@pytest.fixture
def operator(tmp_path: Path, named: Path) -> Operator:
    return Operator(tmp_path, named)


class Plain(NamedTuple):
    """A deployment by the defaults to the usual local chain: its record, what was printed, and the gas that it took."""

    record: Deployment
    said: str
    gas: int


@pytest.fixture(scope="module")
def plain(anvil: Anvil, named: Path, tmp_path_factory: pytest.TempPathFactory) -> Plain:
    operator = Operator(tmp_path_factory.mktemp("plain"), named)
    operator.name(anvil)
    with Client([anvil.url]) as client:
        before = client.head().number
        result = operator.deploy()
        assert result.returncode == 0, result.stdout + result.stderr
        record = deployments.read(operator.records, client)
        created = range(before + 1, record.block_number + 1)
        blocks = [client.request("eth_getBlockByNumber", hex(number), False) for number in created]
        return Plain(record, result.stdout, sum(int(block["gasUsed"], 16) for block in blocks))


@pytest.fixture
def node(operator: Operator, anvil: Anvil) -> Iterator[Client]:
    operator.name(anvil)
    with Client([anvil.url]) as client:
        yield client


def test_a_second_deployment_keeps_the_first_record_and_brownie_none(operator: Operator) -> None:
    """On a chain without a base fee, where what was compiled for such a one is deployed."""
    notes = set((ROOT / "build" / "deployments").rglob("0x*"))
    with run_anvil(evm="berlin" if EVM == "london" else EVM) as anvil, Client([anvil.url]) as client:
        operator.name(anvil)
        first = operator.deployed(client)
        second = operator.deployed(client)
        assert first.federation != second.federation
        assert client.has_code(first.federation)
        assert sorted(file.name for file in operator.records.iterdir()) == ["31337.1.json", "31337.json"]
        (operator.records / "31337.1.json").replace(operator.records / "31337.json")
        assert deployments.read(operator.records, client) == first
    assert set((ROOT / "build" / "deployments").rglob("0x*")) == notes  # brownie's own, which scripts would share


def test_a_record_is_refused_once_its_chain_is_gone(operator: Operator) -> None:
    """The next one has newer rules."""
    port = free_port()
    with run_anvil(port=port) as anvil, Client([anvil.url]) as client:
        operator.name(anvil)
        record = found(LocalChain(anvil, client)).deployment
        deployments.write(record, operator.records)
        assert deployments.read(operator.records, client)
    with run_anvil(port=port, evm="prague") as anvil, Client([anvil.url]) as client:
        anvil.mine(record.block_number)
        with pytest.raises(ChainGone, match="deploy again"):
            deployments.read(operator.records, client)
        assert client.has_code(operator.deployed(client).federation)


@pytest.fixture
def alice(operator: Operator, anvil: Anvil, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Somebody in a new home of its own, below the folder of the federation's settings."""
    home = operator.folder / "alice"
    Cli(operator.folder).ok("init", home)
    monkeypatch.chdir(home)
    Path("password").write_text(f"{PASSWORD}\n")
    return Cli(home, ("--password-file", "password"), {"RPC": anvil.url})


def test_a_manager_named_by_its_keystore_can_manage(operator: Operator, node: Client, alice: Cli) -> None:
    """As the README shows it: the record lies beside the settings, the key in the manager's home."""
    address = alice.json("account", "new")["address"]
    result = operator.deploy({"managers": ["alice/keys/account.json"]})
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
    assert WARNING not in result.stdout
    alice = replace(alice, environment={**alice.environment, "DEPLOYMENTS": str(operator.records)})
    assert alice.json("manager", "list")["managers"] == [address]
    alice.ok("account", "faucet")
    assert alice.json("manager", "fee", "2")["executed"]
    record = deployments.read(operator.records, node)
    assert FederationContract(node, record.federation).permission_fee() == 2 * 10**18


def test_the_settings_of_a_file_hold_and_a_manager_named_by_its_address_is_known_by_the_keys_of_its_home(
    operator: Operator, anvil: Anvil, node: Client, alice: Cli
) -> None:
    token = create(LocalChain(anvil, node), "FederationToken")
    managers = [new_account().address, alice.json("account", "new")["address"], new_account().address]
    settings = {"managers": managers, "quorum": 3, "fee": 7, "period": 60, "token": token}
    result = operator.deploy({**settings, "deployments": "alice/deployments"})
    assert result.returncode == 0, result.stdout + result.stderr
    assert WARNING not in result.stdout
    record = deployments.read("deployments", node)
    federation = FederationContract(node, record.federation)
    assert federation.managers() == tuple(managers)
    assert (federation.quorum(), federation.permission_fee(), federation.membership_period()) == (3, 7, 60)
    assert (record.treasury, record.token) == (federation.treasury(), token)
    assert TreasuryContract(node, record.treasury).token() == token
    assert federation.task_implementation() == record.task_implementation


def test_a_manager_whose_key_only_the_node_has_is_warned_of_and_mended_by_an_import(
    operator: Operator, node: Client, alice: Cli
) -> None:
    alice.ok("account", "new", "keys/other.json")
    result = operator.deploy({"deployments": "alice/deployments"})
    assert f"{WARNING} ({node_accounts(node)[0]})" in result.stdout
    assert str(operator.folder / "alice" / "keys") in result.stdout
    assert "    folkmoot account import\n" in result.stdout
    Path("node.key").write_text(KEY_OF_THE_NODE)
    alice.ok("account", "import", "node.key")
    assert alice.json("manager", "fee", "3")["executed"]


def test_a_token_for_trials_is_said_to_be_worth_nothing_but_on_a_local_test_network(
    operator: Operator, plain: Plain
) -> None:
    assert TRIAL.format(plain.record.token) not in plain.said
    with run_anvil("--chain-id", "4242") as anvil, Client([anvil.url]) as client:
        operator.name(anvil)
        result = operator.deploy()
        assert result.returncode == 0, result.stdout + result.stderr
        record = deployments.read(operator.records, client)
        assert TRIAL.format(record.token) in result.stdout
        named = operator.deploy({"token": record.token})
        assert named.returncode == 0, named.stdout + named.stderr
        assert TRIAL.format(record.token) not in named.stdout


def test_a_keystore_deploys_where_the_node_keeps_no_account_and_gas_is_free(operator: Operator) -> None:
    account = create_account(operator.folder / "deployer.json", lambda: PASSWORD, iterations=2)
    (operator.folder / "password").write_text(f"{PASSWORD}\n")
    options = ("--gas-price", "0", "--block-base-fee-per-gas", "0", "--balance", "0")
    with run_anvil(*options) as anvil, Client([anvil.url]) as client:
        operator.name(anvil)
        record = operator.deployed(client, {"keystore": "deployer.json", "password_file": "password"})
        assert FederationContract(client, record.federation).managers() == (account.address,)
        assert client.next_nonce(account.address) == record.block_number
        assert compare(client, record) == []
        assert record.provenance is not None
        assert record.provenance.deployer == account.address
        created = {name: client.receipt(sent) for name, sent in record.provenance.transactions.items()}
        contracts = record.compiled | {"FederationToken": record.token, "Treasury": record.federation}
        assert {name: receipt["contractAddress"] for name, receipt in created.items() if receipt} == contracts
        assert client.balance(account.address) == 0


def test_an_account_that_cannot_pay_sends_nothing(operator: Operator) -> None:
    account = create_account(operator.folder / "deployer.json", lambda: PASSWORD, iterations=2)
    (operator.folder / "password").write_text(PASSWORD)
    with run_anvil("--block-base-fee-per-gas", "1000000000") as anvil, Client([anvil.url]) as client:
        operator.name(anvil)
        refused = operator.refused({"keystore": "deployer.json", "password_file": "password"})
        assert f"{account.address} holds 0 wei, and 40000000 gas at " in refused
        assert "send it coins" in refused
        assert client.head().number == 0


def test_a_deployment_that_fails_half_way_says_what_stands(operator: Operator) -> None:
    """A block of this chain has no room for a federation's creation, the last of all."""
    with run_anvil("--gas-limit", "5700000") as anvil:
        operator.name(anvil)
        refused = operator.refused()
    assert "deploy: Federation was not created: " in refused
    assert "Lifecycle, " in refused
    assert "FederationToken stand, and are of no use: a second run creates everything anew" in refused


def test_the_gas_that_is_asked_for_suffices(plain: Plain) -> None:
    assert 0.8 * GAS < plain.gas < GAS


def test_a_node_that_does_not_answer_is_named(operator: Operator, named: Path) -> None:
    shutil.copytree(named / ".brownie", operator.folder / "home" / ".brownie")
    assert NOWHERE in operator.refused()


def test_an_argument_too_many_is_refused(operator: Operator, node: Client) -> None:
    before = node.head().number
    assert "one file of settings, not also extra" in operator.refused(NOTHING, "extra")
    assert node.head().number == before


def test_a_token_that_is_none_is_refused_in_a_sentence(operator: Operator, node: Client) -> None:
    stranger = new_account().address
    assert not node.has_code(stranger)
    refused = operator.refused({"token": stranger})
    assert f"deploy: no token answers at {stranger} (check the address and the network)" in refused
    assert not operator.records.exists()


def test_where_no_record_can_be_written_nothing_is_deployed(operator: Operator, node: Client) -> None:
    (operator.folder / "taken").write_text("")
    before = node.head().number
    refused = operator.refused({"deployments": "taken"})
    assert f"deploy: cannot write a deployment record into {operator.folder / 'taken'}: " in refused
    assert node.head().number == before


def test_the_development_network_records_nothing(operator: Operator) -> None:
    file = operator.folder / "federation.toml"
    file.write_text(template({"deployments": "deployments"}))
    result = operator.run(sys.executable, "-c", DEVELOPMENT, str(file))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "federation " in result.stdout
    assert "Nothing persistent was recorded" in result.stdout
    assert not operator.records.exists()


REPLACED = """
from types import SimpleNamespace as Made
from brownie.exceptions import ContractNotFound
from scripts.deploy import settled

contract, looks = Made(address="0x1"), []

def at(address):
    looks.append(address)
    if len(looks) < 3:
        raise ContractNotFound(address)
    return contract

container = Made(at=at)
assert settled(container, contract) is contract
failed = Made(status=0, contract_address="0x1")
assert settled(container, failed) is failed
assert looks == []
assert settled(container, Made(status=1, contract_address="0x1")) is contract
print(looks)
"""


def test_a_contract_whose_block_was_replaced_is_looked_for_again(operator: Operator) -> None:
    result = operator.run(sys.executable, "-c", REPLACED)
    assert (result.returncode, result.stdout) == (0, "['0x1', '0x1', '0x1']\n"), result.stderr


# The settings themselves


def test_the_example_shows_every_setting_and_its_default() -> None:
    example = ROOT / "scripts" / "federation.example.toml"
    assert example.read_text() == template()
    assert load_federation(example) == load_federation(None) == FederationConfig()


def test_managers_by_addresses_and_keystores(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    address = create_account(tmp_path / "keys" / "alice.json", lambda: PASSWORD, iterations=2).address
    other, file = new_account().address, tmp_path / "federation.toml"
    file.write_text(template({"managers": ["keys/alice.json", other], "quorum": 2}))
    assert load_federation(file).managers == (address, other)
    file.write_text(template({"managers": ["keys/alice.json", address.lower()]}))
    with pytest.raises(ConfigError, match="managers cannot be"):
        load_federation(file)
    for missing in ("keys/bob.json", address.removeprefix("0x")):
        file.write_text(template({"managers": [missing]}))
        with pytest.raises(AccountError, match="there is no keystore file"):
            load_federation(file)


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        ({"managers": ("",)}, "managers cannot be"),
        ({"managers": ("0xsomebody",)}, "managers cannot be so: '0xsomebody' is not an address"),
        ({"managers": (WRONG,)}, f"managers cannot be so: '{WRONG}' has a wrong checksum"),
        ({"managers": ("0x" + "0" * 40,)}, "managers cannot be so: the zero address belongs to no account"),
        ({"managers": tuple(f"{number}.json" for number in range(65))}, "managers cannot be"),
        ({"managers": ("alice.json", "alice.json")}, "managers cannot be"),
        ({"managers": ("0x" + "ab" * 20, "0x" + "AB" * 20)}, "managers cannot be"),
        ({"quorum": 0}, "quorum cannot be 0"),
        ({"quorum": 2}, "2 of 1 managers cannot decide"),
        ({"fee": -1}, "fee cannot be -1"),
        ({"fee": 2**128}, "fee cannot be"),
        ({"period": -1}, "period cannot be -1"),
        ({"period": 2**32}, "period cannot be"),
        ({"token": "0x12"}, "token cannot be so: '0x12' is not an address"),
        ({"token": "ab" * 20}, "token cannot be so"),
        ({"token": WRONG}, "token cannot be so: .* has a wrong checksum"),
        ({"token": "0x" + "0" * 40}, "token cannot be so: the zero address belongs to no account"),
    ],
)
def test_settings_that_cannot_be(settings: dict[str, object], fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        FederationConfig(**settings)  # type: ignore[arg-type]


@pytest.mark.parametrize(("managers", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3)])
def test_more_than_half_decide_unless_it_is_said_otherwise(managers: int, needed: int) -> None:
    assert FederationConfig().needed(managers) == needed
    assert FederationConfig(quorum=1).needed(managers) == 1
