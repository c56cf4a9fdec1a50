"""Bad input gets a clear sentence: unknown clients, rules that they have not, too few validators, wrong programs."""

import stat
from pathlib import Path

import pytest

from folkmoot.errors import ConfigError
from folkmoot.testing.networks.kinds import KINDS, check_number, find_program, kind_of, level
from folkmoot.testing.servers import NODES


def fake(path: Path, says: str) -> Path:
    path.write_text(f"#!/bin/sh\ncat <<'END'\n{says}\nEND\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_an_unknown_client_is_named_with_those_that_are_known() -> None:
    with pytest.raises(ConfigError, match=r"'parity' is no client that is known here \(one of besu, geth, quorum\)"):
        kind_of("parity")


@pytest.mark.parametrize(("client", "default"), [("besu", "london"), ("geth", "berlin"), ("quorum", "berlin")])
def test_the_default_rules_are_the_latest_in_common_that_keep_gas_free(client: str, default: str) -> None:
    assert level(client, None) == default
    assert level(client, "berlin") == "berlin"


@pytest.mark.parametrize(("client", "evm"), [("geth", "shanghai"), ("quorum", "london"), ("besu", "cancun")])
def test_rules_that_a_client_has_not_are_refused(client: str, evm: str) -> None:
    with pytest.raises(ConfigError, match=f"has no {evm} .one of"):
        level(client, evm)


@pytest.mark.parametrize(("client", "fewest"), [("besu", 4), ("quorum", 4), ("geth", 3)])
def test_so_few_validators_that_none_may_be_down_are_refused(client: str, fewest: int) -> None:
    check_number(client, fewest)
    assert KINDS[client].needed(fewest) < fewest
    with pytest.raises(ConfigError, match=f"needs {fewest} validators to survive the loss of one; {fewest - 1} are"):
        check_number(client, fewest - 1)


def test_a_missing_program_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(NODES, raising=False)
    with pytest.raises(ConfigError, match=r"there is no Besu \(put `besu` on the PATH"):
        find_program("besu")
    with pytest.raises(ConfigError, match="there is no Besu at /opt/besu"):
        find_program("besu", "/opt/besu")


def test_a_program_is_found_and_asked_what_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    geth = fake(tmp_path / "geth", "Geth\nVersion: 1.13.15-stable")
    monkeypatch.setenv(NODES, str(tmp_path))
    assert find_program("geth") == find_program("geth", str(geth)) == str(geth)
    for client in ("besu", "quorum"):
        with pytest.raises(ConfigError, match=f"{geth} is no .*name the right program"):
            find_program(client, str(geth))


def test_a_relative_path_stays_right_in_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    geth = fake(tmp_path / "geth", "Geth\nVersion: 1.13.15-stable")
    monkeypatch.chdir(tmp_path)
    assert find_program("geth", "./geth") == str(geth)
