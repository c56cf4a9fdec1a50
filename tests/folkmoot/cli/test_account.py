import re
import stat
import subprocess
import sys
from itertools import repeat
from pathlib import Path

import pytest

from folkmoot.chain import Client, create_account, load_account
from folkmoot.chain.accounts import account_of_key
from folkmoot.cli.account import faucet_account
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.folkmoot.cli.conftest import PASSWORD
from tests.support.cli import Cli
from tests.support.clockwork import raises

ROOT = Path(__file__).resolve().parents[3]


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


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("new", "error: no password: there is no terminal to type it at\nhint: give --password-file FILE"),
        ("import", "error: no key: there is no terminal to type it at\nhint: name a file with the key"),
    ],
)
def test_without_a_terminal_nothing_is_asked(tmp_path: Path, command: str, told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "folkmoot", "account", command], cwd=tmp_path, input="secret\nsecret\n",
        env={"PYTHONPATH": str(ROOT / "offchain")}, capture_output=True, text=True, start_new_session=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.partition("\n")[2].startswith(told), "after the question"
    assert "Warning" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_no_answer_to_the_prompt_makes_nothing(cli: Cli) -> None:
    assert cli.run("account", "new", answers="").exit_code == 130
    assert not Path("keystore.json").exists()


def test_show_tells_the_address_without_a_password_or_a_node(cli: Cli, keystore: str) -> None:
    shown = cli.ok("account", "show")
    assert shown.splitlines()[0].split() == ["address", keystore]
    assert re.search("No more is known: no node answers", shown)
    assert cli.json("account", "show")["address"] == keystore


def test_show_of_another_account(cli: Cli) -> None:
    other = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    assert cli.json("account", "show", other.lower())["address"] == other


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"address": "me"}'])
def test_a_damaged_keystore(cli: Cli, content: str) -> None:
    Path("keystore.json").write_text(content)
    assert cli.refused("account", "show").startswith("error: keystore.json is no intact keystore file")


def test_the_faucet_needs_a_node(cli: Cli, keystore: str) -> None:
    assert keystore
    assert cli.refused("account", "faucet").startswith("error: no node answers")


RICH = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
POOR = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"


@pytest.mark.parametrize(("accounts", "found"), [([RICH], RICH), ([POOR, RICH], RICH), ([POOR], None), ([], None)])
def test_coins_come_from_an_account_of_the_nodes_that_holds_any(accounts: list[str], found: str | None) -> None:
    """Validators' nodes keep accounts without coin, too."""
    node = MemoryNode(MemoryChain())
    node.instead = {
        "eth_accounts": repeat(lambda: accounts),
        "eth_getBalance": repeat(lambda address, _block: hex(address == RICH)),
    }
    assert faucet_account(Client(["node"], connect=lambda _: node)) == found


def test_a_node_that_tells_of_no_accounts_gives_no_coins() -> None:
    node = MemoryNode(MemoryChain())
    node.instead["eth_accounts"] = repeat(raises(RpcError("Method not enabled", -32604)))
    with Client(["node"], connect=lambda _: node, sleep=lambda _: None) as client:
        assert faucet_account(client) is None


# ------------------------------------------------------- keys that come and go

KEY = "0x" + "ab" * 32
ADDRESS = account_of_key(KEY, "a test").address


@pytest.fixture
def password(cli: Cli) -> tuple[str, str]:
    """Options for the password of what is imported."""
    (cli.folder / "password").write_text(f"{PASSWORD}\n")
    return "--password-file", "password"


def kept() -> str:
    return load_account("keystore.json", lambda: PASSWORD).address


@pytest.mark.parametrize("text", [KEY, KEY.removeprefix("0x"), f"  {KEY}\n"])
def test_how_a_key_may_be_written(text: str) -> None:
    assert account_of_key(text, "a test").address == ADDRESS


def test_import_of_a_key_that_is_typed(cli: Cli) -> None:
    shown = cli.run("account", "import", answers=f"{KEY}\n{PASSWORD}\n{PASSWORD}\n")
    assert shown.exit_code == 0
    assert kept() == ADDRESS
    assert [secret for secret in (PASSWORD, KEY, KEY[2:]) if secret in shown.output] == []


def test_a_mark_of_utf_8_is_no_part_of_a_key(cli: Cli, password: tuple[str, str]) -> None:
    Path("key").write_bytes(f"\ufeff{KEY}\n".encode())
    assert cli.json("account", "import", "key", *password)["keystore"] == "keystore.json"


def test_an_empty_password_file_makes_no_keystore(cli: Cli) -> None:
    Path("empty").write_text("")
    assert "there is no password in empty" in cli.refused("account", "new", "--password-file", "empty")
    assert not Path("keystore.json").exists()


def test_an_export_over_a_file_is_told_to_take_another(cli: Cli, keystore: str, password: tuple[str, str]) -> None:
    Path("taken").write_text("mine")
    told = cli.refused("account", "export", "taken", *password)
    assert told == "error: taken exists already\nhint: choose another file: none is written over\n"
    assert Path("taken").read_text() == "mine"
    assert keystore


def test_import_of_a_keystore_gets_a_password_of_its_own(cli: Cli, password: tuple[str, str]) -> None:
    address = create_account("other.json", lambda: "another", iterations=2).address
    Path("its").write_text("another\n")
    words = ("account", "import", "other.json", "--source-password-file", "its", *password)
    assert cli.json(*words)["address"] == address
    assert kept() == address
    assert "wrong password for other.json" in cli.refused(
        "account", "import", "other.json", "--source-password-file", "password", "--keystore", "third.json", *password
    )


def test_no_key_is_taken_from_the_command_line(cli: Cli, password: tuple[str, str]) -> None:
    for key in (KEY, KEY[2:]):
        told = cli.refused("account", "import", key, *password)
        assert told.startswith("error: a key on the command line is seen by others")
        assert key not in told
    assert not Path("keystore.json").exists()


@pytest.mark.parametrize("content", ["", "0x12", "zz" * 32, KEY + "00", "0x" + "00" * 32, "0x" + "ff" * 32])
def test_a_file_without_a_key_is_refused_and_not_quoted(cli: Cli, password: tuple[str, str], content: str) -> None:
    Path("key").write_text(content)
    told = cli.refused("account", "import", "key", *password)
    assert told.startswith("error: key holds no private key\n")
    assert not content or content not in told


@pytest.mark.parametrize(("name", "why"), [("no.key", "there is no such file"), ("keys", "it is a folder")])
def test_a_file_that_cannot_be_read_is_told_in_a_sentence(
    cli: Cli, password: tuple[str, str], name: str, why: str
) -> None:
    Path("keys").mkdir()
    told = cli.refused("account", "import", name, *password)
    assert told.startswith(f"error: cannot read {name}: {why}\nhint: ")
    assert "Errno" not in cli.refused("account", "new", "--password-file", name)


def test_import_never_replaces_a_key(cli: Cli, keystore: str, password: tuple[str, str]) -> None:
    Path("key").write_text(KEY)
    assert cli.refused("account", "import", "key", *password).startswith("error: keystore.json exists already")
    assert kept() == keystore


def test_export_writes_a_file_for_its_owner_only(cli: Cli, keystore: str, password: tuple[str, str]) -> None:
    shown = cli.run("account", "export", "key", *password)
    assert shown.exit_code == 0
    text = Path("key").read_text()
    assert account_of_key(text, "key").address == keystore
    assert stat.S_IMODE(Path("key").stat().st_mode) == 0o600
    assert text.strip() not in shown.output
    assert cli.refused("account", "export", "key", *password).startswith("error: key exists already")
    assert Path("key").read_text() == text


def test_export_without_a_keystore_says_so_first(cli: Cli) -> None:
    for words in ((), ("key",), ("--reveal",)):
        told = cli.refused("account", "export", *words)
        assert told.startswith("error: there is no keystore file keystore.json\nhint: ")


def test_export_prints_a_key_only_where_that_is_asked_for(cli: Cli, keystore: str, password: tuple[str, str]) -> None:
    told = cli.refused("account", "export", *password)
    hint = "folkmoot account export FILE; or --reveal prints the key"
    assert told == f"error: no file to export the key to\nhint: {hint}\n"
    assert account_of_key(cli.ok("account", "export", "--reveal", *password), "it").address == keystore
    assert cli.json("account", "export", "--reveal", *password)["address"] == keystore
    Path("password").write_text("guess")
    assert cli.refused("account", "export", "--reveal", *password) == (
        "error: wrong password for keystore.json\nhint: it was read from password; "
        "--password-file, FOLKMOOT_PASSWORD_FILE or `password_file` in the settings names it\n"
    )


def test_what_is_exported_can_be_imported(cli: Cli, keystore: str, password: tuple[str, str]) -> None:
    cli.ok("account", "export", "key", *password)
    words = ("account", "import", "key", "--keystore", "again.json", *password)
    assert cli.json(*words) == {"address": keystore, "keystore": "again.json"}
    assert load_account("again.json", lambda: PASSWORD).address == keystore
    assert stat.S_IMODE(Path("again.json").stat().st_mode) == 0o600


def test_list_shows_the_keystores_and_nothing_else(cli: Cli) -> None:
    addresses = {name: create_account(f"keys/{name}.json", lambda: "x", iterations=2).address for name in ("b", "a")}
    Path("keys/notes.json").write_text("{}")
    Path("keys/folder").mkdir()
    found = cli.json("account", "list", "--keystore", "keys/b.json")
    assert found == [
        {"keystore": "keys/a.json", "address": addresses["a"], "used": False},
        {"keystore": "keys/b.json", "address": addresses["b"], "used": True},
    ]
    assert addresses["a"] in cli.ok("account", "list", "--keystore", "keys/b.json")


def test_list_where_there_is_none(cli: Cli) -> None:
    assert cli.json("account", "list") == []
    assert cli.ok("account", "list", "--keystore", "keys/a.json") == "There is no keystore in keys.\n"
