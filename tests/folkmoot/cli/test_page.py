"""`page`: what it refuses before it serves anything, and a record that it serves."""

import gzip
import json
import signal
import socket
from pathlib import Path

import pytest

from folkmoot.cli import page
from folkmoot.exit_codes import INTERRUPTED
from folkmoot.page.saving import FILE
from tests.support.cli import Cli
from tests.support.page_process import page_process
from tests.support.pages import INDEX, Browser, built, document


@pytest.fixture(autouse=True)
def files(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = built(cli.folder / "files")
    monkeypatch.setattr(page, "FILES", files)
    return files


@pytest.fixture
def record(cli: Cli) -> Path:
    """The folder of a record."""
    folder = cli.folder / "record"
    folder.mkdir()
    (folder / FILE).write_bytes(gzip.compress(json.dumps(document()).encode()))
    return folder


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "page.example"])  # noqa: S104 - to be refused
def test_beyond_loopback_it_wants_a_password_or_a_proxy_and_says_why(cli: Cli, record: Path, host: str) -> None:
    told = cli.refused("page", "--record", record, "--host", host)
    assert told == (
        f"error: other machines reach {host}, and the page would show all to whoever asks\n"
        "hint: ask for a password: --page-password FILE; or have a reverse proxy ask for one and say by which name "
        "browsers reach it: --behind-proxy NAME\n"
    )


@pytest.mark.parametrize("name", ["https://page.example/alder/", "page.example:443", "page example"])
def test_a_proxy_has_a_name_and_no_address(cli: Cli, record: Path, name: str) -> None:
    told = cli.refused("page", "--record", record, "--behind-proxy", name)
    assert told == (f"error: {name!r} is no name of a server\nhint: only the name: --behind-proxy page.example.org\n")


def test_an_empty_password_is_none(cli: Cli, record: Path) -> None:
    (cli.folder / "empty").write_text("\n")
    told = cli.refused("page", "--record", record, "--host", "10.1.2.3", "--page-password", "empty")
    assert "there is no password in empty" in told
    assert "cannot read the password in nowhere" in cli.refused(
        "page", "--record", record, "--page-password", "nowhere"
    )


def test_a_page_that_was_not_built_says_so(cli: Cli, record: Path, files: Path) -> None:
    (files / "index.html").unlink()
    assert cli.refused("page", "--record", record) == (
        "error: the page was not built\nhint: in a checkout: make page\n"
    )


def test_a_taken_port_names_another(cli: Cli, record: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        told = cli.refused("page", "--record", record, "--port", port)
    assert told.startswith(f"error: port {port} is taken\nhint: name another: --port ")


def test_an_address_of_another_machine_is_told_so(cli: Cli, record: Path) -> None:
    (cli.folder / "word").write_text("secret")
    told = cli.refused("page", "--record", record, "--host", "192.0.2.1", "--page-password", "word")
    assert told.startswith(f"error: cannot serve at 192.0.2.1, port {page.PORT}: ")


def test_a_folder_without_a_record_is_told_so(cli: Cli) -> None:
    told = cli.refused("page", "--record", "nowhere")
    assert told.startswith("error: cannot read nowhere/record.json.gz: there is no such file\n")


def test_without_a_node_and_a_deployment_record_it_says_that_no_node_answers(cli: Cli) -> None:
    for words in ((), ("--federation", "0x" + "11" * 20)):
        assert cli.refused("page", *words).startswith("error: no node answers: ")


def test_a_record_is_served_without_a_node_until_ctrl_c(cli: Cli, record: Path, files: Path) -> None:
    with page_process(cli.folder, files, "--record", record, FOLKMOOT_RPC="http://127.0.0.1:9") as process:
        browser = Browser(process.url)
        assert process.told == {"url": f"{process.url}/", "federation": document()["settings"]["federation"]}
        assert browser.get("").text == INDEX
        assert browser.get("settings.json").json()["recordedAt"] == 100
        assert browser.ask("eth_blockNumber") == "0x7"
        assert process.stop(signal.SIGINT) == INTERRUPTED
        assert process.process.stderr is not None
        assert process.process.stderr.read() == ""


def test_a_service_manager_ends_it_well(cli: Cli, record: Path, files: Path) -> None:
    with page_process(cli.folder, files, "--record", record) as process:
        assert Browser(process.url).get("").status_code == 200
        assert process.stop(signal.SIGTERM) == 0


def test_behind_a_proxy_its_name_is_known_and_a_password_is_asked_for(cli: Cli, record: Path, files: Path) -> None:
    (cli.folder / "word").write_text("secret\n")
    words = ("--record", record, "--page-password", "word", "--behind-proxy", "Page.Example")
    with page_process(cli.folder, files, *words) as process:
        assert Browser(process.url).get("").status_code == 401
        known = {"Authorization": "Basic YTpzZWNyZXQ=", "Origin": "https://page.example"}
        assert Browser(process.url, **known).ask("eth_chainId") == "0x7"


def test_it_opens_the_browser(cli: Cli, record: Path, files: Path) -> None:
    (cli.folder / "browser").write_text('#!/bin/sh\necho "$1" > opened\n')
    (cli.folder / "browser").chmod(0o755)
    opened = cli.folder / "opened"
    with page_process(cli.folder, files, "--record", record, "--open", BROWSER=f"{cli.folder}/browser") as process:
        while not (opened.exists() and opened.read_text()):
            pass
        assert opened.read_text().strip() == f"{process.url}/"
