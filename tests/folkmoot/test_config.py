import subprocess
import sys
import tomllib
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from folkmoot.config import WorkerConfig, known_behaviours, load_config, template
from folkmoot.errors import ConfigError

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_EXPERIMENTS = """
import folkmoot.worker
from folkmoot.config import WorkerConfig
from folkmoot.errors import ConfigError
print(WorkerConfig(behaviour="liar").behaviour)
try:
    WorkerConfig(behaviour="sign-flip")
except ConfigError as error:
    print(error.hint)
"""


def test_the_template_is_a_configuration(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text(template())
    config = load_config(file)
    assert config.keystore == tmp_path / "keystore.json"
    assert (config.behaviour, config.plugin, config.password_file) == ("none", None, None)


def test_the_template_takes_what_is_given(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text(
        template({"keystore": Path("alice.json"), "task": "0xabc", "behaviour": "liar", "rpc": ["http://a"]})
    )
    config = load_config(file)
    assert (config.task, config.behaviour, config.rpc) == ("0xabc", "liar", ("http://a",))
    assert config.keystore == tmp_path / "alice.json"


def test_a_drill_stands_in_the_template_as_a_comment_only() -> None:
    assert "behaviour" not in tomllib.loads(template())


def test_no_setting_holds_a_key_or_a_password() -> None:
    named = [f.name for f in fields(WorkerConfig) if "key" in f.name or "password" in f.name]
    assert named == ["keystore", "password_file"]


@pytest.mark.parametrize("behaviour", known_behaviours())
def test_every_drill_can_be_asked_for(behaviour: str) -> None:
    assert WorkerConfig(behaviour=behaviour).behaviour == behaviour


def test_an_unknown_drill_names_the_known_ones() -> None:
    with pytest.raises(ConfigError) as caught:
        WorkerConfig(behaviour="sleep")
    assert "none, noise, liar, silent, data-noise," in caught.value.hint


def test_without_experiments_only_the_built_in_drills_are_known(tmp_path: Path) -> None:
    (tmp_path / "folkmoot").symlink_to(ROOT / "offchain" / "folkmoot")
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_EXPERIMENTS], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "liar",
        "one of none, noise, liar, silent; leave it out to take part in earnest",
    ]


def test_nothing_of_the_experiments_is_loaded_without_need() -> None:
    program = "import sys, folkmoot.worker; print('experiments' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    "wrong",
    [
        {"rpc": ()},
        {"task": -1},
        {"score_fraction": 0.0},
        {"score_fraction": 1.0},
        {"score_fraction": float("nan")},
        {"score_limit": 0},
        {"threads": 0},
        {"member": -1},
        {"member": 2, "members": 2},
        {"test_fraction": 1.0},
        {"seed": -1},
        {"poll_seconds": 0.0},
        {"poll_seconds": 3_601.0},
        {"turn_seconds": 0},
        {"behaviour": "sleep"},
    ],
)
def test_a_value_out_of_range_is_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match=next(iter(wrong))) as caught:
        WorkerConfig(**wrong)
    assert caught.value.hint


def test_an_unknown_key_names_the_nearest_one(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text('key_store = "alice.json"')
    with pytest.raises(ConfigError, match="'key_store'") as caught:
        load_config(file)
    assert "'keystore'" in caught.value.hint
