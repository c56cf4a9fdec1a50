"""`audit` with nodes that differ, damaged files and settings that are none."""

from pathlib import Path

import pytest
from requests import Session

from folkmoot.chain.connection import HttpConnection
from folkmoot.exit_codes import COULD_NOT_CHECK
from folkmoot.testing.rpc_faults import Ask, Request
from folkmoot.testing.rpc_proxy import rpc_proxy
from tests.integration.cli.people import Crew
from tests.support.cli import Cli


def leaving_out(requests: list[Request], ask: Ask) -> object:
    answers = ask(requests)
    for request, answer in zip(requests, answers, strict=True):
        if request["method"] == "eth_getLogs" and len(answer["result"]) > 20:
            del answer["result"][20]
    return answers


@pytest.fixture
def chain_only(played: Crew, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    monkeypatch.chdir(tmp_path)
    return ("audit", "--chain-only", "--federation", played.people.network.deployment.federation)


def test_what_one_node_told_is_not_taken_for_what_another_tells(
    chain_only: tuple[str, ...], played: Crew, tmp_path: Path
) -> None:
    """docs/auditor.md promises it. With one URL the logs are kept by the chain's id and first block alone."""
    url = played.people.network.urls[0]
    played.people.network.pass_blocks(2_700)
    cache = {"CACHE": str(tmp_path / "cache")}
    with rpc_proxy(HttpConnection(url, 10.0, Session())) as proxy:
        proxy.rules = [leaving_out]  # type: ignore[list-item]
        assert Cli(tmp_path, (), {"RPC": proxy.url, **cache}).run(*chain_only).exit_code == 1
    assert Cli(tmp_path, (), {"RPC": url}).run(*chain_only).exit_code == 0
    result = Cli(tmp_path, (), {"RPC": url, **cache}).run(*chain_only)
    assert result.exit_code == 0, result.stdout


def test_what_an_honest_node_told_hides_no_lie_of_another(
    chain_only: tuple[str, ...], played: Crew, tmp_path: Path
) -> None:
    url = played.people.network.urls[0]
    played.people.network.pass_blocks(2_700)
    cache = {"CACHE": str(tmp_path / "cache")}
    assert Cli(tmp_path, (), {"RPC": url, **cache}).run(*chain_only).exit_code == 0
    with rpc_proxy(HttpConnection(url, 10.0, Session())) as proxy:
        proxy.rules = [leaving_out]  # type: ignore[list-item]
        assert Cli(tmp_path, (), {"RPC": proxy.url, **cache}).run(*chain_only).exit_code == 1


@pytest.mark.parametrize(
    "line",
    [
        "99999999999999999999999999 1 0xab",
        "-5 1 0xab",
        "1 1 0xab",
        "1 99999999999999999999999999999 \N{PILE OF POO}",
        "\x00\x01",
    ],
)
def test_a_damaged_checkpoint_is_done_without(
    chain_only: tuple[str, ...], played: Crew, tmp_path: Path, line: str
) -> None:
    url = played.people.network.urls[0]
    cache = tmp_path / "cache"
    cli = Cli(tmp_path, (), {"RPC": url, "CACHE": str(cache)})
    played.people.network.pass_blocks(100)
    assert cli.run(*chain_only).exit_code == 0
    (file,) = (kept for kept in cache.rglob("audit-*") if not kept.suffix)  # and not the verdict beside it
    file.write_text(file.read_text() + line + "\n")
    result = cli.run(*chain_only)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("words", [("--from", "3", "--to", "1"), ("--from", "900")])
def test_no_round_at_all_is_not_everything(chain_only: tuple[str, ...], played: Crew, tmp_path: Path, words) -> None:
    result = Cli(tmp_path, (), {"RPC": played.people.network.urls[0]}).run(*chain_only, *words)
    assert result.exit_code == COULD_NOT_CHECK
    assert "everything was checked" not in result.stdout


def test_without_the_models_not_everything_was_checked(
    chain_only: tuple[str, ...], played: Crew, tmp_path: Path
) -> None:
    result = Cli(tmp_path, (), {"RPC": played.people.network.urls[0]}).run(*chain_only)
    assert "everything was checked" not in result.stdout


@pytest.mark.parametrize(
    ("file", "text"), [("names.toml", "=["), ("folkmoot.toml", "=["), ("folkmoot.toml", "rpc = 5")]
)
def test_what_cannot_even_begin_is_no_finding(
    chain_only: tuple[str, ...], played: Crew, tmp_path: Path, file: str, text: str
) -> None:
    """Exit code 1 says that something does not hold."""
    (tmp_path / file).write_text(text)
    result = Cli(tmp_path, (), {"RPC": played.people.network.urls[0]}).run(*chain_only)
    assert result.exit_code in {0, COULD_NOT_CHECK}, result.output


def test_an_unknown_name_of_a_federation_is_no_finding(played: Crew, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    cli = Cli(tmp_path, (), {"RPC": played.people.network.urls[0]})
    assert cli.run("audit", "--federation", "nobody").exit_code == COULD_NOT_CHECK


def test_a_finding_is_told_though_own_scores_cannot_be_measured(
    chain_only: tuple[str, ...], played: Crew, tmp_path: Path
) -> None:
    url = played.people.network.urls[0]
    with rpc_proxy(HttpConnection(url, 10.0, Session())) as proxy:
        proxy.rules = [leaving_out]  # type: ignore[list-item]
        cli = Cli(tmp_path, (), {"RPC": proxy.url})
        assert cli.run(*chain_only).exit_code == 1
        words = [word for word in chain_only if word != "--chain-only"]
        result = cli.run(*words, "--my-data")
    assert (result.exit_code, "The record does not hold" in result.stdout) == (1, True), result.output
