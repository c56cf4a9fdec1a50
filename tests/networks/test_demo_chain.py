"""The demonstration's chain where validators make it, and what is killed of it."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from folkmoot.testing.servers import NODES, program, where
from scripts import demo_kills
from scripts.demo import RUNS, main
from scripts.demo_chain import Ground, run_chain
from scripts.demo_kills import kills
from scripts.demo_settings import FOLDER, MAJORITY, ONE, Plan
from scripts.demo_stores import Stores

NO_STORES = Stores([], "")
HALT_S = 3.0

needs_geth = pytest.mark.skipif(not program("geth"), reason=f"there is no geth: {where('geth')}")


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with run_chain(Plan(client="geth"), tmp_path_factory.mktemp("demonstration")) as ground:
        yield ground


def blocks_in(ground: Ground, seconds: float) -> int:
    """How many blocks come in some seconds."""
    before = ground.chain.client.head().number
    time.sleep(seconds)
    return ground.chain.client.head().number - before


@needs_geth
def test_a_validator_less_leaves_a_chain_and_too_many_less_halt_it_for_a_while(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ground.fact == "4 validators make the chain: geth, Clique, rules of berlin"
    assert ground.network
    said: list[str] = []
    (kill,) = kills(Plan(client="geth", kill=ONE), NO_STORES, ground)
    kill(said.append)
    assert blocks_in(ground, 12) > 1
    ground.network.start(1)

    monkeypatch.setattr(demo_kills, "HALT_S", HALT_S)
    monkeypatch.setattr(demo_kills, "sleep", lambda seconds: halted.append(blocks_in(ground, seconds)))
    halted: list[int] = []
    (kill,) = kills(Plan(client="geth", kill=MAJORITY), NO_STORES, ground)
    kill(said.append)
    assert halted[0] <= 2, "each of those left may have one more turn"
    assert blocks_in(ground, 12) > 1
    assert said == [
        "a validator is killed in the middle of the round, the one that the workers ask",
        "2 of 4 validators are killed in the middle of the round",
        "they are started again",
    ]


def test_nothing_is_killed_where_nothing_is_to_be() -> None:
    assert kills(Plan(), NO_STORES, Ground(None, [], "")) == ()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--kill", "yes"], "it needs --store ipfs or --chain consortium"),
        (["--kill", "majority", "--store", "ipfs"], "it needs --chain consortium"),
        (["--bin", "geth"], "it needs --chain consortium"),
    ],
)
def test_what_cannot_be_played_is_said(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["demo", *arguments])
    with pytest.raises(SystemExit, match="2"):
        main()
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(("client", "missing"), [("geth", "geth"), ("besu", "Besu"), ("quorum", "GoQuorum")])
def test_without_its_program_nothing_is_started_or_removed(
    client: str, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(NODES, raising=False)
    monkeypatch.setenv("PATH", "")
    name = f"test-missing-{client}"
    monkeypatch.setattr(sys, "argv", ["demo", "--chain", "consortium", "--client", client, "--name", name])
    assert main() == 1
    assert capsys.readouterr().err.startswith(f"demo: there is no {missing}")
    assert not (RUNS / name).exists()


def test_an_anvil_is_the_usual_chain(tmp_path: Path) -> None:
    with run_chain(Plan(store=FOLDER), tmp_path) as ground:
        assert (ground.network, ground.final_after, len(ground.urls)) == (None, 0, 1)
        assert ground.chain.client.head().number == 0
