"""Every attack against every system; an attack is as strong as its source has it, whatever the defence.

Twenty members learn MNIST, each from the digits of five writers; six of them attack. In every system five seats judge
or aggregate; the first ones are honest. Whoever has no seat trains: fifteen, in PoS-BFL twelve, because its three
miners have seats of their own. Rules that assume a number of attackers assume six, which Bulyan clips to what so few
updates allow. Updates crafted against Krum, trimmed mean or Bulyan are the same whichever rule they meet; those against
Bulyan are those against Krum, as in Bift. A colluding committee pushes noise through, as in section V-B of BFLC. pFedMe
trains for one epoch where the others train for two, because it takes five steps a batch. BFLC is played a second time
with judges that guard the direction of updates.

Four attacks are repeated with IID and with very uneven data, because how well an attack hides depends on how far honest
updates lie apart: noise, which stands out most; flipped labels, which poison the data and leave the training honest;
the flipped sign, which undoes what others do; and a little, which stays within the honest spread.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np

from experiments.attacks import ATTACKS, Attack, colluding_committee
from experiments.data import MNIST, WRITERS, Shares, digits, mnist, mnist_by_writer
from experiments.experiment import Cell, Experiment, Measured, Rows, Tick
from experiments.federation import Plan
from experiments.learning import play
from experiments.report import by_guard, by_seed, cell, chart, guarded, has_learnt, select, table
from experiments.systems import GUARD, LEARNERS, PRESETS, guards, task

SYSTEMS = tuple(PRESETS)
ATTACKING: Mapping[str, Attack] = {
    **{name: attack for name, attack in ATTACKS.items() if name != "bulyan-attack"},
    "colluding-committee": replace(ATTACKS["noise"], scores=colluding_committee),
}
CLEAN = "clean"
MAIN = ("noise", "label-flip", "sign-flip", "little-is-enough")
SPLITS: Mapping[str, str] = {
    "writer": "by writer",
    "dirichlet": "Dirichlet 0.1",
    "iid": "IID",
}
FAILS = 0.1  # below the clean run of the same system


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
        **_attack(config, str(cell["attack"])),
    )


def _attack(config: Config, name: str) -> dict[str, Any]:
    if name == CLEAN:
        return {}
    attackers = range(config.members - config.attackers, config.members)
    return {"attack": ATTACKING[name], "attackers": frozenset(attackers)}


def report(rows: Rows, stem: Path) -> str:
    """A table for each split, the heat map, and where each system fails."""
    rows = by_guard(rows)
    splits = [split for split in SPLITS if select(rows, "accuracy", split=split)]
    _heat_map(rows, stem, splits)
    parts = [f"## Accuracy, {SPLITS[split]}\n\n{_table(rows, split)}" for split in splits]
    return "\n\n".join([*parts, _failures(rows, splits)])


def _table(rows: Rows, split: str) -> str:
    systems = _systems(rows)
    lines = [[attack, *(_cell(rows, system, split, attack) for system in systems)] for attack in _attacks(rows, split)]
    return table(("attack", *systems), lines)


def _cell(rows: Rows, system: str, split: str, attack: str) -> str:
    return cell(_found(rows, system, split, attack), counts=_learns(rows, system, split))


def _learns(rows: Rows, system: str, split: str) -> bool:
    found = (select(rows, metric, system=system, split=split, attack=CLEAN) for metric in ("accuracy", "majority"))
    return has_learnt(*found)


def _found(rows: Rows, system: str, split: str, attack: str) -> Rows:
    return select(rows, "accuracy", system=system, split=split, attack=attack)


def _loss(rows: Rows, system: str, split: str, attack: str) -> float:
    """How far the mean lies below the clean run's."""
    clean, found = (by_seed(_found(rows, system, split, name)) for name in (CLEAN, attack))
    return clean[0] - found[0] if clean and found else 0.0


def _failures(rows: Rows, splits: Sequence[str]) -> str:
    lines = [f"- **{system}**: {_where(rows, system, splits)}." for system in _systems(rows)]
    return "\n".join((f"## Where a system is more than {100 * FAILS:.0f} points below its own clean run\n", *lines))


def _where(rows: Rows, system: str, splits: Sequence[str]) -> str:
    found = {SPLITS[split]: _worst(rows, system, split) for split in splits}
    return "; ".join(f"{name}: {worst}" for name, worst in found.items() if worst) or "nowhere"


def _worst(rows: Rows, system: str, split: str) -> str:
    """The attacks that a system fails at in a split, the worst first, and by how many points."""
    if _found(rows, system, split, CLEAN) and not _learns(rows, system, split):
        return "it does not learn, attacked or not"
    losses = {attack: _loss(rows, system, split, attack) for attack in _attacks(rows, split)}
    failed = sorted((name for name in losses if losses[name] > FAILS), key=losses.__getitem__, reverse=True)
    return ", ".join(f"{name} (−{100 * losses[name]:.1f})" for name in failed)


def _heat_map(rows: Rows, stem: Path, splits: Sequence[str]) -> None:
    """Accuracy in percent by colour and number, failures in bold, a line between splits."""
    systems = _systems(rows)
    lines = [(split, attack) for split in splits for attack in _attacks(rows, split)]
    values = np.array([[_mean(_found(rows, system, *line)) for system in systems] for line in lines])
    with chart(stem, width=2 + 0.85 * len(systems), height=1.6 + 0.32 * len(lines)) as (axes,):
        axes.set_axisbelow(True)  # the grid, which says nothing here
        axes.imshow(100 * values, cmap="viridis", vmin=0, vmax=100, aspect="auto", zorder=1)
        axes.set_title(f"Accuracy in %, in bold where {100 * FAILS:.0f} points below the system's clean run")
        axes.set_xticks(range(len(systems)), systems, rotation=30, ha="right")
        axes.set_yticks(range(len(lines)), [f"{attack}, {SPLITS[split]}" for split, attack in lines])
        for y in range(1, len(lines)):
            if lines[y][1] == CLEAN:
                axes.axhline(y - 0.5, color="white", linewidth=3)
        for (y, x), value in np.ndenumerate(values):
            if not np.isnan(value):
                weight = "bold" if _loss(rows, systems[x], *lines[y]) > FAILS else "normal"
                ink = "black" if round(value) else "white"  # the colours are light from the middle upwards
                axes.text(x, y, f"{100 * value:.0f}", ha="center", va="center", color=ink, weight=weight)


def _mean(rows: Rows) -> float:
    """Over seeds, not a number if nothing was measured."""
    found = by_seed(rows)
    return found[0] if found else np.nan


def _systems(rows: Rows) -> list[str]:
    names = (name for system in SYSTEMS for name in (system, guarded(system)))
    return [name for name in names if any(row.system == name for row in rows)]


def _attacks(rows: Rows, split: str) -> list[str]:
    there = {row.settings["attack"] for row in rows if row.settings["split"] == split}
    return [attack for attack in (CLEAN, *ATTACKING) if attack in there]


EXPERIMENT = Experiment(
    name="matrix",
    title="Every attack against every system (MNIST, 20 members, 30 % attackers)",
    cells=cells,
    measure=measure,
    report=report,
    files=(MNIST, WRITERS),
)
