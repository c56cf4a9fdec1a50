"""`model` on a real chain."""

import torch
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
