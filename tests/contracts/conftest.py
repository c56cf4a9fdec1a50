"""Roles and factories. What a test does to the chain is undone after it; what a file sets up, after the file."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import brownie
import pytest
from brownie import accounts

from tests.contracts.cast import Cast
from tests.contracts.lifecycle import Lifecycle, begin
from tests.support.evm import rewound
from tests.support.keys import public_key_of
from tools.brownie_compat import connect_directly, skip_bookkeeping, use_own_chain, use_socket_file

use_own_chain()
SOCKET = use_socket_file()
skip_bookkeeping()

FEE = 100
POOL = 100_000
LIBRARIES = ("Lifecycle", "TrainerSampling", "Settling", "Closing", "Recovery", "Governance")
RULES = (
    *("MedianScore", "MajorityVote", "Availability"),
    *("TopScoreElection", "RandomElection", "MultiFactorElection", "RedrawElection"),
    *("ScoreShareReward", "StakeReward", "FlatReward", "ContestReward"),
)


@pytest.fixture(scope="module", autouse=True)
def module_rewound(cast: Cast) -> Iterator[None]:  # noqa: ARG001 - what is deployed once must stand before the mark
    with rewound():
        yield


@pytest.fixture(autouse=True)
def test_rewound(module_rewound: None) -> Iterator[None]:  # noqa: ARG001
    with rewound():
        yield


# Roles


@pytest.fixture(scope="session")
def deployer() -> Any:
    connect_directly(SOCKET)
    return accounts[0]


@pytest.fixture(scope="session")
def managers() -> list[Any]:
    """Two of the three make a quorum."""
    return accounts[1:4]


@pytest.fixture(scope="session")
def manager(managers: list[Any]) -> Any:
    return managers[0]


@pytest.fixture(scope="session")
def members() -> list[Any]:
    """Ten admitted members."""
    return accounts[4:14]


@pytest.fixture(scope="session")
def member(members: list[Any]) -> Any:
    return members[0]


@pytest.fixture(scope="session")
def outsider() -> Any:
    """No manager and no member."""
    return accounts[14]


@pytest.fixture(scope="session")
def stranger() -> Any:
    """Another one who is neither."""
    return accounts[15]


# Contracts


@pytest.fixture(scope="session")
def implementation(deployer: Any) -> Any:
    """The code behind all tasks, linked to its libraries."""
    for name in LIBRARIES:
        deployer.deploy(getattr(brownie, name))
    return deployer.deploy(brownie.Task)


@pytest.fixture(scope="session")
def rules(deployer: Any) -> dict[str, Any]:
    return {name: deployer.deploy(getattr(brownie, name)) for name in RULES}


@pytest.fixture(scope="session")
def token(deployer: Any) -> Any:
    return deployer.deploy(brownie.FederationToken)


@pytest.fixture(scope="session")
def found(deployer: Any, managers: list[Any], implementation: Any) -> Callable[..., Any]:
    """Factory of federations."""

    def found(token: Any, *, fee: int = FEE, quorum: int = 2) -> Any:
        return deployer.deploy(brownie.Federation, managers, quorum, fee, 0, 0, token, implementation)

    return found


@pytest.fixture(scope="session")
def federation(found: Callable[..., Any], token: Any) -> Any:
    return found(token)


@pytest.fixture(scope="session")
def treasury(federation: Any) -> Any:
    return brownie.Treasury.at(federation.treasury())


@pytest.fixture(scope="session")
def apply(federation: Any, treasury: Any, token: Any) -> Callable[..., int]:
    """Factory of applications: an account pays the fee and applies; the application's number."""

    def apply(account: Any) -> int:
        fee = federation.permissionFee()
        token.mint(account, fee, {"from": account})
        token.approve(treasury, fee, {"from": account})
        transaction = federation.applyForMembership(public_key_of(account), "", {"from": account})
        return transaction.events["MembershipApplied"]["application"]

    return apply


@pytest.fixture(scope="session")
def cast(
    federation: Any,
    treasury: Any,
    token: Any,
    rules: dict[str, Any],
    managers: list[Any],
    members: list[Any],
    outsider: Any,
    apply: Callable[..., int],
) -> Cast:
    """Everybody there is, with a pool that pays for every task here."""
    everyone = Cast(federation, treasury, token, rules, managers, members, outsider)
    for account in members:
        everyone.decide(federation.admit, apply(account))
    token.mint(outsider, POOL, {"from": outsider})
    token.approve(treasury, POOL, {"from": outsider})
    treasury.deposit(POOL, {"from": outsider})
    return everyone


@pytest.fixture(scope="module")
def lifecycle(cast: Cast) -> Callable[..., Lifecycle]:
    """Factory of tasks with their people."""
    return partial(begin, cast)


# The treasury's callers, in whose own names transactions are sent


@pytest.fixture(scope="module")
def by_federation(cast: Cast) -> dict[str, Any]:
    return {"from": accounts.at(cast.federation.address, force=True)}


@pytest.fixture(scope="module")
def proposed(cast: Cast) -> Any:
    """A task that is only proposed."""
    return cast.propose()


@pytest.fixture(scope="module")
def by_task(proposed: Any) -> dict[str, Any]:
    return {"from": accounts.at(proposed.address, force=True)}


@pytest.fixture
def escrowed(cast: Cast, by_federation: dict[str, Any], outsider: Any) -> None:
    """The outsider's 100 are in escrow."""
    cast.token.mint(outsider, 100, {"from": outsider})
    cast.token.approve(cast.treasury, 100, {"from": outsider})
    cast.treasury.escrow(outsider, 100, by_federation)


@pytest.fixture
def funded(cast: Cast, by_task: dict[str, Any]) -> None:
    """The proposed task's budget is 1000."""
    cast.treasury.fund(1_000, by_task)
