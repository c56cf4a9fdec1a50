"""A member measures again what its worker scored."""

from pathlib import Path

import pytest

from folkmoot.testing import Consortium
from tests.integration.cli.people import Crew
from tests.support.cli import Cli
from tests.support.network import FEE, Network
from tests.support.workers import PACE, small

MEMBERS = 5


def test_a_workers_scores_are_the_same_when_they_are_measured_again(deployed: Network, tmp_path: Path) -> None:
    with Consortium(deployed.local, deployed.urls, tmp_path, PACE) as members:
        members.admit(*(members.prepare(f"member-{index}") for index in range(MEMBERS)))
        config = small("bflc", MEMBERS, direction_guard=True)
        task = members.propose(config, members.members[:3], budget=FEE)
        members.start()
        members.until_finished(task)
        seated, other = members.members[0], members.members[4]
    own = Cli(tmp_path, ("--config", str(seated.worker.folder / "worker.toml")))
    assert own.ok("audit", task.address, "--my-data").endswith(
        "Of your 3 scores 3 are the same when they are measured again.\n"
    )
    assert {one["again"] - one["revealed"] for one in own.json("audit", task.address, "--my-data")["my_scores"]} == {0}
    none = Cli(tmp_path, ("--config", str(other.worker.folder / "worker.toml")))
    assert none.json("audit", task.address, "--my-data")["my_scores"] == []


def test_scores_that_are_others_now_are_listed_and_no_fault(played: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    """The crew made its scores up."""
    monkeypatch.chdir(played.people.folder)
    result = played("s0").run("audit", played.task.address, "--my-data")
    assert "Of your " in result.stdout
    assert "Your scores that differ" in result.stdout
