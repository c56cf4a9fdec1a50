"""An audit of random lives finds nothing to say against them."""

from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from brownie import web3

from folkmoot.audit import judge, read_chronicle
from folkmoot.audit.standing import federation_differences, task_differences, treasury_differences
from folkmoot.chain import Client, Deployment, FederationContract, Phase, TaskContract, Token, TreasuryContract
from folkmoot.chain.deployments import snapshot
from folkmoot.chain.logbook import Logbook
from tests.contracts.cast import Cast
from tests.contracts.lifecycle import Lifecycle
from tests.contracts.player import Player


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(["brownie's node"], connect=lambda _url: web3.provider) as client:
        yield client


@pytest.fixture(scope="module")
def record(cast: Cast, client: Client, implementation: Any) -> Deployment:
    return snapshot(
        client,
        federation=cast.federation.address,
        token=cast.token.address,
        task_implementation=implementation.address,
        rules={name: rule.address for name, rule in cast.rules.items()},
        libraries={},
        version="",
    )


def said_against(life: Lifecycle, client: Client, record: Deployment) -> list[str]:
    """What an audit finds in the federation's record, and in what its contracts have stored."""
    chronicle = read_chronicle(client, Logbook(client, None), record)
    case = judge(chronicle, {address: name for name, address in record.rules.items()})
    federation, treasury = FederationContract(client, record.federation), TreasuryContract(client, record.treasury)
    task, at = TaskContract(client, life.task.address), chronicle.head
    return [
        *(finding.text for finding in case.findings),
        *task_differences(task, case.referees[task.address].state, at),
        *treasury_differences(treasury, Token(client, record.token), case.books, at),
        *federation_differences(federation, case.members, case.managers, at),
    ]


SHAPES: dict[str, dict[str, Any]] = {
    "small": {"trainers": 5},
    "roles": {"seats": 6, "trainers": 4, "aggregators": 3, "redraw": True, "stakeWeighted": True, "activeShare": 8_000},
    "everybody trains": {"seats": 5, "trainers": 3, "committee": 5, "updatesPerRound": 5, "seatsTrain": True},
    "one strike": {"trainers": 5, "maxStrikes": 1, "suspensionRounds": 2},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_random_lives_hold(lifecycle: Any, client: Client, record: Deployment, shape: str) -> None:
    life = lifecycle(totalRounds=30, maxAttempts=4, maxEmptyRounds=20, **SHAPES[shape]).to(Phase.TRAINING)
    player = Player(life, Random(shape))
    for _ in range(60):
        player.step()
    assert said_against(life, client, record) == []
    assert life.round > 0


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.ENROLLING, Phase.CANCELLED, Phase.EXPIRED, Phase.FINISHED])
def test_tasks_that_are_short_hold(lifecycle: Any, client: Client, record: Deployment, phase: Phase) -> None:
    life = lifecycle(totalRounds=1).to(phase)
    assert said_against(life, client, record) == []
