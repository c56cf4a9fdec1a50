"""Every attack against every system; an attack is as strong as its source has it, whatever the defence.

Twenty members learn MNIST, each from the digits of five writers; six of them attack. In every system five seats judge
or aggregate; the first ones are honest. Whoever has no seat trains: fifteen, in PoS-BFL twelve, because its three
miners have seats of their own. Rules that assume a number of attackers assume six, which Bulyan clips to what so few
updates allow. Updates crafted against Krum, trimmed mean or Bulyan are the same whichever rule they meet; those against
Bulyan are those against Krum, as in Bift. A colluding committee pushes noise through, as in section V-B of BFLC, and
gives 0 to all others, which is a vote against them wherever seats only say whether an update is there. pFedMe trains
for one epoch where the others train for two, because it takes five steps a batch. BFLC is played a second time with
judges that guard the direction of updates.

Four attacks are repeated with IID and with very uneven data, because how well an attack hides depends on how far honest
updates lie apart: noise, which stands out most; flipped labels, which poison the data and leave the training honest;
the flipped sign, which undoes what others do; and a little, which stays within the honest spread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

from experiments.data import MNIST, WRITERS, digits, mnist, mnist_by_writer
from experiments.experiment import Cell, Experiment, Measured, Tick
from experiments.learning import play
from experiments.matrix_report import CLEAN, SPLITS, report
from experiments.systems import GUARD, LEARNERS, PRESETS, guards, task
from folkmoot.learning import TorchLearner
from folkmoot.simulation import Plan, Shares
from folkmoot.simulation.attacks import ATTACKS, Attack, colluding_committee

SYSTEMS = tuple(PRESETS)
ATTACKING: Mapping[str, Attack] = {
    **{name: attack for name, attack in ATTACKS.items() if name not in {"bulyan-attack", "liar", "silent"}},
    "colluding-committee": replace(ATTACKS["noise"], scores=partial(colluding_committee, blame=(0, 0))),
}
MAIN = ("noise", "label-flip", "sign-flip", "little-is-enough")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen."""

    members: int = 20
    attackers: int = 6
    committee: int = 5
    miners: int = 3  # of PoS-BFL
    rounds: int = 20
    score_images: int = 32
    learner_epochs: int = 1  # of pFedMe
    groups: int = 107  # into which the 539 writers are dealt; each of the first ones is a member
    images: int = 580  # of a member on average, where no writers are dealt; as many as five writers have
    alpha: float = 0.1  # of the Dirichlet distribution
    systems: tuple[tuple[Any, ...], ...] = (*((system,) for system in SYSTEMS), ("bflc", GUARD))
    attacks: tuple[str, ...] = tuple(ATTACKING)
    splits: tuple[str, ...] = tuple(SPLITS)
    seeds: tuple[int, ...] = (1, 2, 3)
    task: Mapping[str, Any] = field(
        default_factory=lambda: {
            "arguments": {"inputs": 784, "classes": 10, "hidden": [64]},
            "input_shape": (1, 28, 28),
            "epochs": 2,
            "batch": 16,
            "learning_rate": "0.1",
        }
    )


FULL = Config()
QUICK = Config(
    members=10,
    attackers=3,
    committee=3,
    rounds=3,
    systems=(("bflc",), ("basic-fl",), ("bflc", GUARD)),
    attacks=("noise",),
    splits=("iid",),
    seeds=(1,),
    task={"epochs": 5, "batch": 16, "learning_rate": "0.1"},
)


def cells(quick: bool) -> list[Cell]:
    """A whole table for each seed, then the next seed; in each the clean runs first."""
    config = QUICK if quick else FULL
    return [
        Cell(system=system, settings=(("split", split), ("attack", attack), *guard), seed=seed)
        for seed in config.seeds
        for split in config.splits
        for attack in (CLEAN, *config.attacks)
        if split == "writer" or attack in (CLEAN, *MAIN)
        for system, *guard in config.systems
    ]


def measure(cell: Cell, data: Path | None, tick: Tick) -> Sequence[Measured]:
    """Accuracy over the last five rounds, and how many seats attackers had in a round."""
    config = FULL if data else QUICK
    shares = _shares(config, str(cell["split"]), data, cell.seed)
    course = play(_plan(config, cell, shares), tick)
    return [
        *course.measured(),
        Measured("captured_seats", mean(course.captured)),
        Measured("majority", shares.majority),
    ]


def _shares(config: Config, split: str, data: Path | None, seed: int) -> Shares:
    if data is None:
        return digits(config.members, seed, how=split, alpha=config.alpha)
    if split == "writer":
        return mnist_by_writer(data, config.groups, seed).first(config.members)
    return mnist(data, config.members, seed, how=split, alpha=config.alpha, size=config.images)


def _plan(config: Config, cell: Cell, shares: Shares) -> Plan:
    miners = config.miners if cell.system == "pos-bfl" else 0
    settings = {"aggregators": miners, "attackers": config.attackers, **guards(cell), **config.task}
    if cell.system in LEARNERS:
        settings["epochs"] = config.learner_epochs
    return Plan(
        task=task(
            cell.system,
            members=config.members,
            trainers=config.members - config.committee - miners,
            committee=config.committee,
            total_rounds=config.rounds,
            seed=cell.seed,
            **settings,
        ),
        shares=shares,
        seed=cell.seed,
        score_limit=config.score_images,
        learner=LEARNERS.get(cell.system, TorchLearner),
        **_attack(config, str(cell["attack"])),
    )


def _attack(config: Config, name: str) -> dict[str, Any]:
    if name == CLEAN:
        return {}
    attackers = range(config.members - config.attackers, config.members)
    return {"attack": ATTACKING[name], "attackers": frozenset(attackers)}


EXPERIMENT = Experiment(
    name="matrix",
    title="Every attack against every system (MNIST, 20 members, 30 % attackers)",
    cells=cells,
    measure=measure,
    report=report,
    files=(MNIST, WRITERS),
)
