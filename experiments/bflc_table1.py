"""BFLC, Table I: accuracy against the proportion of active nodes, of BFLC, basic FL and training in one place.

Li et al., "A Blockchain-based Decentralized Federated Learning Framework with Committee Consensus", section V-A. They
train AlexNet on all of FEMNIST with 900 devices; here a small CNN learns from a subset of 396 writers, a member each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from experiments.data import FEMNIST, digits, femnist
from experiments.experiment import Cell, Experiment, Measured, Rows, Tick
from experiments.learning import in_one_place, play
from experiments.report import MARKERS, by_seed, cell, chart, has_learnt, percent, select, table
from experiments.systems import active, task
from folkmoot.simulation import Plan, Shares
from folkmoot.task_config import TaskConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen. Members hold four fifths of their data to train on, the rest to score with."""

    members: int = 396
    active: tuple[float, ...] = (0.1, 0.2, 0.3, 0.4, 0.5)  # of the members
    committee: float = 0.4  # of the active: section V-A
    rounds: int = 60
    central_epochs: int = 20
    score_images: int = 32
    seeds: tuple[int, ...] = (1,)
    task: Mapping[str, Any] = field(
        default_factory=lambda: {
            "model": "folkmoot/cnn",
            "arguments": {"channels": 1, "classes": 62, "size": 28},
            "input_shape": (1, 28, 28),
            "classes": 62,
            "epochs": 2,
            "batch": 10,
            "learning_rate": "0.1",
        }
    )


FULL = Config()
QUICK = Config(
    members=20, active=(0.6,), rounds=3, central_epochs=4, task={"epochs": 5, "batch": 16, "learning_rate": "0.1"}
)

FEDERATED = ("bflc", "basic-fl")
ATTESTING = 3
PAPER: Mapping[tuple[str, float], float] = {
    **{("bflc", share / 10): value for share, value in enumerate((0.8933, 0.8989, 0.9002, 0.8987, 0.8978), 1)},
    **{("basic-fl", share / 10): value for share, value in enumerate((0.9002, 0.9020, 0.9029, 0.9011, 0.9042), 1)},
}
PAPER_CENTRALISED = 0.9134


def cells(quick: bool) -> list[Cell]:
    """The dearest first, so that the last ones end together."""
    config = QUICK if quick else FULL
    federated = [
        Cell(system=system, settings=(("active", share),), seed=seed, work=config.rounds * share * config.members)
        for seed in config.seeds
        for share in sorted(config.active, reverse=True)
        for system in FEDERATED
    ]
    alone = [Cell(system="centralised", seed=seed, work=config.central_epochs * 50) for seed in config.seeds]
    return [*federated, *alone]


def measure(cell: Cell, data: Path | None, tick: Tick) -> Sequence[Measured]:
    """Accuracy over the last five rounds or epochs, and what it took."""
    config = FULL if data else QUICK
    shares = femnist(data, cell.seed).first(config.members) if data else digits(config.members, cell.seed)
    majority = Measured("majority", shares.majority)
    if cell.system == "centralised":
        reached = in_one_place(_task(config, "bflc", 0.5, cell.seed), shares, cell.seed, config.central_epochs, tick)
        return [Measured("accuracy", reached, PAPER_CENTRALISED if data else None), majority]
    share = float(cell["active"])
    course = play(_plan(config, cell.system, share, shares, cell.seed), tick)
    return [*course.measured(PAPER.get((cell.system, share)) if data else None), majority]


def _plan(config: Config, system: str, share: float, shares: Shares, seed: int) -> Plan:
    return Plan(
        task=_task(config, system, share, seed),
        shares=shares,
        seed=seed,
        score_limit=config.score_images,
    )


def _task(config: Config, system: str, share: float, seed: int) -> TaskConfig:
    """Everybody trains in basic FL, but for the three seats that attest the aggregate."""
    seats = round(config.committee * share * config.members) if system == "bflc" else ATTESTING
    drawn = active(config.members, share, seats)
    return task(
        system,
        members=config.members,
        committee=seats,
        total_rounds=config.rounds,
        seed=seed,
        **drawn,
        **config.task,
    )


def report(rows: Rows, stem: Path) -> str:
    """The table, and its figure."""
    shares = sorted({row.settings["active"] for row in rows if "active" in row.settings}, key=float)
    with chart(stem) as (axes,):
        axes.set(xlabel="active nodes", ylabel="accuracy of the last five rounds", title="BFLC, Table I")
        for marker, system in zip(MARKERS, FEDERATED, strict=False):
            ours = [
                (100 * float(share), by_seed(select(rows, "accuracy", system=system, active=share))) for share in shares
            ]
            axes.plot([x for x, y in ours if y], [100 * y[0] for _, y in ours if y], marker=marker, label=system)
        if alone := by_seed(select(rows, "accuracy", system="centralised")):
            axes.axhline(100 * alone[0], color="grey", linestyle="--", label="centralised")
        axes.set_xlim(left=0)
        axes.xaxis.set_major_formatter("{x:g} %")
        axes.yaxis.set_major_formatter("{x:g} %")
    lines = [_line(rows, system, share) for system in FEDERATED for share in shares]
    lines.append(_line(rows, "centralised"))
    return table(("system", "active", "accuracy", "the paper", "majority class"), lines)


def _line(rows: Rows, system: str, share: str | None = None) -> list[str]:
    settings = {"system": system} | ({"active": share} if share else {})
    found = select(rows, "accuracy", **settings)
    majority = select(rows, "majority", **settings)
    least, paper = by_seed(majority), next((row.paper for row in found), None)
    return [
        system,
        percent(float(share), 0) if share else "all",
        cell(found, counts=has_learnt(found, majority)),
        percent(paper),
        percent(least and least[0]),
    ]


EXPERIMENT = Experiment(
    name="bflc-table1",
    title="BFLC, Table I: active nodes",
    cells=cells,
    measure=measure,
    report=report,
    files=(FEMNIST,),
    data="396-writer subset of FEMNIST",
)
