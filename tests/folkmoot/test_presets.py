from pathlib import Path
from typing import Any

import pytest

from folkmoot.aggregation import rules
from folkmoot.errors import ConfigError
from folkmoot.presets import PRESETS, preset, settings_of
from folkmoot.proposal import draft
from folkmoot.task_config import TaskConfig, load_task_config, task_template
from scripts.federation import RULES

DEPLOYED = {name: f"0x{index:040x}" for index, name in enumerate(RULES, start=1)}


def word(*numbers: int) -> bytes:
    return sum(number << 16 * index for index, number in enumerate(numbers)).to_bytes(32)


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_is_a_task_of_rules_that_are_deployed(name: str) -> None:
    made = draft(preset(name), DEPLOYED)
    assert made.descriptor.aggregation in rules()
    assert made.parameters.redraw == (name != "bflc")


def test_peers_all_sit_train_and_are_accepted() -> None:
    made = draft(preset("peers"), DEPLOYED)
    p = made.parameters
    assert p.seats_train
    assert p.committee == p.max_updates == p.updates_per_round == p.max_enrolled == 15
    assert (made.descriptor.metric, made.descriptor.aggregation) == ("balanced_loss", "clipped/1")


@pytest.mark.parametrize("name", PRESETS)
def test_a_presets_file_is_the_preset(name: str, tmp_path: Path) -> None:
    file = tmp_path / "task.toml"
    file.write_text(task_template(settings_of(name)))
    assert load_task_config(file) == preset(name)


def test_a_file_needs_only_what_differs(tmp_path: Path) -> None:
    file = tmp_path / "task.toml"
    file.write_text("epochs = 7\ncommittee = 4\n")
    assert load_task_config(file, settings_of("pos-bfl")) == preset("pos-bfl", epochs=7, committee=4)


@pytest.mark.parametrize(
    ("name", "settings", "words"),
    [
        ("bflc", {}, (word(5_000, 10_000), word())),
        ("pos-bfl", {}, (word(800), word(5, 1))),
        ("pos-bfl", {"epochs": 2}, (word(800), word(2, 1))),
        ("pos-bfl", {"reward_settings": (3, 4)}, (word(800), word(3, 4))),
        ("bift", {}, (word(), word(20, 0, 20))),
        ("plain", {}, (word(), word())),
    ],
)
def test_rules_get_the_papers_numbers(name: str, settings: dict[str, Any], words: tuple[bytes, bytes]) -> None:
    made = draft(preset(name, **settings), DEPLOYED).parameters
    assert (made.score_parameters, made.reward_parameters) == words


def test_the_default_is_bflc() -> None:
    assert preset("bflc") == TaskConfig()


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"no preset 'bft'.*bflc, pos-bfl, bift, peers, plain"):
        preset("bft")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"total_round": 3}, "there is no setting 'total_round'"),
        ({"total_rounds": "3"}, "total_rounds cannot be '3'"),
        ({"committee": True}, "committee cannot be True"),
        ({"arguments": 5}, "arguments cannot be 5"),
        ({"score_settings": 5}, "score_settings cannot be 5"),
    ],
)
def test_a_change_is_checked_as_in_a_file(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told) as caught:
        preset("bflc", **changes)
    assert caught.value.hint
