"""`store` on a real chain, in folders."""

import json
from pathlib import Path

import pytest

from folkmoot.chain import Sender
from folkmoot.config import template
from folkmoot.store import LocalStore, cid
from tests.integration.cli.people import Crew, People, propose
from tests.support.cli import Cli


@pytest.fixture(scope="module")
def others(founded: People) -> dict[str, Sender]:
    """Members whose earnings no other test counts."""
    return founded.members(*(f"k{index}" for index in range(6)))


@pytest.fixture
def running(people: People, crew_members: dict[str, Sender], others: dict[str, Sender]) -> Crew:
    """Two rounds are over, of whose updates no blob was ever stored."""
    assert crew_members, "they propose and deposit"
    crew = propose(people, others)
    crew.start("30")
    crew.play()
    crew.play()
    return crew


def member(crew: Crew, keep: str, tmp_path: Path) -> tuple[Cli, LocalStore]:
    """Somebody with a store of their own beside that of all, and that store."""
    file = tmp_path / "folkmoot.toml"
    file.write_text(
        template(
            {
                "store": (tmp_path / "own", crew.people.folder / "blobs"),
                "keep": keep,
                "deployments": crew.people.folder / "deployments",
            }
        )
    )
    cli = crew("t0")
    return Cli(cli.folder, (*cli.options, "--config", str(file)), cli.environment), LocalStore(tmp_path / "own")


def test_every_blob_that_the_chain_names_is_read(people: People, played: Crew) -> None:
    model = people.folder / "blobs" / cid(played.task.ledger(1))
    intact = model.read_bytes()
    done = played("s0").run("store", "verify")
    assert done.exit_code == 1, "nobody stored the updates"
    assert "3 of 6 blobs are intact, and 2 that count for the record are not" in done.stdout
    assert done.stdout.count("update, not accepted") == 1
    try:
        model.write_bytes(intact[:-1] + b"?")
        found = played("s0").run("store", "verify", "--json")
        model.unlink()
        told = played("s0").run("store", "verify")
    finally:
        model.write_bytes(intact)
    states = {(b["kind"], b["number"]): b["state"] for b in json.loads(found.stdout)["blobs"] if b["kind"] != "update"}
    assert states == {("descriptor", None): "intact", ("model", 0): "intact", ("model", 1): "corrupt"}
    assert json.loads(found.stdout)["complete"] is False
    assert "missing" in next(line for line in told.stdout.splitlines() if cid(played.task.ledger(1)) in line)


def test_models_are_held_in_ones_own_store(running: Crew, tmp_path: Path) -> None:
    cli, own = member(running, "all", tmp_path)
    assert cli.json("store", "pin", "1")["held"] == 1
    assert list(own.held()) == [running.task.ledger(1)]
    done = cli.run("store", "pin", "--json")
    assert done.exit_code == 1, "nobody stored the updates"
    found = json.loads(done.stdout)
    assert (found["held"], len(found["lost"])) == (4, 4)
    assert all("is not in the store" in entry["reason"] for entry in found["lost"])
    assert {*own.held()} == {running.task.parameters().descriptor, *(running.task.ledger(n) for n in range(3))}
    assert "there is no model 3 yet" in cli.refused("store", "pin", "3")


def test_usage_counts_what_is_held(running: Crew, tmp_path: Path) -> None:
    cli, own = member(running, "latest", tmp_path)
    told = cli.refused("store", "usage")
    assert told.startswith(
        f"error: there is no blob store {tmp_path / 'own'} yet\nhint: the first blob that is written"
    )
    own.put(b"of something else")
    cli.ok("store", "pin", "2")
    found = cli.json("store", "usage")
    assert (found["blobs"], found["of_task"], found["keep"]) == (2, 1, "latest")
    assert found["bytes"] == own.usage().size > 17
    assert f"{tmp_path / 'own'} holds 2 blobs, " in cli.ok("store", "usage")
    elsewhere = Cli(cli.folder, cli.options, {"RPC": "http://127.0.0.1:9"})
    assert elsewhere.json("store", "usage")["of_task"] is None, "it needs no chain"


def test_old_models_are_let_go_of_when_somebody_says_so(running: Crew, tmp_path: Path) -> None:
    running.play()
    cli, own = member(running, "latest", tmp_path)
    shared = LocalStore(running.people.folder / "blobs")
    cli.run("store", "pin")
    foreign, old = own.put(b"of something else"), running.task.ledger(1)
    before, everything = {*own.held()}, {*shared.held()}
    assert cli.json("store", "prune", "--dry-run") == {"removed": [], "would_remove": [f"0x{old.hex()}"]}
    for answers, said in ((None, "nobody answers: there is no terminal"), ("n\n", "Remove 1 blob from")):
        declined = cli.run("store", "prune", answers=answers)
        assert declined.exit_code == 1
        assert said in declined.stderr
        assert cid(old) in declined.stderr
    assert {*own.held()} == before
    assert "removed 1 blob from" in cli.ok("store", "prune", answers="y\n")
    assert {*own.held()} == before - {old}
    assert foreign in set(own.held())
    assert {*shared.held()} == everything, "only one's own store is pruned"
    assert cli.ok("store", "prune", "--yes") == "there is nothing to remove\n"
    cli.ok("store", "pin", "1")
    assert cli.json("store", "prune", "--yes")["removed"] == [f"0x{old.hex()}"]


def test_what_counts_for_the_record_stays_with_all(running: Crew, tmp_path: Path) -> None:
    cli, own = member(running, "all", tmp_path)
    cli.run("store", "pin")
    assert cli.ok("store", "prune", "--yes") == "there is nothing to remove\n"
    assert len({*own.held()}) == 4


def test_what_another_task_begins_with_is_spared(running: Crew, tmp_path: Path) -> None:
    cli, own = member(running, "latest", tmp_path)
    cli.run("store", "pin")
    first = running.task.ledger(0)
    assert propose(running.people, running.members).task.parameters().model == first
    assert cli.ok("store", "prune", "--yes") == "there is nothing to remove\n"
    assert first in set(own.held())


def test_a_gateway_holds_nothing(running: Crew, tmp_path: Path) -> None:
    cli, _ = member(running, "all", tmp_path)
    told = cli.refused("store", "usage", "--store", "https://gateway.example/ipfs/")
    assert told.startswith(
        "error: gateway.example is a gateway, which keeps nothing for you\nhint: name a store of your"
    )
