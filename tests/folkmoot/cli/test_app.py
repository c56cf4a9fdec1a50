"""The command line as a whole: its commands, their help, and what they import."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import folkmoot.cli
from folkmoot import __version__
from folkmoot.testing import free_port
from tests.support.cli import FOLKMOOT, Cli

ROOT = Path(__file__).resolve().parents[3]

COMMANDS = {
    "account": "new show public-key list import export faucet",
    "member": "apply withdraw renew leave expire list status",
    "manager": "list pending confirm revoke admit reject ban unban replace-member fee period blocks add remove replace "
    "quorum pause resume roll-back fund",
    "task": "init propose approve cancel list show enrol start expire",
    "worker": "init",
    "model": "list get evaluate share",
    "update": "get",
    "store": "verify pin prune usage announce connect",
}
ALONE = (
    *("init", "status", "history", "events", "audit", "earnings", "payees", "withdraw", "deposit", "doctor"),
    *("verify", "explorer", "page", "worker"),
)
ALL = [f"{group} {name}" for group, names in COMMANDS.items() for name in names.split()]


@pytest.mark.parametrize("words", [*ALL, *ALONE])
def test_every_command_explains_itself_and_the_common_options(cli: Cli, words: str) -> None:
    shown = cli.ok(*words.split(), "--help")
    assert "--keystore" in shown
    assert "--json" in shown


@pytest.mark.parametrize("words", ["", *COMMANDS, *ALL, *ALONE])
def test_h_is_help(cli: Cli, words: str) -> None:
    assert cli.ok(*words.split(), "-h") == cli.ok(*words.split(), "--help")


def test_the_groups_list_their_commands(cli: Cli) -> None:
    top = cli.ok("--help")
    assert [name for name in (*COMMANDS, *ALONE) if f" {name} " not in top] == []
    for group, names in COMMANDS.items():
        shown = cli.ok(group, "--help")
        assert [name for name in names.split() if f" {name} " not in shown] == []


def test_version(cli: Cli) -> None:
    assert cli.ok("--version") == f"{__version__}\n"


def commands(command: Any, *words: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group, and the words that call it."""
    yield words, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, *words, name)


EVERY = dict(commands(FOLKMOOT))


def arguments(command: Any) -> list[Any]:
    return [parameter for parameter in command.params if parameter.param_type_name == "argument"]


def test_the_list_of_commands_is_whole() -> None:
    leaves = {" ".join(words) for words, command in EVERY.items() if not hasattr(command, "commands")}
    assert leaves | {"worker"} == {*ALL, *ALONE}


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_argument_and_option_has_help_that_shows(cli: Cli, words: tuple[str, ...]) -> None:
    shown = " ".join(re.sub("[│╭╮╰╯─]", " ", cli.ok(*words, "--help")).split())
    for parameter in EVERY[words].params:
        about = getattr(parameter, "help", None)
        assert about, f"{parameter.name} has no help"
        assert " ".join(about.split()) in shown, f"the help of {parameter.name} does not show"


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_command_says_what_it_does_in_a_sentence(words: tuple[str, ...]) -> None:
    first = (EVERY[words].help or "").split("\n\n")[0].strip()
    assert first.endswith("."), first
    assert first[0].isupper()
    assert max(len(sentence.split()) for sentence in first.split(". ")) <= 25


@pytest.mark.parametrize(
    "words", ["stats", "manager promote", "manager quorum many", "manager ban 0x12", "status --jsn"]
)
def test_what_is_misspelt_is_a_usage_error(cli: Cli, words: str) -> None:
    assert cli.run(*words.split()).exit_code == 2


@pytest.mark.parametrize(
    ("words", "meant"),
    [("stats", "status"), ("manager admt", "admit"), ("account sho", "show"), ("task propos", "propose")],
)
def test_no_command_is_suggested_twice(cli: Cli, words: str, meant: str) -> None:
    told = " ".join(re.sub("[│╭╮╰╯─]", " ", cli.run(*words.split()).stderr).split())
    assert told.count(f"'{meant}'") == 1, told
    assert told.lower().count("did you mean") == 1, told


HEAVY = {"torch", "sklearn", "matplotlib"}


LIGHT = [
    ["--help"],
    *([name, "--help"] for name in (*COMMANDS, "doctor")),
    *(["status"], ["doctor"], ["account", "show"], ["manager", "pending"], ["init", "home"]),
]


def test_reading_needs_no_pytorch(tmp_path: Path) -> None:
    """One process runs all of these commands; no node runs where they look for one."""
    program = (
        "import sys\n"
        "from typer.main import get_command\n"
        "from folkmoot.cli import app\n"
        "command = get_command(app)\n"
        f"for words in {LIGHT}:\n"
        "    try:\n"
        "        command(words)\n"
        "    except SystemExit:\n"
        "        print('ran:', *words)\n"
        "print('imported:', *sys.modules)"
    )
    environment = {"PYTHONPATH": str(ROOT / "offchain"), "FOLKMOOT_RPC": f"http://127.0.0.1:{free_port()}"}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True,
        timeout=60,
    )  # fmt: skip
    assert done.stdout.count("ran: ") == len(LIGHT)
    assert HEAVY & set(done.stdout.rpartition("imported:")[2].split()) == set()


def test_public_names() -> None:
    assert set(folkmoot.cli.__all__) == {"app", "main"}
    assert [name for name in folkmoot.cli.__all__ if not hasattr(folkmoot.cli, name)] == []


def test_a_program_may_run_commands_one_after_the_other(tmp_path: Path) -> None:
    program = """
import sys
from folkmoot.cli import main
for word in ("--help", "--version"):
    sys.argv = ["folkmoot", word]
    try:
        main()
    except SystemExit as ended:
        print(ended.code, file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env={"PYTHONPATH": str(ROOT / "offchain")}, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "0\n0\n")
    assert done.stdout.endswith(f"{__version__}\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("manager pause -5", "error: '-5' is not a duration hint: write \"90s\""),
        ("manager pause -2h --task 0", "error: '-2h' is not a duration"),
        ("manager pause --task 0 -2h --json", '"message": "\'-2h\' is not a duration"'),
        ("manager period -1d", "error: '-1d' is not a duration"),
        ("manager blocks -5", "greater than or equal to 0"),
        ("manager quorum -1", "greater than or equal to 1"),
        ("model get -1 --output new", "greater than or equal to 0"),
        ("store pin -1", "greater than or equal to 0"),
        ("manager roll-back -1 --committee -2", "greater than or equal to 0"),
        ("account show -5", "error: there is no name '-5'"),
        ("manager ban -5", "error: there is no name '-5'"),
    ],
)
def test_what_is_wrong_with_a_negative_number_is_told(cli: Cli, words: str, told: str) -> None:
    result = cli.run(*words.split())
    assert result.exit_code in {1, 2}
    assert told in " ".join(re.sub("[│╭╮╰╯─]", " ", result.stderr).split())


@pytest.mark.parametrize("words", [words for words, found in EVERY.items() if arguments(found)], ids=" ".join)
def test_no_commands_value_is_taken_for_an_option(cli: Cli, words: tuple[str, ...]) -> None:
    result = cli.run(*words, *["-5"] * len(arguments(EVERY[words])))
    assert "No such option" not in result.stderr
