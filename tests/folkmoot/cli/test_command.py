"""What all commands have in common: errors, exit codes, addresses and names."""

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from folkmoot.cli.command import Committee, Parties, command, parties, party
from folkmoot.cli.names import Name
from folkmoot.cli.session import Session
from folkmoot.testing import free_port
from tests.support.cli import Cli

NAME_OR_MAKE = (
    "name yours by --keystore, or as `keystore` in the settings; without an account, make one: folkmoot account new"
)
ROOT = Path(__file__).resolve().parents[3]


def test_an_error_is_a_sentence_and_a_hint(cli: Cli) -> None:
    told = cli.refused("account", "show")
    assert told == f"error: there is no keystore file keystore.json\nhint: {NAME_OR_MAKE}\n"


def test_an_error_for_machines(cli: Cli) -> None:
    assert json.loads(cli.refused("account", "show", "--json")) == {
        "error": "AccountError",
        "message": "there is no keystore file keystore.json",
        "hint": NAME_OR_MAKE,
    }


def test_no_node_is_an_error_like_any_other(cli: Cli) -> None:
    told = cli.refused("status")
    assert told.startswith("error: no node answers: http://127.0.0.1:")
    assert "hint: start the node" in told


# --------------------------------------------------------------------- the end


def test_an_interrupted_command_ends_with_130_and_no_traceback(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"http://127.0.0.1:{mute.getsockname()[1]}"
        # What a shell runs in its background ignores interrupts, and so would the command.
        heedful = ("env", "--default-signal=INT")
        process = subprocess.Popen(
            [*heedful, sys.executable, "-m", "folkmoot", "status", "--rpc", url],
            cwd=tmp_path,
            env={"PYTHONPATH": str(ROOT / "offchain")},
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
        [sys.executable, "-m", "folkmoot", "status", "--rpc", url], cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT / "offchain")}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    said = (
        f"error: no node answers: {url}: connection refused\nhint: start the node, or give the URL of one that runs\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", said)


@pytest.mark.parametrize("words", [["account", "list"], ["account", "list", "--json"]])
def test_an_answer_that_cannot_be_written_is_told(cli: Cli, keystore: str, words: list[str]) -> None:
    assert keystore
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "folkmoot", *words], cwd=cli.folder, env={"PYTHONPATH": str(ROOT / "offchain")},
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "the answer cannot be written: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


@pytest.mark.parametrize("encoding", ["latin-1", "ascii", "cp437", "POSIX"])
def test_a_terminal_of_any_encoding_shows_what_it_can(cli: Cli, keystore: str, encoding: str) -> None:
    (cli.folder / "keystore.json").rename(cli.folder / "Ключ – ключ….json")
    posix = {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    environment = {"PYTHONPATH": str(ROOT / "offchain")}
    environment |= posix if encoding == "POSIX" else {"PYTHONIOENCODING": encoding}
    done = subprocess.run(
        [sys.executable, "-m", "folkmoot", "account", "list"], cwd=cli.folder, env=environment, capture_output=True,
        timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert keystore.encode() in done.stdout


@pytest.mark.parametrize(
    ("words", "redirection", "code"),
    [
        ("status", "2>/dev/full", 1),
        ("nonsense", "2>/dev/full", 2),
        ("account list", "2>&-", 0),
        ("account list", ">/dev/full 2>/dev/full", 1),
        ("doctor", "<&- >&- 2>&-", 1),
    ],
)
@pytest.mark.usefixtures("keystore")
def test_a_command_that_can_say_nothing_ends_as_it_should(cli: Cli, words: str, redirection: str, code: int) -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m folkmoot {words} --rpc http://127.0.0.1:1 {redirection}"],
        cwd=cli.folder, env={"PYTHONPATH": str(ROOT / "offchain")}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (code, b"")


@pytest.mark.parametrize("option", ["", "--json"])
def test_a_command_without_a_standard_output_says_nothing(cli: Cli, keystore: str, option: str) -> None:
    assert keystore
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m folkmoot account list {option} >&-"], cwd=cli.folder,
        env={"PYTHONPATH": str(ROOT / "offchain")}, stderr=subprocess.PIPE, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_nothing_but_the_answer_is_printed_for_machines() -> None:
    probe = typer.Typer()

    @command(probe, "probe")
    def talk(session: Session) -> None:
        print("from a plug-in")
        session.output.show({"a": 1}, "words")

    result = CliRunner().invoke(probe, ["--json"])
    assert (json.loads(result.stdout), result.stderr) == ({"a": 1}, "from a plug-in\n")


def test_a_task_number_beyond_the_chains_is_refused(cli: Cli) -> None:
    assert cli.refused("task", "show", "--task", "9" * 5_000).startswith("error: ")


def test_an_address_is_checksummed() -> None:
    mixed = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
    assert party(mixed.lower()) == mixed


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("0x12", "'0x12' is not an address: it has 2 hex digits instead of 40"),
        ("0X", "'0X' is not an address: it has 0 hex digits instead of 40"),
        (f"0x{'1' * 41}", "it has 41 hex digits instead of 40"),
        (f"0x{'g' * 40}", 'gg\' is not an address ("0x" and 40 hex digits)'),
        ("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "' has a wrong checksum (a digit is wrong"),
    ],
)
def test_what_is_wrong_with_an_address_is_told(wrong: str, told: str) -> None:
    with pytest.raises(typer.BadParameter, match=re.escape(told)):
        party(wrong)


def test_what_is_no_address_is_a_name() -> None:
    assert isinstance(party("General Hospital"), Name)
    assert not isinstance(party("0x" + "1" * 40), Name)


def test_several_addresses_by_commas_or_repeated() -> None:
    one, two, three = (f"0x{digit * 40}" for digit in "123")
    assert parties([f"{one}, {two}", three, "Alice,Bob"]) == [one, two, three, "Alice", "Bob"]
    with pytest.raises(typer.BadParameter, match="'0x12' is not an address"):
        parties([f"{one},0x12"])


def test_a_tilde_in_an_option_is_the_users_home(cli: Cli, keystore: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(cli.folder))
    opening = "--password-file=~/password"
    assert cli.json("account", "show", "--keystore=~/keystore.json")["address"] == keystore
    assert cli.json("account", "export", "~/key", opening)["file"] == str(cli.folder / "key")
    assert cli.json("worker", "init", "~/mine.toml")["file"] == str(cli.folder / "mine.toml")
    assert f"no blob store {cli.folder}/blobs" in cli.refused("store", "usage", "--store=~/blobs")


def test_names_become_addresses_before_a_command_runs(cli: Cli) -> None:
    (cli.folder / "names.toml").write_text(f'Alice = "0x{"1" * 40}"\n')
    got: list[object] = []
    probe = typer.Typer()

    @command(probe, "probe")
    def note(session: Session, who: Parties, *, committee: Committee) -> None:
        got.extend((session.output.as_json, who, committee))

    result = CliRunner().invoke(probe, ["Alice", "0x" + "2" * 40, "--committee", "Alice,0x" + "3" * 40, "--json"])
    assert result.exit_code == 0, result.output
    assert got == [True, [f"0x{'1' * 40}", f"0x{'2' * 40}"], [f"0x{'1' * 40}", f"0x{'3' * 40}"]]
