"""`events` on a real chain, without a key."""

from pathlib import Path

from folkmoot.chain import TaskContract
from folkmoot.chain.events.logs import EVENTS
from folkmoot.exit_codes import COULD_NOT_CHECK
from tests.integration.cli.people import Crew, People
from tests.support.cli import Cli


def test_a_tasks_events_are_all_its_logs(people: People, played: Crew) -> None:
    cli = people.anybody(played.task)
    found = cli.json("events", "--decode")
    task = TaskContract(people.network.client, played.task.address)
    logs = people.network.client.logs([task.address], 0, people.network.client.head().number)
    assert [(entry["block"], entry["index"]) for entry in found] == [
        (one["blockNumber"], one["logIndex"]) for one in logs
    ]
    raw = cli.json("events")
    assert [entry["topics"] for entry in raw] == [[topic.to_0x_hex() for topic in one["topics"]] for one in logs]
    assert [entry["data"] for entry in raw] == [one["data"].to_0x_hex() for one in logs]
    assert {entry["event"] for entry in found} <= EVENTS.keys()


def test_all_contracts_by_their_names_and_blocks(people: People, played: Crew) -> None:
    cli = Cli(people.folder, (), {"RPC": ",".join(people.network.urls)})
    found = cli.json("events", "--decode")
    number = next(task["number"] for task in cli.json("task", "list") if task["task"] == played.task.address)
    assert {"federation", "treasury", f"task {number}"} <= {entry["contract"] for entry in found}
    assert [(e["block"], e["index"]) for e in found] == sorted((e["block"], e["index"]) for e in found)
    _, first, *_, last, _ = sorted({entry["block"] for entry in found})
    part = cli.json("events", "--decode", "--from", first, "--to", last)
    assert part == [entry for entry in found if first <= entry["block"] <= last]
    assert len(part) < len(found)
    assert cli.json("events", "--from", 10**9) == []
    assert cli.ok("events", "--from", 10**9) == ""
    assert played.task.address in {entry["address"] for entry in found}


def test_blocks_that_there_are_none_of_are_refused(people: People) -> None:
    result = people("m0").run("events", "--from", 5, "--to", 2)
    assert result.exit_code == COULD_NOT_CHECK  # of a mistake in the command, too
    assert "there are no blocks from 5 to 2" in result.stderr


def test_lines_have_names_and_bytes_have_none(people: People, played: Crew) -> None:
    author = played.trainers[1].address
    Path("names.toml").write_text(f'Birch = "{author}"\n')
    cli = people.anybody(played.task)
    decoded, raw = cli.ok("events", "--decode").splitlines(), cli.ok("events").splitlines()
    Path("names.toml").unlink()
    (line,) = [line for line in decoded if "UpdateSubmitted round=0 author=Birch (0x" in line]
    assert line.split()[1] == "task"
    assert len(raw) == len(decoded) == len(cli.json("events"))
    assert not any("Birch" in line for line in raw)
