"""`explorer` on a real chain: what a browser would fetch, from a server of files."""

import json
import threading
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests

from folkmoot.chain import TaskContract, deployments, sources
from folkmoot.chain.bytecode import metadata_hash
from folkmoot.chain.clones import Clone
from folkmoot.exit_codes import COULD_NOT_CHECK
from folkmoot.store import pointer
from folkmoot.testing import Anvil
from tests.integration.cli.people import People
from tests.support.cli import Cli


def propose(people: People, name: str) -> TaskContract:
    """A task of a new member's."""
    return people.network.propose(people.member(name))


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder's URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def auditor(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Somebody with a record and the URL of a node, and no key."""
    monkeypatch.chdir(tmp_path)
    deployments.write(people.network.deployment, "deployments")
    return Cli(tmp_path, environment={"RPC": people.network.urls[0]})


def test_a_browser_finds_every_contract_and_task(auditor: Cli, people: People) -> None:
    task = propose(people, "proposer-of-explorers")
    shown = auditor.json("explorer", "out")
    chain, client = people.network.client.chain_id, people.network.client
    matches = {entry["address"]: entry["match"] for entry in shown["contracts"]}
    assert matches[task.address] == "partial_match"
    with served(Path("out")) as url:
        for address, match in matches.items():
            told = requests.get(f"{url}/contracts/{match}/{chain}/{address}/metadata.json", timeout=10)
            if match == "full_match":
                assert metadata_hash(client.code(address)) == f"0x{pointer(told.content).hex()}"
            else:
                assert Clone.of(client.code(address)) is not None
                (shown_as,) = told.json()["settings"]["compilationTarget"].values()
                assert shown_as.endswith(", a clone of Task")
        folder = f"{url}/contracts/full_match/{chain}/{people.network.deployment.federation}/sources"
        text = requests.get(f"{folder}/contracts/Federation.sol", timeout=10).text
    assert text == sources.texts("Federation")["contracts/Federation.sol"]


def test_each_log_and_call_of_the_chain_has_a_name(auditor: Cli, people: People) -> None:
    people.members("kim-of-logs", "lee-of-logs", "max-of-logs")
    auditor.ok("explorer", "out")
    client, record = people.network.client, people.network.deployment
    own = {*record.compiled.values(), record.token}
    logs = client.logs([*own], 0, client.head().number)
    assert len(logs) > 10
    for log in logs:
        assert Path("out/topic0", log["topics"][0].hex()).exists()
    calls = [
        sent["input"][2:10]
        for number in range(client.head().number + 1)
        for sent in client.request("eth_getBlockByNumber", hex(number), True)["transactions"]
        if sent["to"] and sent["to"].lower() in {address.lower() for address in own}
    ]
    assert len(calls) > 10
    assert [call for call in calls if not Path("out/signatures", call).exists()] == []


def test_run_again_it_adds_what_is_new(auditor: Cli, people: People) -> None:
    before = auditor.json("explorer", "out")
    again = auditor.json("explorer", "out")
    assert (again["files"], again["changed"]) == (before["files"], 0)
    propose(people, "another-proposer-of-explorers")
    more = auditor.json("explorer", "out")
    assert len(more["contracts"]) == len(before["contracts"]) + 1
    assert more["changed"] == more["files"] - before["files"] == 1 + len(sources.texts("Task"))


def test_members_are_named_as_they_call_themselves_unless_the_book_names_them(auditor: Cli, people: People) -> None:
    with chdir(people.folder):
        kim, lee = (people.account(name) for name in ("kim-of-names", "lee-of-names"))
        for name in ("kim-of-names", "lee-of-names"):
            people(name).ok("account", "faucet")
            people.propose_or_confirm("admit", people(name).json("member", "apply", "--name", "Claim")["application"])
    Path("names.toml").write_text(f'"Birch Hospital" = "{lee.address}"\n')
    labels = auditor.json("explorer", "out")["labels"]
    assert (labels[kim.address], labels[lee.address]) == ('"Claim"', "Birch Hospital")
    assert json.loads(Path("out/labels.json").read_text()) == labels


@pytest.mark.usefixtures("rewound")
def test_what_is_not_this_builds_is_left_out(auditor: Cli, people: People, anvil: Anvil) -> None:
    task = propose(people, "third-proposer-of-explorers")
    clone = Clone.of(people.network.client.code(task.address))
    assert clone is not None
    anvil.ask("anvil_setCode", task.address, f"0x{replace(clone, proposer=people.network.token.address).code.hex()}")
    record = people.network.deployment
    code = bytearray(people.network.client.code(record.treasury))
    code[-42] ^= 1
    anvil.ask("anvil_setCode", record.treasury, f"0x{code.hex()}")
    failed = auditor.run("explorer", "out", "--json")
    found = {entry["address"]: entry for entry in json.loads(failed.stdout)["contracts"]}
    assert failed.exit_code == 1
    assert (found[task.address]["match"], found[task.address]["difference"]) == (None, "another proposer")
    assert found[record.treasury]["match"] == "partial_match"
    written = {path.name for path in Path("out/contracts").glob("*/*/*")}
    assert task.address not in written
    assert record.treasury in written


def test_the_settings_name_what_browsers_can_reach(auditor: Cli, people: People) -> None:
    auditor.ok("explorer", "out", "--node", "https://node.example", "--served", "https://files.example/")
    settings = json.loads(Path("out/config.json").read_text())
    assert (settings["erigonURL"], settings["assetsURLPrefix"]) == ("https://node.example", "https://files.example")
    auditor.ok("explorer", "out")
    assert json.loads(Path("out/config.json").read_text())["erigonURL"] == people.network.urls[0]


def test_a_password_is_never_written(auditor: Cli, people: People) -> None:
    secret = people.network.urls[0].replace("http://", "http://user:secret@")
    told = auditor.refused("explorer", "out", "--rpc", secret, code=COULD_NOT_CHECK)
    assert "the node's URL has a password in it" in told
    assert not Path("out").exists()
