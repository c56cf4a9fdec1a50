import re
import stat
from itertools import repeat
from pathlib import Path

import pytest

from folkmoot.chain import Client, load_account
from folkmoot.cli.account import faucet_account
from folkmoot.errors import ConfigError
from folkmoot.testing.memory import MemoryChain, MemoryNode
from tests.folkmoot.cli.conftest import PASSWORD
from tests.support.cli import Cli


def test_new_makes_a_keystore_that_its_password_opens(cli: Cli) -> None:
    shown = cli.run("account", "new", "alice.json", answers=f"{PASSWORD}\n{PASSWORD}\n")
    assert shown.exit_code == 0
    account = load_account("alice.json", lambda: PASSWORD)
    assert account.address in shown.stdout
    assert stat.S_IMODE(Path("alice.json").stat().st_mode) == 0o600
    assert [secret for secret in (PASSWORD, account.key.hex()) if secret in shown.output] == []


def test_new_takes_the_password_from_a_file(cli: Cli) -> None:
    Path("password").write_text(f"{PASSWORD}\n")
    made = cli.json("account", "new", "--password-file", "password", "--keystore", "bob.json")
    assert made == {"address": load_account("bob.json", lambda: PASSWORD).address, "keystore": "bob.json"}


def test_new_asks_twice(cli: Cli) -> None:
    answers = f"{PASSWORD}\nslip\n{PASSWORD}\n{PASSWORD}\n"
    shown = cli.run("account", "new", answers=answers)
    assert "do not match" in shown.stderr
    assert load_account("keystore.json", lambda: PASSWORD)


def test_new_never_replaces_a_key(cli: Cli, keystore: str) -> None:
    told = cli.refused("account", "new", "--password-file", "password")
    assert told.startswith("error: keystore.json exists already")
    assert load_account("keystore.json", lambda: PASSWORD).address == keystore


def test_no_answer_to_the_prompt_makes_nothing(cli: Cli) -> None:
    assert cli.run("account", "new", answers="").exit_code == 130
    assert not Path("keystore.json").exists()


def test_show_tells_the_address_without_a_password_or_a_node(cli: Cli, keystore: str) -> None:
    shown = cli.ok("account", "show")
    assert shown.splitlines()[0] == keystore
    assert re.search("No more is known: no node answers", shown)
    assert cli.json("account", "show")["address"] == keystore


def test_show_of_another_account(cli: Cli) -> None:
    other = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    assert cli.json("account", "show", other.lower())["address"] == other


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"address": "me"}'])
def test_a_damaged_keystore(cli: Cli, content: str) -> None:
    Path("keystore.json").write_text(content)
    assert cli.refused("account", "show").startswith("error: keystore.json is no intact keystore file")


def test_fund_needs_a_node(cli: Cli, keystore: str) -> None:
    assert keystore
    assert cli.refused("account", "fund").startswith("error: no node answers")


RICH = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def node_of(name: str, *accounts: str) -> Client:
    """A node that says that it is `name` and that it signs for these accounts."""
    node = MemoryNode(MemoryChain())
    node.instead = {"web3_clientVersion": repeat(lambda: name), "eth_accounts": repeat(lambda: list(accounts))}
    return Client(["node"], connect=lambda _: node)


def test_a_local_node_has_a_purse() -> None:
    assert faucet_account(node_of("anvil/v1.7.1", RICH)) == RICH


@pytest.mark.parametrize(("name", "accounts"), [("Geth/v1.16.0", [RICH]), ("besu/v26.8", []), ("anvil/v1.7.1", [])])
def test_no_other_network_gives_money_away(name: str, accounts: list[str]) -> None:
    with pytest.raises(ConfigError, match=f"only local networks give money away, and this node is {name}"):
        faucet_account(node_of(name, *accounts))
