"""`status` on a real chain."""

import re
from pathlib import Path

import pytest

from folkmoot.chain import TaskState
from folkmoot.rules import ABSTAINED
from tests.integration.cli.people import Crew, People
from tests.support.cli import Cli
from tests.support.documents import audit


@pytest.mark.usefixtures("crew")
def test_no_such_task(people: People) -> None:
    for named in ("4711", "0x" + "ab" * 20, "digits"):
        told = people("m0").refused("status", "--task", named)
        assert told.startswith("error: the federation has no task ")
        assert ", numbered from 0: folkmoot task list\n" in told


@pytest.mark.usefixtures("rewound")
def test_status_reminds_members_of_the_fee(crew: Crew, subscriber: Cli) -> None:
    words = ("status", "--task", crew.task.address)
    assert "member renew" not in subscriber.ok(*words)
    crew.people.pass_time(4_000)
    assert "past due" in subscriber.ok(*words)
    assert "renew it by: folkmoot member renew" in subscriber.ok(*words)
    assert "member renew" not in crew("t0").ok("status"), "its membership does not expire"
    assert subscriber.json(*words)["phase"] == "proposed"


def test_a_round_as_it_runs(crew: Crew) -> None:
    network, (t0, t1, t2) = crew.people.network, crew.trainers
    crew.start("0")
    network.submit(crew.task, [t0, t1])
    before = network.client.head().number
    training = crew("s0").json("status")
    assert (training["phase"], training["round"], training["enrolled"]) == ("training", 0, 6)
    assert (training["acted"], training["missing"]) == ([t0.address, t1.address], [t2.address])
    assert training["waiting"] == "updates: 2 of 3 trainers have submitted"
    block = training["block"]
    assert before <= block["number"] <= network.client.head().number, "where blocks come by themselves, one may have"
    assert block["time"] == network.client.block(block["number"]).time
    shown = crew("s0").ok("status")
    assert t2.address in shown
    assert (latest := re.search(r"latest block +(\d+), .* old", shown))
    assert block["number"] <= int(latest[1]) <= network.client.head().number
    assert "is in phase Training, needed is Enrolling" in crew("t0").refused("task", "start")

    network.submit(crew.task, [t2])
    for seat in crew.seats[:2]:
        network.commit(crew.task, seat, 2_000, (6_000, 7_000, 100))
    committing = crew("s0").json("status")
    assert (committing["phase"], committing["missing"]) == ("committing", [crew.seats[2].address])
    assert [seat["committed"] for seat in committing["committee"]] == [True, True, False]
    assert 0 < committing["seconds_left"] <= 5_000


def test_status_tells_scores_and_accuracy(people: People, played: Crew) -> None:
    status = played("s0").json("status")
    assert (status["phase"], status["round"], status["total_rounds"]) == ("training", 1, 3)
    assert status["rounds"][0] == {
        "round": 0, "settled": True, "baseline": 2_000, "best": 7_000,
        "submitted": 3, "accepted": 2, "outcome": "model 1",
    }  # fmt: skip
    assert status["last_scores"]["round"] == 0
    assert [update["verdict"] for update in status["last_scores"]["updates"]] == ["accepted", "accepted", "fault"]
    assert {seat["member"] for seat in status["committee"]} > {played.trainers[0].address, played.trainers[1].address}
    names = people.folder / "names.toml"
    names.write_text(f'"General Hospital" = "{played.trainers[1].address}"\n')
    shown = played("s0").ok("status")
    names.unlink()
    assert "General Hospital (0x" in shown
    assert played.trainers[1].address not in shown
    assert [text for text in ("20.00 %", "70.00 %", "model 1", "2 of 3", "score (accuracy)") if text not in shown] == []


def test_a_task_is_replayed_as_the_auditors_page_has_it(
    people: People, played: Crew, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    network = people.network
    names = audit("print(event)", tmp_path, network.urls[0], network.deployment, task=played.task.address)
    state = names["state"]
    assert isinstance(state, TaskState)
    assert [past.round.number for past in state.past] == list(range(played.task.round().number))
    assert "UpdateSubmitted(" in capsys.readouterr().out


def test_a_round_that_nobody_could_read_has_no_scores(crew: Crew) -> None:
    network = crew.people.network
    crew.start("0")
    network.submit(crew.task, crew.trainers)
    network.judge(crew.task, dict.fromkeys(crew.seats, (ABSTAINED, (ABSTAINED,) * 3)))
    status = crew("s0").json("status")
    (found,) = status["rounds"]
    assert (found["settled"], found["baseline"], found["best"], found["accepted"]) == (True, None, None, 0)
    assert [(u["scored"], u["verdict"]) for u in status["last_scores"]["updates"]] == [(False, "rejected")] * 3
    for words in ("status", "model list"):
        shown = crew("s0").ok(*words.split())
        assert "not scored" in shown
        assert "100.00 %" not in shown


@pytest.mark.usefixtures("people")
def test_without_the_store_what_is_left_out_is_told(played: Crew) -> None:
    away = ("--store", "elsewhere")
    status = played("s0").json("status", *away)
    assert (status["encrypted"], status["phase"]) == (None, "training")
    assert "there is no blob store elsewhere" in status["descriptor_error"]
    assert played("s0").json("status")["descriptor_error"] is None
    for words in ("status", "model list", f"earnings {played.trainers[0].address}"):
        shown = played("s0").ok(*words.split(), *away)
        assert re.search("The task's descriptor cannot be read: .* there is no blob store elsewhere", shown)
        assert "Left out: " in shown
        assert "in which metric scores are" in shown
        assert "Left out" not in played("s0").ok(*words.split())
