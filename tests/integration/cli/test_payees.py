"""`payees` on a real chain, without a key."""

import csv
from io import StringIO
from pathlib import Path

import pytest

from folkmoot.chain import Sender
from tests.integration.cli.people import SMALL, People, propose


@pytest.mark.usefixtures("rewound")
def test_who_was_paid_and_what_is_withdrawn(people: People, crew_members: dict[str, Sender]) -> None:
    Path("paid.toml").write_text(f'{SMALL}reward_rule = "FlatReward"\nreward_settings = [20, 10, 5]\n')
    Path("names.toml").write_text(f'Alder = "{crew_members["t1"].address}"\n')
    crew = propose(people, crew_members, "paid.toml")
    crew.start("30")
    crew.play()
    crew("t1").ok("withdraw")
    (number,) = (task["number"] for task in people("m0").json("task", "list") if task["task"] == crew.task.address)
    table = csv.DictReader(StringIO(people.anybody(crew.task).ok("payees")))
    rows = {row["account"]: row for row in table if row["task"] == str(number)}
    exact = {row["account"]: row for row in people.anybody(crew.task).json("payees") if row["task"] == number}
    Path("names.toml").unlink()
    for name, sender in crew.members.items():
        payments = [entry for entry in crew(name).json("earnings")["payments"] if entry["task"] == number]
        kinds = [entry["for"] for entry in payments]
        row = exact.pop(sender.address, dict.fromkeys(("updates", "seats", "earned", "withdrawn", "owed"), 0))
        assert (row["updates"], row["seats"]) == (kinds.count("update"), kinds.count("seat"))
        assert row["earned"] == sum(entry["amount"] for entry in payments)
        assert row["withdrawn" if name == "t1" else "owed"] == row["earned"]
    assert exact == {}
    assert [(rows[crew.members[name].address]["name"], bool(rows)) for name in ("t0", "t1")] == [
        ("", True),
        ("Alder", True),
    ]
    assert sum(int(row["seats"]) for row in rows.values()) == 3
    assert crew.members["t2"].address not in rows, "its update was a fault"


def test_nobody_was_paid_by_a_federation_without_rounds(people: People) -> None:
    assert people("m0").ok("payees").splitlines()[0].startswith("account,name,task,updates,")
