from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from folkmoot.config import WorkerConfig, host_and_port, is_loopback, load_config, template
from folkmoot.errors import ConfigError
from folkmoot.simulation import SimulationConfig


def test_the_template_is_a_configuration(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text(template())
    config = load_config(file)
    assert config.keystore == tmp_path / "keystore.json"
    assert (config.plugin, config.password_file) == (None, None)


def test_the_template_takes_what_is_given(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text(template({"keystore": Path("alice.json"), "task": "0xabc", "rpc": ["http://a"]}))
    config = load_config(file)
    assert (config.task, config.rpc) == ("0xabc", ("http://a",))
    assert config.keystore == tmp_path / "alice.json"


@pytest.mark.parametrize(
    ("text", "store"),
    [
        ('"blobs"', ("blobs",)),
        ('["own", "/srv/theirs"]', ("own", "/srv/theirs")),
        ('"file:///srv/blobs"', ("/srv/blobs",)),
    ],
)
def test_a_store_is_one_or_a_list_with_paths_relative_to_the_file(
    tmp_path: Path, text: str, store: tuple[str, ...]
) -> None:
    file = tmp_path / "worker.toml"
    file.write_text(f"store = {text}\n")
    config = load_config(file)
    assert config.store == tuple(tmp_path / place for place in store)
    file.write_text(template({"store": config.store}))
    assert load_config(file) == config


@pytest.mark.parametrize("text", ["3", "[]", "[3]", '"a\\u0000b"', "{}"])
def test_what_is_no_store_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "worker.toml"
    file.write_text(f"store = {text}\n")
    with pytest.raises(ConfigError, match="store cannot be") as caught:
        load_config(file)
    assert caught.value.hint == (
        "where blobs are stored: a folder or a URL, or a list; the first is written to, all are read; for example:"
        ' store = "blobs"'
    )


def test_nothing_of_a_simulation_is_a_workers_setting() -> None:
    ours = {field.name for field in fields(SimulationConfig)}
    assert ours
    assert not ours & {field.name for field in fields(WorkerConfig)}


@pytest.mark.parametrize("text", ["[simulation]", '[simulation]\nbehaviour = "liar"', "simulation = 3"])
def test_a_simulated_workers_file_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "worker.toml"
    file.write_text(f"{template()}\n{text}")
    with pytest.raises(ConfigError, match=r"has a \[simulation\] table, which only a simulated worker reads") as caught:
        load_config(file)
    assert f"python -m folkmoot.simulation.worker --config {file}" in caught.value.hint


def test_no_setting_holds_a_key_or_a_password() -> None:
    named = [f.name for f in fields(WorkerConfig) if "key" in f.name or "password" in f.name]
    assert named == ["keystore", "password_file"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"rpc": ()},
        {"rpc": ("http://a", "")},
        {"task": -1},
        {"score_fraction": 0.0},
        {"score_fraction": 1.0},
        {"score_fraction": float("nan")},
        {"score_limit": 0},
        {"threads": 0},
        {"keep": "some"},
        {"poll_seconds": 0.0},
        {"poll_seconds": 3_601.0},
        {"turn_seconds": 0},
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


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("127.0.0.1:9100", ("127.0.0.1", 9100)),
        ("[::1]:65535", ("::1", 65_535)),
        ("metrics.birch.example:1", ("metrics.birch.example", 1)),
        ("localhost:09100", ("localhost", 9100)),
    ],
)
def test_an_address_of_metrics_is_a_host_and_a_port(address: str, place: tuple[str, int]) -> None:
    assert host_and_port(WorkerConfig(metrics=address).metrics or "") == place


@pytest.mark.parametrize(
    "address",
    [
        "",
        "9100",
        ":9100",
        "127.0.0.1",
        "127.0.0.1:0",
        "a:65536",
        "::1:9100",
        "a:1:2",
        "http://a:1",
        "a b:1",
        "a:\u0661",
    ],
)
def test_what_is_no_address_of_metrics_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match="metrics cannot be") as told:
        WorkerConfig(metrics=address)
    assert '"127.0.0.1:9100"' in told.value.hint


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        *(("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True)),
        *(("192.0.2.1", False), ("::", False), ("a.example", False)),
    ],
)
def test_which_hosts_no_other_machine_reaches(host: str, is_ours: bool) -> None:
    assert is_loopback(host) == is_ours


def test_a_log_has_one_of_two_formats() -> None:
    assert WorkerConfig().log_format == "text"
    assert WorkerConfig(log_format="json").log_format == "json"
    with pytest.raises(ConfigError, match="log_format cannot be 'JSON'"):
        WorkerConfig(log_format="JSON")
