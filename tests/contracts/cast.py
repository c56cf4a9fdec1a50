"""A federation with its contracts and people, and tasks as they propose them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import brownie
from brownie import web3
from brownie.convert.datatypes import HexString

from tests.support.evm import word


@dataclass(frozen=True, slots=True)
class Cast:
    """A federation with its contracts and people. Two of the three managers make a quorum."""

    federation: Any
    treasury: Any
    token: Any
    rules: Mapping[str, Any]
    managers: Sequence[Any]
    members: Sequence[Any]
    outsider: Any

    def decide(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Two managers send the same call; the second one's transaction executes it."""
        for manager in self.managers[:2]:
            transaction = call(*arguments, {"from": manager})
        return transaction

    def parameters(self, **changes: Any) -> tuple[Any, ...]:
        """A small task's parameters in the order of the struct, with changes by their names there."""
        usual = {
            "descriptor": word(1),
            "model": model(0),
            "scoreRule": self.rules["MedianScore"],
            "electionRule": self.rules["TopScoreElection"],
            "rewardRule": self.rules["ScoreShareReward"],
            "scoreParameters": word(10_000 << 16 | 5_000),
            "electionParameters": word(0),
            "rewardParameters": word(0),
            "totalRounds": 4,
            "committee": 3,
            "aggregators": 0,
            "redraw": False,
            "seatsTrain": False,
            "stakeWeighted": False,
            "activeShare": 10_000,
            "updatesPerRound": 3,
            "minUpdates": 2,
            "maxUpdates": 6,
            "minEnrolled": 5,
            "maxEnrolled": 20,
            "enrollingWindow": 10_000,
            "trainingWindow": 1_000,
            "committingWindow": 2_000,
            "revealingWindow": 3_000,
            "aggregatingWindow": 4_000,
            "maxPause": 5_000,
            "minBlocks": 0,
            "suspensionRounds": 1,
            "maxAttempts": 3,
            "maxEmptyRounds": 3,
            "maxStrikes": 2,
            "maxTerms": 2,
        }
        values = usual | changes
        fields = self.federation.proposeTask.abi["inputs"][1]["components"]
        assert values.keys() == {entry["name"] for entry in fields}
        return tuple(values[entry["name"]] for entry in fields)

    def propose(self, proposer: Any = None, name: str = "digits", **changes: Any) -> Any:
        """A new task, proposed by the first member."""
        sender = proposer or self.members[0]
        transaction = self.federation.proposeTask(name, self.parameters(**changes), {"from": sender})
        return brownie.Task.at(transaction.events["TaskProposed"]["task"])


def model(number: int) -> HexString:
    """The pointer of a model."""
    return word(web3.keccak(text=f"model {number}"))
