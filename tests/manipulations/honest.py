"""Tasks in which nothing is told otherwise, whatever went wrong in them: an audit finds nothing to say against them."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from experiments.systems import PRESETS as SYSTEMS
from folkmoot.audit.report import Report
from folkmoot.errors import ChainError
from folkmoot.presets import PRESETS
from tests.manipulations.lives import Life
from tests.manipulations.town import Town
from tests.support.network import create, word

MEMBERS = 14
PEERS = {"committee": 8, "updates_per_round": 8, "max_updates": 8}
REVERTS, BURNS, ANSWERS_NOTHING, OUT_OF_BOUNDS, TOO_FEW, REPEATS = 0, 1, 2, 4, 5, 7


@dataclass(frozen=True, slots=True)
class Shape:
    """A task's settings over a preset's; `faulty` is the kind of rule that fails, and how."""

    system: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    faulty: tuple[str, int] | None = None

    def propose(self, here: Town, seed: int, faulty_rule: str) -> Any:
        given: dict[str, Any] = {}
        if self.faulty:
            kind, misdeed = self.faulty
            given = {f"{kind}_rule": faulty_rule, f"{kind}_parameters": word(misdeed)}
        base, changed = SYSTEMS.get(self.system, (self.system, {}))
        changes = {"total_rounds": 5, **changed, **(PEERS if base == "peers" else {}), **self.settings}
        return here.propose(base, seed, given=given, **changes)


SHAPES: Sequence[Shape] = (
    *(Shape(system) for system in PRESETS),
    *(Shape(system) for system in SYSTEMS if system not in PRESETS),
    Shape("bflc", {"committee": 5, "updates_per_round": 5, "max_updates": 9, "min_blocks": 2}),
    Shape("bflc", {"active_share": 7_000, "max_strikes": 1, "suspension_rounds": 2}),
    Shape("pos-bfl", {"aggregators": 3, "active_share": 8_000}),
    Shape("bift", {"active_share": 9_000, "aggregators": 3}),
    Shape("bflc", {"election_rule": "RandomElection", "redraw": True, "seats_train": True, "max_updates": 9}),
    Shape(
        "bflc",
        {
            "election_rule": "MultiFactorElection",
            "election_settings": [1, 2, 3, 4],
            "reward_rule": "ContestReward",
            "reward_settings": [2],
        },
    ),
    Shape("bflc", {"max_attempts": 2, "max_empty_rounds": 9, "total_rounds": 9, "stake_weighted": True}),
    Shape("bflc", faulty=("score", REVERTS)),
    Shape("bflc", faulty=("score", 0x200 | OUT_OF_BOUNDS)),
    Shape("bflc", faulty=("score", 0x100 | TOO_FEW)),
    Shape("pos-bfl", {"aggregators": 3}, faulty=("election", REPEATS)),
    Shape("bflc", faulty=("election", BURNS)),
    Shape("bflc", faulty=("reward", ANSWERS_NOTHING)),
)


def live(here: Town, shape: Shape, seed: int, *, steps: int = 100) -> None:
    """A random life of a task of this shape, in which members are as many as the federation has, at least 14."""
    random, network = Random(seed), here.network
    here.members = [one for one in here.members if network.federation.is_member(one.address)]
    here.members += network.join(max(0, MEMBERS - len(here.members)))
    faulty_rule = create(network.chain, "FaultyRule") if shape.faulty else ""
    game = shape.propose(here, seed, faulty_rule)
    seats = min(game.parameters.committee + game.parameters.aggregators, 9)
    members = random.sample(here.members, len(here.members))
    with suppress(ChainError):  # too few have enrolled: it waits, and may expire
        named = members[:seats] if random.random() < 0.7 else []
        game.begin(named, *members[: random.randint(seats, len(members))], budget=300)
    Life(game, random, calm=random.choice([0.6, 0.8, 0.9])).play(steps)
    here.members = [*game.members]


LARGE: Sequence[tuple[int, Mapping[str, Any]]] = (
    (90, {"committee": 66, "updates_per_round": 66, "max_updates": 66}),
    (60, {"updates_per_round": 40, "max_updates": 40}),
    (256, {"committee": 5, "updates_per_round": 6, "max_updates": 8, "active_share": 400, "redraw": True}),
)
"""Members, and settings of tasks whose rounds take several calls each.

They have more seats than a recovery's call refills, or many updates, or more participants than one call elects of.
"""


def live_large(here: Town, settings: Mapping[str, Any], seed: int, *, calm: float = 0.8, steps: int = 40) -> None:
    """A task in which all members of the federation take part."""
    random = Random(seed)
    game = here.propose("bflc", seed, total_rounds=2, max_enrolled=len(here.members) + 20, **settings)
    game.begin(here.members[: game.parameters.committee], *here.members)
    Life(game, random, calm=calm).play(steps)


def false_findings(report: Report) -> Iterator[str]:
    """What an audit says against honest tasks, and what it could not see though it was there."""
    yield from (finding.text for finding in report.all_findings)
    yield from (one.text for one in report.all_unseen if "is none of this build's" not in one.text)
