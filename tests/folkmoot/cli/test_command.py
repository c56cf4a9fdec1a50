"""What all commands have in common: help, settings, errors, exit codes."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

import folkmoot.cli
from folkmoot.cli.command import address, addresses, command
from folkmoot.cli.session import Session
from folkmoot.testing import free_port
from tests.support.cli import Cli

ROOT = Path(__file__).resolve().parents[3]

COMMANDS = {
    "account": "new show fund",
    "member": "apply withdraw renew leave expire list status",
    "manager": "list pending confirm revoke admit reject ban unban fee period add remove replace quorum pause resume "
    "roll-back fund",
    "task": "init propose approve cancel list show enrol start expire",
    "worker": "init",
    "model": "list get evaluate",
}
ALONE = ("status", "earnings", "withdraw", "deposit", "doctor", "worker")
ALL = [f"{group} {name}" for group, names in COMMANDS.items() for name in names.split()]


@pytest.mark.parametrize("words", [*ALL, *ALONE])
def test_every_command_explains_itself_and_the_common_options(cli: Cli, words: str) -> None:
    shown = cli.ok(*words.split(), "--help")
    assert "--keystore" in shown
    assert "--json" in shown


def test_the_groups_list_their_commands(cli: Cli) -> None:
    top = cli.ok("--help")
    assert [name for name in (*COMMANDS, *ALONE) if f" {name} " not in top] == []
    for group, names in COMMANDS.items():
        shown = cli.ok(group, "--help")
        assert [name for name in names.split() if f" {name} " not in shown] == []


def test_version(cli: Cli) -> None:
    assert cli.ok("--version") == "0.1.0\n"


@pytest.mark.parametrize(
    "words", ["stats", "manager promote", "manager quorum many", "manager ban 0x12", "status --jsn"]
)
def test_what_is_misspelt_is_a_usage_error(cli: Cli, words: str) -> None:
    assert cli.run(*words.split()).exit_code == 2


def test_an_error_is_a_sentence_and_a_hint(cli: Cli) -> None:
    told = cli.refused("account", "show")
    assert told == ("error: there is no keystore file keystore.json\nhint: make one: folkmoot account new\n")


def test_an_error_for_machines(cli: Cli) -> None:
    assert json.loads(cli.refused("account", "show", "--json")) == {
        "error": "AccountError",
        "message": "there is no keystore file keystore.json",
        "hint": "make one: folkmoot account new",
    }


def test_no_node_is_an_error_like_any_other(cli: Cli) -> None:
    told = cli.refused("status")
    assert told.startswith("error: no node answers at http://127.0.0.1:")
    assert "hint: start the node" in told


# ------------------------------------------------------------------- settings


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
    assert (config.store, config.keystore) == (Path("of-variable"), cli.folder / "of-file")
    assert (config.task, config.threads) == (7, 3)


def test_several_nodes(cli: Cli) -> None:
    assert resolved(cli, "--rpc", "http://a", "--rpc", "http://b").config.rpc == ("http://a", "http://b")


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


# --------------------------------------------------------------------- the end


def test_an_interrupted_command_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        # What a shell runs in its background ignores interrupts, and so would the command.
        heedful = ("env", "--default-signal=INT")
        process = subprocess.Popen(
            [*heedful, sys.executable, "-m", "folkmoot", "status", "--rpc", url],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        connection, _ = mute.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
    assert (process.returncode, said) == (130, "")


def test_a_defect_is_not_hidden() -> None:
    probe = typer.Typer()

    @command(probe, "probe")
    def fail(session: Session) -> None:
        raise ZeroDivisionError(session.given)

    assert isinstance(CliRunner().invoke(probe, []).exception, ZeroDivisionError)


def test_the_modules_entry_point_says_no_more_than_the_error(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    done = subprocess.run(
        [sys.executable, "-m", "folkmoot", "status", "--rpc", url], cwd=tmp_path, env={"PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said = f"error: no node answers at {url}\nhint: start the node, or give the URL of one that runs\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


def test_an_address_is_checksummed() -> None:
    mixed = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    assert address(mixed.lower()) == mixed
    for wrong in ("", "0x12", mixed.replace("aA", "Aa"), "alice"):
        with pytest.raises(typer.BadParameter):
            address(wrong)


def test_several_addresses_by_commas_or_repeated() -> None:
    one, two, three = (f"0x{digit * 40}" for digit in "123")
    assert addresses([f"{one}, {two}", three]) == [one, two, three]
    with pytest.raises(typer.BadParameter, match="'0x12' is no address"):
        addresses([f"{one},0x12"])


def test_reading_needs_no_pytorch() -> None:
    program = "import sys, folkmoot.cli; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    assert {"torch", "sklearn"} & set(done.stdout.split()) == set()


def test_public_names() -> None:
    assert set(folkmoot.cli.__all__) == {"app", "main"}
    assert [name for name in folkmoot.cli.__all__ if not hasattr(folkmoot.cli, name)] == []
