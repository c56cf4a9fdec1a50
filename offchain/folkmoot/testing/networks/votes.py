"""Validators that vote one in or out: more than half of them have to, each by its own node."""

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from folkmoot.errors import ChainError, FolkmootError
from folkmoot.plurals import counted
from folkmoot.testing.networks.kinds import kind_of
from folkmoot.testing.networks.plan import Network, Validator
from folkmoot.testing.networks.rpc import ask
from folkmoot.testing.networks.status import elected_validators

LOOK_S = 0.5
TURNS = 10  # of every validator, within which its vote is in a block
LEAST_S = 60.0


@dataclass(frozen=True, slots=True)
class Vote:
    """A validator that was asked to vote. Where it could not be, `command` does it on its own host."""

    validator: Validator
    is_cast: bool
    command: str


def vote(network: Network, candidate: Validator, wanted: bool) -> list[Vote]:
    """Have every validator but the candidate vote it in, or out."""
    elected = elected_validators(network)
    voters = [v for v in network.validators if v.address in elected and v.number != candidate.number]
    return [_cast(network, voter, candidate, wanted) for voter in voters]


def _cast(network: Network, voter: Validator, candidate: Validator, wanted: bool) -> Vote:
    kind, is_cast = kind_of(network.client), False
    with suppress(ChainError):
        ask(voter.url, kind.votes.propose, candidate.address, wanted)
        is_cast = True
    return Vote(voter, is_cast, kind.by_hand(voter, candidate.address, wanted))


def missing(network: Network, cast: Sequence[Vote]) -> int:
    """How many more have to vote."""
    return max(len(elected_validators(network)) // 2 + 1 - sum(vote.is_cast for vote in cast), 0)


def wait_for_result(network: Network, candidate: Validator, wanted: bool) -> None:
    """Return when the candidate is a validator, or is none any more; then nobody votes on it any more.

    Raises `FolkmootError` if that takes much longer than it takes every validator to make a block.
    """
    patience = max(LEAST_S, TURNS * len(network.validators) * network.period)
    until = time.monotonic() + patience
    while (candidate.address in elected_validators(network)) != wanted:
        if time.monotonic() > until:
            raise FolkmootError(
                f"validator {candidate.number} is {'not in' if wanted else 'still in'} after {patience:.0f} s",
                "see by `status` whether the network makes blocks, and vote again",
            )
        time.sleep(LOOK_S)
    discard(network, candidate)


def discard(network: Network, candidate: Validator) -> None:
    """Take votes back that have done their work: a vote left standing would count again after the opposite result."""
    for voter in network.validators:
        with suppress(ChainError):
            ask(voter.url, kind_of(network.client).votes.discard, candidate.address)


def check_removal(network: Network, leaving: Validator) -> None:
    """Raise `FolkmootError` where too few validators would be left."""
    kind, left = kind_of(network.client), len(elected_validators(network) - {leaving.address})
    if left < kind.fewest:
        raise FolkmootError(
            f"{counted(left, 'validator')} would be left, and {kind.consensus} needs {kind.fewest}"
            " to survive the loss of one",
            "add another one first",
        )
