"""Votes by RPC. Nodes of Besu are stubs here; real ones of geth vote in the integration tests."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from folkmoot.errors import FolkmootError
from folkmoot.testing.networks import votes
from folkmoot.testing.networks.plan import Network, join, plan
from tests.support.stub_nodes import stub_node

LISTING, PROPOSE, DISCARD = "qbft_getValidatorsByBlockNumber", "qbft_proposeValidatorVote", "qbft_discardValidatorVote"


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return join(plan(tmp_path, "besu", evm="london")[0], "127.0.0.1")[0]


@pytest.fixture
def asked(network: Network) -> Iterator[list[tuple[str, list[Any]]]]:
    """What the first two of four validators are asked; the third takes no votes, the fourth is down."""
    requests: list[tuple[str, list[Any]]] = []
    listing = {LISTING: [validator.address for validator in network.validators[:4]]}
    with ExitStack() as stack:
        for index, taken in ((0, True), (1, True), (2, False)):
            answers = listing | ({PROPOSE: True, DISCARD: True} if taken else {})
            stack.enter_context(stub_node(network.validators[index].rpc, answers, requests))
        yield requests


def test_every_validator_is_asked_and_who_could_not_be_is_told_what_to_run(
    network: Network, asked: list[tuple[str, list[Any]]]
) -> None:
    candidate = network.validators[4]
    cast = votes.vote(network, candidate, wanted=True)
    assert [(vote.validator.number, vote.is_cast) for vote in cast] == [
        (1, True),
        (2, True),
        (3, False),
        (4, False),
    ]
    assert [params for method, params in asked if method == PROPOSE] == [[candidate.address, True]] * 3
    assert votes.missing(network, cast) == 1, "three of four are more than half"
    assert PROPOSE in cast[2].command


def test_a_vote_that_has_done_its_work_is_taken_back(network: Network, asked: list[tuple[str, list[Any]]]) -> None:
    candidate = network.validators[4]
    votes.wait_for_result(network, candidate, wanted=False)
    assert [params for method, params in asked if method == DISCARD] == [[candidate.address]] * 3


@pytest.mark.usefixtures("asked")
def test_a_result_that_does_not_come_is_named(network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(votes, "LEAST_S", 0.1)
    monkeypatch.setattr(votes, "TURNS", 0)
    with pytest.raises(FolkmootError, match="validator 5 is not in after 0 s"):
        votes.wait_for_result(network, network.validators[4], wanted=True)


@pytest.mark.usefixtures("asked")
def test_the_last_ones_that_survive_a_loss_are_not_voted_out(network: Network) -> None:
    votes.check_removal(network, network.validators[4])
    with pytest.raises(FolkmootError, match="3 validators would be left, and QBFT needs 4 to survive the loss of one"):
        votes.check_removal(network, network.validators[0])
