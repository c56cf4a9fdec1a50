"""Who takes part in the demonstration, in what task, with what settings."""

from collections.abc import Mapping
from dataclasses import dataclass

from folkmoot.task_config import TaskConfig

MANAGERS = ("Mara", "Nils", "Olga")
MEMBERS = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gina", "Hugo", "Ida", "Jon", "Kim", "Leo")
COMMITTEE = MEMBERS[:5]  # the first one, named by the managers
BEHAVIOURS: Mapping[str, str] = {"Cleo": "liar", "Finn": "noise"}  # attacks; all others are honest

TASK = TaskConfig(
    name="digits",
    arguments={"inputs": 64, "classes": 10, "hidden": [192]},
    epochs=60,
    batch=16,
    learning_rate="0.2",
    norm_multiple="6",
    score_settings=(3_000, 10_000),
    total_rounds=6,
    committee=len(COMMITTEE),
    updates_per_round=5,
    min_updates=3,
    max_updates=12,
    max_enrolled=len(MEMBERS),
    max_strikes=3,
    suspension_rounds=6,
)

WORKERS: Mapping[str, object] = {
    "partition": "dirichlet",
    "alpha": 0.5,
    "members": len(MEMBERS),
    "score_fraction": 0.2,
    "test_fraction": 0.2,  # of the digits: no member has these
}
QUICK: Mapping[str, object] = {"poll_seconds": 0.2, "turn_seconds": 1}  # where blocks come at once

FOLDER = "folder"
ANVIL, CONSORTIUM = "anvil", "consortium"
ONE, MAJORITY = "yes", "majority"
KILLS = (ONE, MAJORITY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is played. `seed` is that of data, weights and keys.

    `client` makes the chain, by its program at `binary`; without it an Anvil does. `kill` is one of `KILLS`: a member's
    Kubo node and a validator, where there are such, or most of the validators for a while.
    """

    seed: int = 0
    store: str = FOLDER
    encrypted: bool = False
    kill: str = ""
    client: str = ""
    binary: str | None = None

    def fault(self) -> str:
        """Why it cannot be played; "" if it can."""
        if self.kill == MAJORITY and not self.client:
            return "--kill majority stops validators: it needs --chain consortium"
        if self.kill and not self.client and self.store != "ipfs":
            return "--kill yes kills a Kubo node or a validator: it needs --store ipfs or --chain consortium"
        if self.binary and not self.client:
            return "--bin is the program of a consortium's client: it needs --chain consortium"
        return ""
