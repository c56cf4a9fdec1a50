"""`scripts/consortium.py` without a node: what it writes and says, and that bad input gets a clear sentence."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
import requests

from folkmoot.testing.networks.plan import load
from folkmoot.testing.servers import NODES
from scripts.consortium import main

ROOT = Path(__file__).resolve().parents[2]
HOSTS = [word for name in ("a", "b", "c", "d") for word in ("--host", f"{name}.invalid")]


@pytest.fixture(autouse=True)
def _no_node_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    """At once: a name server may take its time to say that it knows no such host."""

    def refuse(url: str, **_: object) -> NoReturn:
        raise requests.ConnectionError(url)

    monkeypatch.setattr(requests, "post", refuse)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "chain"


def init(folder: Path, *options: str, client: str = "geth") -> int:
    return main(["init", str(folder), "--client", client, *options])


def test_a_network_is_written_as_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--validators", "5", "--evm", "shanghai", "--period", "3", "--gas-limit", "40000000", "--chain-id", "77")
    assert init(folder, *options, client="besu") == 0
    network = load(folder)
    assert (network.client, network.evm, network.period) == ("besu", "shanghai", 3)
    assert (network.gas_limit, network.chain_id, len(network.validators)) == (40_000_000, 77, 5)
    said = capsys.readouterr().out
    assert "A network of 5 validators" in said
    assert "Rules of shanghai, chain id 77, 3 s between blocks, gas is free." in said
    assert "Warning" not in said


def test_who_reads_no_further_ends_it_quietly(folder: Path) -> None:
    unread, written = os.pipe()
    os.close(unread)
    command = [sys.executable, "-m", "scripts.consortium", "init", str(folder), "--client", "geth"]
    paths = {"PYTHONPATH": str(ROOT / "offchain")}
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | paths, stdout=written, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(written)
    assert (done.returncode, done.stderr) == (1, "")


def test_geth_with_london_comes_with_a_warning(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(folder, "--evm", "london") == 0
    assert "With --evm berlin gas stays free." in capsys.readouterr().out


def test_each_folder_is_for_its_host(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(folder, *HOSTS) == 0
    assert f"{folder / 'validator-2'} -> b.invalid, ports 30303 and 8545\n" in capsys.readouterr().out
    assert load(folder).urls[0] == "http://a.invalid:8545"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--validators", "2"], "Clique needs 3 validators to survive the loss of one; 2 are too few"),
        (["--evm", "shanghai"], "geth with Clique has no shanghai (one of berlin, london)"),
        (["--gas-limit", "1000"], "blocks of 1000 gas are too small (at least 30000000: the contracts need it)"),
        (["--validators", "5", *HOSTS], "4 hosts for 5 validators (give --host for each)"),
        (["--period", "0"], "a block every 0 seconds cannot be (1 to 3600)"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence_and_nothing_is_written(
    folder: Path, options: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert init(folder, *options) == 1
    assert capsys.readouterr().err == f"consortium: {said}\n"
    assert not folder.exists()


def test_an_unknown_client_is_a_mistake_in_the_command_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        init(folder, client="parity")
    assert "argument --client: invalid choice: 'parity' (choose from " in capsys.readouterr().err


def test_a_folder_is_not_written_twice(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert init(folder) == 0
    before = load(folder)
    assert init(folder) == 1
    assert "is not empty (name a new folder)" in capsys.readouterr().err
    assert load(folder) == before


def test_a_missing_and_a_wrong_program_are_named(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(NODES, raising=False)
    init(folder)
    assert main(["up", str(folder), "--bin", str(tmp_path / "geth")]) == 1
    assert f"there is no geth at {tmp_path / 'geth'}" in capsys.readouterr().err
    assert main(["up", str(folder), "--bin", "/bin/sh"]) == 1
    assert "/bin/sh is no geth (name the right program of geth by --bin)" in capsys.readouterr().err


def test_what_belongs_on_another_host_is_not_started_here(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program = tmp_path / "geth"
    program.write_text("#!/bin/sh\necho Geth; echo Version: 1.13.15-stable\n")
    program.chmod(0o700)
    init(folder, *HOSTS)
    assert main(["up", str(folder), "--bin", str(program)]) == 1
    assert "validator 1 belongs on a.invalid (copy " in capsys.readouterr().err


def test_a_network_that_is_down_has_a_status(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(folder)
    capsys.readouterr()
    assert main(["status", str(folder)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["validator", "RPC", "process", "height", "peers", *["of", "the", "last", "0", "blocks"]]
    assert lines[1].split()[2:] == [*["not", "running", "no", "answer", "no", "answer", "0"]]
    assert lines[-1].startswith("0 of 4 validators are up and 3 are needed: the network makes no blocks until 3 more")


def test_on_hosts_votes_are_cast_by_hand_and_then_taken_note_of(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    init(folder, *HOSTS, client="quorum")
    assert main(["add", str(folder)]) == 1
    assert "some validators would be on loopback, and others not" in capsys.readouterr().err
    assert main(["add", str(folder), "--host", "e.invalid"]) == 1
    said = capsys.readouterr().out
    fifth = load(folder).validators[4]
    assert "3 more validators have to vote it in, each in its own folder on its host:\n" in said
    assert f"validator 4, d.invalid: geth attach --exec 'istanbul.propose(\"{fifth.address}\", true)'" in said
    assert main(["add", str(folder), "--validator", "5"]) == 1
    assert f'istanbul.propose("{fifth.address}", true)' in capsys.readouterr().out
    assert len(load(folder).validators) == 5
    assert main(["remove", str(folder), "5"]) == 1
    assert f'istanbul.propose("{fifth.address}", false)' in capsys.readouterr().out
    assert load(folder).validators[4] == fifth
    assert main(["remove", str(folder), "5", "--voted"]) == 0
    assert [validator.number for validator in load(folder).validators] == [1, 2, 3, 4]


def test_a_validator_that_is_none_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init(folder)
    assert main(["remove", str(folder), "9"]) == 1
    assert "there is no validator 9 (there are 1, 2, 3, 4)" in capsys.readouterr().err
    assert main(["down", str(folder)]) == 0
    assert main(["down", str(folder.parent)]) == 1
    assert "there is no network in" in capsys.readouterr().err
