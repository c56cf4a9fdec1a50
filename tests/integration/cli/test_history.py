"""`history` on a real chain, without a key."""

from pathlib import Path

import pytest

from folkmoot.testing import Anvil
from tests.integration.cli.people import Crew, People


def test_a_rounds_row(people: People, played: Crew) -> None:
    first, running = people.anybody(played.task).json("history")
    assert (first["round"], first["baseline"], first["best"], first["submitted"], first["accepted"]) == (
        0, 2_000, 7_000, 3, 2,
    )  # fmt: skip
    assert first["struck"] == [{"member": played.trainers[2].address, "reason": "update", "strikes": 1}]
    assert [seat["member"] for seat in first["seats"]] == [seat.address for seat in played.seats]
    assert (first["outcome"], running["outcome"], running["seconds"]) == ("model 1", "", None)


@pytest.mark.usefixtures("rewound")
def test_rows_for_people_have_names_and_durations(people: People, crew: Crew, anvil: Anvil) -> None:
    """Round 0 makes a model, 1 is rolled back, 2 is the last and is carried forward."""
    crew.start("0")
    anvil.pass_time(3_600)
    crew.play()
    anvil.pass_time(120)
    seats = ["--committee", ",".join(trainer.address for trainer in crew.trainers)]
    for name in ("m0", "m1"):
        crew(name).ok("manager", "roll-back", "0", *seats)
    started = people.network.client.head().time
    for _ in range(9):
        if crew("t0").json("status")["phase"] == "finished":
            break
        people.pass_time(20_000)
        people.network.anyone(crew.task.recover())
    rows = people.anybody(crew.task).json("history")
    assert [row["outcome"] for row in rows] == [
        "model 1", "rolled back to model 0", "no new model: the old one is carried forward, not scored",
    ]  # fmt: skip
    assert rows[2]["started"] == started
    assert [3_600 <= rows[0]["seconds"] < 3_700, 120 <= rows[1]["seconds"] < 200] == [True, True]
    over = people.network.client.head().time - started
    assert 20_000 <= rows[2]["seconds"] <= over
    Path("names.toml").write_text(f'Alder = "{crew.trainers[2].address}"\n')
    shown = people.anybody(crew.task).ok("history")
    Path("names.toml").unlink()
    assert f"Alder (0x{crew.trainers[2].address[2:6]}…{crew.trainers[2].address[-4:]}): faulty" in shown
    assert "1 h " in shown


def test_before_the_first_round(people: People, crew: Crew) -> None:
    assert people.anybody(crew.task).json("history") == []
    assert people.anybody(crew.task).ok("history") == "No rounds yet.\n"
