"""`model` on a real chain."""

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file

from folkmoot.chain import Phase
from folkmoot.learning import accuracy, load_digits, mlp
from tests.integration.cli.people import Crew, People


def test_models_load_into_a_module_of_ones_own(people: People, played: Crew) -> None:
    models = played("s0").json("model", "list")
    assert [(m["model"], m["stored"], m["score"]) for m in models] == [(0, True, 2_000), (1, True, None)]
    assert played("s0").json("model", "get")["file"] == "model-1.safetensors"
    module = mlp(64, 10, (32,))
    module.load_state_dict(load_file(people.folder / "model-1.safetensors"))
    assert all(bool(torch.all(tensor == 0.25)) for tensor in module.state_dict().values())
    assert "score (accuracy)" in played("s0").ok("model", "list")
    told = played("s0").refused("model", "get", "2")
    assert told == "error: there is no model 2 yet\nhint: the task has models up to 1\n"
    assert "exists already" in played("s0").refused("model", "get")


def test_a_models_accuracy_is_what_the_users_own_module_has(people: People, played: Crew) -> None:
    played("s0").ok("model", "get", "0", "--output", "first.safetensors")
    module = mlp(64, 10, (32,))
    module.load_state_dict(load_file(people.folder / "first.safetensors"))
    expected = {"model": 0, "score": accuracy(module, load_digits()), "metric": "accuracy", "samples": 1_797}
    assert played("s0").json("model", "evaluate", "0") == expected
    assert played("s0").json("model", "evaluate", "0", "--data", "digits") == expected
    assert "there is no dataset" in played("s0").refused("model", "evaluate", "--data", "no.npz")


def test_the_final_model_has_the_score_of_the_last_committee(crew: Crew) -> None:
    network, task = crew.people.network, crew.task
    crew.start("0")
    while task.phase() != Phase.FINISHED:
        crew.play()
    seats = [next(m for m in crew.members.values() if m.address == seat.account) for seat in task.seats()]
    scores = dict(zip(seats, (9_200, 9_000, 9_100), strict=True))
    for told, (seat, score) in zip((None, None, 9_000), scores.items(), strict=True):
        status = crew("s0").json("status")
        assert (status["final_score"], crew("s0").json("model", "list")[-1]["score"]) == (told, told)
        network.send(seat, task.score_model(network.seat(task, seat), score))
    status, models = crew("s0").json("status"), crew("s0").json("model", "list")
    assert (status["phase"], status["final_score"]) == ("finished", 9_100)
    assert status["rounds"][-1]["outcome"] == "model 3, scored 91.00 %"
    assert [model["score"] for model in models] == [2_000, 2_000, 2_000, 9_100]
    assert "91.00 %" in crew("s0").ok("model", "list")


def test_models_say_what_they_were_made_of_and_by_whom(people: People, played: Crew) -> None:
    first, made = people.anybody(played.task).json("model", "list")
    assert (first["parent"], first["contributors"], first["round"]) == (None, [], None)
    assert (made["parent"], made["round"], made["repeats"]) == (0, 0, None)
    authors = [played.trainers[1].address, played.trainers[0].address]
    assert [(one["author"], one["rank"]) for one in made["contributors"]] == [(authors[0], 1), (authors[1], 2)]
    shown = people.anybody(played.task).ok("model", "list")
    assert "of model 0" in shown
    assert all(author in shown for author in authors)


@pytest.mark.parametrize(("which", "number"), [("best", 0), ("latest", 1), ("0", 0), ("1", 1)])
def test_a_saved_model_says_where_it_comes_from(
    people: People, played: Crew, tmp_path: Path, which: str, number: int
) -> None:
    cli, file = people.anybody(played.task), tmp_path / "model"
    assert cli.json("model", "get", which, "--output", file)["model"] == number
    models = cli.json("model", "list")
    with safe_open(file, "np") as saved:
        said = saved.metadata()
    assert (said["task"], said["model"], said["pointer"]) == (
        played.task.address, str(number), models[number]["pointer"],
    )  # fmt: skip
    assert json.loads(said["parents"]) == [model["pointer"] for model in models[:number]]
    assert json.loads(said["contributors"]) == [one["author"] for one in models[number]["contributors"]]
    assert said.get("round") == ("0" if number else None)


@pytest.mark.usefixtures("rewound")
def test_a_roll_backs_model_says_which_it_repeats(people: People, crew: Crew) -> None:
    crew.start("0")
    crew.play()
    seats = ["--committee", ",".join(trainer.address for trainer in crew.trainers)]
    for name in ("m0", "m1"):
        crew(name).ok("manager", "roll-back", "0", *seats)
    models = people.anybody(crew.task).json("model", "list")
    assert [(m["repeats"], m["carried"], m["parent"]) for m in models] == [
        (None, False, None), (None, False, 0), (0, False, None),
    ]  # fmt: skip
    assert models[2]["pointer"] == models[0]["pointer"]
    assert "as model 0, rolled back" in people.anybody(crew.task).ok("model", "list")


def test_no_model_has_a_score_yet(people: People, crew: Crew) -> None:
    assert "no model has a score yet" in people.anybody(crew.task).refused("model", "get", "best")
    told = people.anybody(crew.task).refused("model", "get", "newest", code=2)
    assert "'newest' is no number" in told
