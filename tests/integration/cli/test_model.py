"""`model` on a real chain."""

import torch
from safetensors.torch import load_file

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
