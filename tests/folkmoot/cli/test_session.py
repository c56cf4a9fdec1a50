"""Where settings and names come from."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from folkmoot.chain import Deployment
from folkmoot.cli.command import command, open_session
from folkmoot.cli.session import Session
from folkmoot.errors import ConfigError, ConnectionFailed
from tests.support.cli import Cli


def resolved(cli: Cli, *words: str) -> Session:
    """The session that a command gets."""
    sessions: list[Session] = []
    probe = typer.Typer()
    command(probe, "probe")(sessions.append)
    names = {f"FOLKMOOT_{name}": value for name, value in cli.environment.items()}
    assert CliRunner().invoke(probe, words, env=names).exit_code == 0
    return sessions[0]


def test_options_win_over_variables_and_these_over_the_file(cli: Cli) -> None:
    (cli.folder / "folkmoot.toml").write_text(
        'rpc = ["a"]\nstore = "of-file"\nkeystore = "of-file"\ntask = 1\nthreads = 3\n'
    )
    chosen = Cli(cli.folder, environment={"RPC": "http://b http://c", "STORE": "of-variable", "TASK": "2"})
    config = resolved(chosen, "--task", "7").config
    assert config.rpc == ("http://b", "http://c")
    assert (config.store, config.keystore) == ((Path("of-variable"),), cli.folder / "of-file")
    assert (config.task, config.threads) == (7, 3)


TWO = "http://a", "http://b"


@pytest.mark.parametrize("given", ["http://a,http://b", "http://a, http://b", "http://a http://b", json.dumps(TWO)])
def test_several_nodes(cli: Cli, given: str) -> None:
    assert resolved(cli, "--rpc", "http://a", "--rpc", "http://b").config.rpc == TWO
    assert resolved(cli, "--rpc", given).config.rpc == TWO
    assert resolved(Cli(cli.folder, environment={"RPC": given})).config.rpc == TWO


@pytest.mark.parametrize(
    "given", ["my blobs,s3://bucket/b", "my blobs , s3://bucket/b", '["my blobs", "s3://bucket/b"]']
)
def test_several_stores(cli: Cli, given: str) -> None:
    places = Path("my blobs"), "s3://bucket/b"
    assert resolved(cli, "--store", given).config.store == places
    assert resolved(Cli(cli.folder, environment={"STORE": given})).config.store == places


def test_a_folder_with_a_comma_is_given_as_the_settings_have_it(cli: Cli) -> None:
    assert resolved(cli, "--store", '["blobs, mine"]').config.store == (Path("blobs, mine"),)


@pytest.mark.parametrize("given", ['["http://a"', "[1]", "[[]]"])
def test_a_list_that_is_none_is_told(given: str) -> None:
    with pytest.raises(ConfigError, match="rpc cannot be") as caught:
        open_session(rpc=[given])
    assert caught.value.hint.endswith('for example: rpc = ["http://127.0.0.1:8545"]')


def test_a_task_by_its_address(cli: Cli) -> None:
    assert resolved(cli, "--task", "0x" + "ab" * 20).config.task == "0x" + "ab" * 20


def test_another_file(cli: Cli) -> None:
    (cli.folder / "folkmoot.toml").write_text("task = 1\n")
    (cli.folder / "alice.toml").write_text("task = 2\n")
    assert resolved(cli, "--config", "alice.toml").config.task == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('keystor = "k"', "error: there is no setting 'keystor'\nhint: the nearest one is 'keystore'\n"),
        ("task = true", "error: task cannot be True\n"),
        ("task = ", "error: folkmoot.toml is not valid TOML"),
    ],
)
def test_a_file_with_a_mistake(cli: Cli, content: str, told: str) -> None:
    (cli.folder / "folkmoot.toml").write_text(content)
    assert cli.refused("status").startswith(told)


def test_a_file_that_is_not_there(cli: Cli) -> None:
    assert cli.refused("status", "--config", "no.toml").startswith("error: cannot read no.toml")


def test_a_path_given_beside_a_file_above_is_relative_to_the_working_directory(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    (cli.folder / "folkmoot.toml").write_text("task = 1\n")
    below = cli.folder / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    assert resolved(cli, "--store", "mine").config.store == (Path("mine"),)


def test_a_file_named_by_a_variable(cli: Cli) -> None:
    (cli.folder / "folkmoot.toml").write_text("task = 1\n")
    (cli.folder / "alice.toml").write_text("task = 2\n")
    assert resolved(Cli(cli.folder, environment={"CONFIG": "alice.toml"})).config.task == 2


def test_where_what_was_read_of_the_chain_is_kept(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache")
    assert resolved(cli).logbook._folder == Path("/var/cache/folkmoot")
    (cli.folder / "folkmoot.toml").write_text('cache = "logs"\n')
    assert resolved(cli).logbook._folder == cli.folder / "logs"
    assert resolved(Cli(cli.folder, environment={"CACHE": "other"})).logbook._folder == Path("other")
    assert resolved(cli, "--cache", "mine").logbook._folder == Path("mine")
    assert resolved(cli, "--cache", "/dev/null").logbook._folder is None


# ----------------------------------------------------------------------- names

ALICE = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"


def test_the_address_book_is_beside_the_settings(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    home = cli.folder / "home"
    home.mkdir()
    (home / "names.toml").write_text(f'Alice = "{ALICE}"\n')
    (home / "folkmoot.toml").write_text("")
    assert resolved(cli, "--config", "home/folkmoot.toml").label(f"for {ALICE}") == "for Alice (0x5aAe…eAed)"
    assert resolved(cli).label(f"for {ALICE}") == f"for {ALICE}"
    monkeypatch.chdir(home)
    assert resolved(cli).book.address("Alice") == ALICE


def test_a_name_is_accepted_for_an_address(cli: Cli) -> None:
    Path("names.toml").write_text(f'Alice = "{ALICE}"\n')
    assert cli.json("account", "show", "Alice")["address"] == ALICE
    assert cli.ok("account", "show", "Alice").split()[1] == ALICE, "whole, where it is asked for"
    told = cli.refused("account", "show", "Alicia")
    assert told == "error: there is no name 'Alicia' in names.toml\nhint: did you mean 'Alice'?\n"


def test_an_errors_addresses_have_names_but_not_for_machines(cli: Cli, keystore: str) -> None:
    Path("names.toml").write_text(f'Alice = "{keystore}"\n')
    Path("keystore.json").replace(keystore)
    words = ("account", "export", "--reveal", "--keystore", keystore, "--password-file", "nowhere")
    assert "Alice (0x" in cli.refused("account", "new", keystore, "--password-file", "password")
    assert keystore in cli.refused("account", "new", keystore, "--password-file", "password", "--json")
    assert cli.refused(*words).startswith("error: cannot read the password in nowhere")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("Alice = 1", "error: names.toml: 'Alice' has no address but 1"),
        ('Alice = "0x5aaeB6053F3E94C9b9A09f33669435E7Ef1BeAed"', "error: names.toml: 'Alice': '0x5aaeB"),
        ("Alice", "error: names.toml is not valid TOML"),
    ],
)
def test_a_book_with_a_mistake_stops_a_command_before_it_acts(cli: Cli, keystore: str, content: str, told: str) -> None:
    assert keystore
    Path("names.toml").write_text(content)
    assert cli.refused("account", "show").startswith(told)
    assert cli.refused("account", "new", "other.json", "--password-file", "password").startswith(told)
    assert not Path("other.json").exists()


def test_without_a_node_an_answer_is_shown_with_addresses(cli: Cli) -> None:
    session = resolved(cli)
    vars(session)["record"] = Deployment(
        chain_id=7, block_number=1, block_hash="0x", federation=ALICE, treasury=ALICE, token=ALICE,
        task_implementation=ALICE, rules={}, libraries={}, deployed_at=0, version="",
    )  # fmt: skip
    with pytest.raises(ConnectionFailed):
        assert session.history
    assert session.label(f"{ALICE} has left the federation") == f"{ALICE} has left the federation"
