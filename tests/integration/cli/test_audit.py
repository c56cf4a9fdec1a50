"""`audit` as an auditor calls it: with a node's URL, without a key."""

import json
from pathlib import Path

import pytest

from folkmoot.audit.verdict import NOT_AUDITED, checkpoint_file, last_verdict, own_folder
from folkmoot.exit_codes import COULD_NOT_CHECK, FAILED
from folkmoot.store.pointer import cid
from tests.integration.cli.people import Crew
from tests.support.cli import Cli


@pytest.fixture
def auditor(played: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """Somebody with a node's URL and an empty folder."""
    monkeypatch.chdir(tmp_path)
    network = played.people.network
    return Cli(tmp_path, ("--federation", network.deployment.federation), {"RPC": network.urls[0]})


def test_the_chain_alone_holds(auditor: Cli, played: Crew) -> None:
    told = auditor.ok("audit", played.task.address, "--chain-only")
    assert told.startswith(f"The federation {played.people.network.deployment.federation}, up to block ")
    assert ", which is still running:\n" in told
    assert "  round 0    ok     2 of 3 updates accepted, 3 reveals by 3 seats\n" in told
    assert told.endswith("The record holds: 2 rounds of 1 task, everything but the models, which were left out.\n")


def test_machines_get_all_of_it(auditor: Cli, played: Crew) -> None:
    document = auditor.json("audit", played.task.address, "--chain-only", "--from", 0, "--to", 0)
    assert (document["outcome"], document["findings"], document["unseen"]) == ("holds", [], [])
    assert (document["rounds"], document["models"], document["chain_id"]) == ([0, 0], False, 31337)
    (task,) = document["tasks"]
    assert task["task"] == played.task.address
    assert [one["round"] for one in task["rounds"]] == [0]


def test_without_a_store_the_rest_holds_and_what_is_not_seen_is_told(auditor: Cli, played: Crew) -> None:
    result = auditor.run("audit", played.task.address)
    assert result.exit_code == COULD_NOT_CHECK
    assert "    not seen: all models: no blob store was named: name it by --store, or leave the mod" in result.stdout
    assert "  round 0    part   2 of 3 updates accepted" in result.stdout
    assert result.stdout.endswith("What could be checked of 2 rounds holds; 1 thing could not be seen.\n")


def test_a_model_that_the_updates_do_not_make_is_found_with_its_round(auditor: Cli, played: Crew) -> None:
    """The crew attests a pointer of its own, and no aggregate."""
    people, pointer = played.people, played.task.ledger(1)
    result = auditor.run("audit", played.task.address, "--store", people.folder / "blobs", "--json")
    (task,) = json.loads(result.stdout)["tasks"]
    told = [*task["rounds"][0]["findings"], *task["rounds"][0]["unseen"]]
    assert result.exit_code in {FAILED, COULD_NOT_CHECK}
    assert len(told) == 1
    assert cid(pointer)[:2] == "Qm"


@pytest.mark.parametrize(
    ("words", "told", "hint"),
    [
        (("4711",), "the federation has no task '4711'", "folkmoot task list"),
        (("--federation", "0x" + "11" * 20), "no federation stands at 0x1111", "those on this chain: 0x"),
        (("--rpc", "http://127.0.0.1:1"), "no node answers", "start the node"),
    ],
)
def test_what_cannot_be_audited_is_told(auditor: Cli, words: tuple[str, ...], told: str, hint: str) -> None:
    options = () if "--federation" in words else auditor.options
    said = Cli(auditor.folder, options, auditor.environment).refused("audit", *words, code=COULD_NOT_CHECK)
    assert said.startswith(f"error: {told}")
    assert hint in said


def test_several_nodes_are_looked_at_one_by_one(auditor: Cli, played: Crew) -> None:
    url = played.people.network.urls[0]
    twice = Cli(auditor.folder, auditor.options, {"RPC": f"{url},{url}/"})
    assert "The record holds" in twice.ok("audit", played.task.address, "--chain-only")


@pytest.mark.parametrize("words", [("--from", "3", "--to", "2"), ("--my-data", "--chain-only")])
def test_what_makes_no_sense_is_refused(auditor: Cli, words: tuple[str, ...]) -> None:
    assert auditor.run("audit", *words).exit_code == COULD_NOT_CHECK


def test_rounds_that_were_not_played_are_told(auditor: Cli, played: Crew) -> None:
    result = auditor.run("audit", played.task.address, "--chain-only", "--from", "9")
    assert result.exit_code == COULD_NOT_CHECK
    assert "    not seen: no round from 9 on: the last one is " in result.stdout


@pytest.mark.parametrize(
    "words", [("history",), ("payees",), ("status",), ("model", "list"), ("member", "list"), ("events",)]
)
def test_who_only_looks_needs_no_record(auditor: Cli, played: Crew, words: tuple[str, ...]) -> None:
    assert auditor.ok(*words, "--task", played.task.address)


def test_who_sends_needs_one(played: Crew, auditor: Cli) -> None:
    folder = played.people.folder
    keys = ("--keystore", folder / "t0.json", "--password-file", folder / "password")
    assert "is only looked at" in auditor.refused("member", "leave", "--yes", *keys)
    assert "a worker does not go by --federation" in auditor.refused("worker", *keys)


def test_a_whole_audit_leaves_its_verdict_and_a_part_of_one_does_not(
    played: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    network, cache = played.people.network, tmp_path / "cache"
    options = ("--federation", network.deployment.federation, "--chain-only")
    auditor = Cli(tmp_path, options, {"RPC": network.urls[0], "CACHE": str(cache)})
    kept = [checkpoint_file(own_folder(cache, network.urls[0]), network.deployment)]
    auditor.ok("audit", played.task.address)
    auditor.ok("audit", "--to", 0)
    assert last_verdict(kept) == NOT_AUDITED
    document = auditor.json("audit")
    told = last_verdict(kept)
    assert (told["holds"], told["block"], told["at"]) == (True, document["block"], document["time"])
    assert told["tasks"][played.task.address] == {"holds": True, "findings": []}
