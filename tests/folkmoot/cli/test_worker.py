"""The settings file that a worker starts from; the worker itself is tested on a real chain."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from folkmoot.cli.worker import telling_json
from folkmoot.config import WorkerConfig, load_config
from folkmoot.errors import StoreError
from folkmoot.exit_codes import FAILED
from folkmoot.testing import free_port
from tests.support.cli import Cli

PACKAGE = str(Path(__file__).resolve().parents[3] / "offchain")


def test_a_workers_file_has_every_setting_and_is_read_by_all_commands(cli: Cli) -> None:
    said = cli.ok("worker", "init", "--keystore", "keys/alice.json", "--rpc", "http://a", "--task", "3")
    assert "folkmoot doctor\n" in said
    written = load_config("folkmoot.toml")
    assert (written.rpc, written.task) == (("http://a",), 3)
    assert written.keystore == cli.folder / "keys" / "alice.json"
    assert [f for f in WorkerConfig.__dataclass_fields__ if f"{f} = " not in Path("folkmoot.toml").read_text()] == []
    assert cli.refused("account", "show").startswith(f"error: there is no keystore file {written.keystore}")


def test_paths_are_written_as_the_files_folder_needs_them(cli: Cli) -> None:
    said = cli.ok("worker", "init", "workers/alice.toml", "--keystore", "keys/alice.json", "--store", "/blobs")
    assert "folkmoot doctor --config workers/alice.toml\n" in said
    written = load_config("workers/alice.toml")
    assert (written.keystore.resolve(), written.store) == (cli.folder / "keys" / "alice.json", (Path("/blobs"),))


@pytest.mark.parametrize(
    "surroundings", ["PYTHONIOENCODING=ascii", "LC_ALL=POSIX PYTHONCOERCECLOCALE=0", ">&-", ">/dev/full"]
)
@pytest.mark.usefixtures("keystore")
def test_a_workers_lines_say_when_and_in_which_zone_wherever_they_go(cli: Cli, surroundings: str) -> None:
    variables, redirection = ("", surroundings) if surroundings.startswith(">") else (surroundings, "")
    options = f"--password-file password --rpc http://127.0.0.1:{free_port()}"
    command = f"exec env --default-signal=INT {variables} {sys.executable} -m folkmoot worker {options} {redirection}"
    with subprocess.Popen(
        ["sh", "-c", command], cwd=cli.folder, env={"PYTHONPATH": PACKAGE, "TZ": "Asia/Tokyo"},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stderr is not None
            first = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    assert re.match(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} \+0900 WARNING ", first)
    assert said.endswith("stopped\n")
    assert (process.returncode, "Traceback" in said) == (0, False)


@pytest.mark.usefixtures("keystore")
def test_lines_are_json_where_the_settings_or_a_variable_say_so(cli: Cli) -> None:
    """The last one too, of a worker that cannot begin."""
    environment = {"PYTHONPATH": PACKAGE, "FOLKMOOT_LOG_FORMAT": "json"}
    options = ["--password-file", "password", "--rpc", f"http://127.0.0.1:{free_port()},htp:/nowhere"]
    command = [sys.executable, "-m", "folkmoot", "worker", *options]
    with subprocess.Popen(command, cwd=cli.folder, env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            lines = [process.stderr.readline() for _ in range(2)]
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
    found = [json.loads(line) for line in (*lines, *said.splitlines())]
    assert all(re.fullmatch(r"[0-9-]{10}T[0-9:]{8}\.[0-9]{3}Z", line["time"]) for line in found)
    assert {line["logger"] for line in found} <= {"folkmoot.worker", "folkmoot.chain.nodes"}
    assert (found[0]["level"], found[0]["error"]) == ("warning", "ConfigError")
    assert (found[-1]["message"], "error" in found[-1]) == ("stopped", False)
    (cli.folder / "password").write_text("wrong")
    done = subprocess.run(command, cwd=cli.folder, env=environment, capture_output=True, text=True, check=False)
    (line,) = done.stderr.splitlines()
    assert (json.loads(line)["error"], done.returncode, done.stdout) == ("AccountError", 1, "")


def test_an_option_wins_over_the_file_and_is_checked(cli: Cli) -> None:
    Path("folkmoot.toml").write_text('log_format = "json"\n')
    for words, said in (
        (("--log-format", "xml"), 'error: log_format cannot be \'xml\'\nhint: "text" or "json"\n'),
        (("--metrics", "9100"), "error: metrics cannot be '9100'\n"),
    ):
        assert cli.refused("worker", *words).startswith(said)
    assert cli.refused("worker", "--log-format", "text").startswith("error: there is no keystore file")


def test_what_ends_a_worker_is_a_line_like_the_others(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(typer.Exit) as left, telling_json(is_json=True):
        raise StoreError("no room", "free some")
    assert left.value.exit_code == FAILED
    (told,) = caplog.records
    assert (told.levelname, vars(told)["facts"]) == ("ERROR", {"error": "StoreError", "hint": "free some"})
    with pytest.raises(StoreError), telling_json(is_json=False):
        raise StoreError("no room", "free some")
    assert len(caplog.records) == 1


def test_no_file_is_replaced(cli: Cli) -> None:
    Path("file.toml").write_text("mine")
    told = cli.refused("worker", "init", "file.toml")
    assert told == "error: file.toml exists already\nhint: choose another name, or move it away\n"
    assert Path("file.toml").read_text() == "mine"


def test_the_way_to_check_it_can_be_pasted(cli: Cli) -> None:
    assert "then: folkmoot doctor --config 'my worker.toml'" in cli.ok("worker", "init", "my worker.toml")


def test_settings_that_cannot_work_are_not_written(cli: Cli) -> None:
    assert cli.refused("worker", "init", "--task", "abc").startswith("error: 'abc' is not an address")
    assert not list(cli.folder.iterdir())
