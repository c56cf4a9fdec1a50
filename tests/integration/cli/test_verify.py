"""`verify` on a real chain, with a server on this machine for an explorer's API."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from folkmoot.chain import deployments
from folkmoot.chain.compiled import packaged_names
from folkmoot.exit_codes import COULD_NOT_CHECK
from tests.integration.cli.people import People
from tests.support.cli import Cli
from tests.support.explorers import StandIn, explorer


@pytest.fixture
def auditor(people: People, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Somebody with a record and the URL of a node, and no key."""
    monkeypatch.chdir(tmp_path)
    deployments.write(people.network.deployment, "deployments")
    return Cli(tmp_path, environment={"RPC": people.network.urls[0]})


def test_inputs_are_written_for_every_contract(auditor: Cli, people: People) -> None:
    shown = auditor.json("verify", "out")
    names = {entry["contract"] for entry in shown}
    assert names == set(packaged_names()) == {folder.name for folder in Path("out").iterdir()}
    assert {(entry["match"], entry["difference"]) for entry in shown} == {(None, "")}
    task = json.loads(Path("out/Task/contract.json").read_text())
    assert (task["contract"], task["address"]) == (
        "contracts/Task.sol:Task",
        people.network.deployment.task_implementation,
    )
    assert set(task["libraries"].values()) == set(people.network.deployment.libraries.values())
    assert (
        task["settings"]["evmVersion"] == json.loads(Path("out/Task/input.json").read_text())["settings"]["evmVersion"]
    )
    assert "this build's code" in auditor.ok("verify", "out")


@pytest.mark.parametrize("kind", ["sourcify", "blockscout"])
def test_they_are_sent_to_an_explorer(auditor: Cli, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("folkmoot.explorers.verifiers._LOOK_S", 0.0)
    stand_in = StandIn()
    with explorer(getattr(stand_in, kind)) as server:
        shown = auditor.json("verify", "out", "--api", server.url, "--kind", kind)
    assert {entry["match"] for entry in shown} == {"exact"}
    assert set(stand_in.looks) == {entry["address"] for entry in shown}


def test_what_an_explorer_does_not_verify_fails_the_command(auditor: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("folkmoot.explorers.verifiers._LOOK_S", 0.0)
    with explorer(StandIn(verdict=None).sourcify) as server:
        failed = auditor.run("verify", "out", "--api", server.url)
    assert failed.exit_code == 1
    assert failed.stdout.count("not verified: The bytecodes don't match") == len(packaged_names())


def test_other_code_is_told_and_not_sent(auditor: Cli, people: People) -> None:
    record = people.network.deployment
    first, second, *_ = record.rules
    rules = {**record.rules, first: record.rules[second], second: record.rules[first], "Oracle": record.token}
    deployments.write(replace(record, rules=rules), "deployments")
    stand_in = StandIn()
    with explorer(stand_in.sourcify) as server:
        failed = auditor.run("verify", "out", "--api", server.url, "--json")
    told = {entry["contract"]: entry for entry in json.loads(failed.stdout) if entry["difference"]}
    assert failed.exit_code == 1
    assert set(told) == {first, second, "Oracle"}
    assert told["Oracle"]["difference"] == "this build has no such contract"
    assert stand_in.looks.keys().isdisjoint(record.rules[name] for name in (first, second))


def test_a_record_that_lacks_a_library_is_told(auditor: Cli, people: People) -> None:
    record = people.network.deployment
    fewer = {name: address for name, address in record.libraries.items() if name != "Closing"}
    deployments.write(replace(record, libraries=fewer), "deployments")
    failed = auditor.run("verify", "out", "--json")
    assert failed.exit_code == 1
    told = {entry["contract"]: entry["difference"] for entry in json.loads(failed.stdout) if entry["difference"]}
    assert told == {"Task": "the record does not name its library Closing"}


def test_an_unknown_kind_of_explorer_is_refused(auditor: Cli) -> None:
    told = auditor.refused("verify", "out", "--kind", "etherscan", code=COULD_NOT_CHECK)
    assert "there is no kind 'etherscan' of explorer" in told
