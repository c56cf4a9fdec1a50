"""BFLC, Figure 4: accuracy against the proportion of malicious nodes, and how they take the committee.

Li et al., "A Blockchain-based Decentralized Federated Learning Framework with Committee Consensus", section V-B: 10 %
of the nodes are active, 20 % of them the committee; malicious nodes perturb their models with pointwise Gaussian noise,
and in the committee give each other 90 to 100 %. What they give the others is not said: here 0 to 10 %. The figure has
no numbers. The first committee is honest, as the argument of section IV-C presumes.

A second figure shows the seats that attackers hold, with vacancies filled in our order and by draw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from matplotlib.ticker import MaxNLocator

from experiments.attacks import ATTACKS, colluding_committee
from experiments.bflc_table1 import ATTESTING
from experiments.bflc_table1 import FULL as TABLE1
from experiments.data import FEMNIST, digits, femnist
from experiments.experiment import Cell, Experiment, Measured, Rows, Tick
from experiments.federation import Plan
from experiments.learning import play
from experiments.report import MARKERS, ROUND, by_seed, cell, chart, curve, has_learnt, percent, select, table
from experiments.systems import active, task


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen."""

    members: int = 396
    active: float = 0.1  # of the members
    committee: int = 8  # 20 % of the active
    malicious: tuple[float, ...] = (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
    captured: tuple[float, ...] = (0.5, 0.6)  # where the order of vacancies is compared
    rounds: int = 40
    score_images: int = 32
    seeds: tuple[int, ...] = (1,)
    task: Mapping[str, Any] = field(default_factory=lambda: TABLE1.task)


FULL = Config()
QUICK = Config(
    members=16,
    active=0.75,
    committee=5,
    malicious=(0, 0.5),
    captured=(0.5,),
    rounds=5,
    task={"epochs": 5, "batch": 16, "learning_rate": "0.1"},
)

ATTACK = replace(ATTACKS["noise"], scores=colluding_committee)
SYSTEMS = ("bflc", "basic-fl", "cwmed")
ORDERS: Mapping[str, str] = {"order": "TopScoreElection", "draw": "DrawnVacancies"}


def cells(quick: bool) -> list[Cell]:
    """Every system at every proportion, and BFLC with drawn vacancies."""
    config = QUICK if quick else FULL
    compared = [(system, share, "order") for share in config.malicious for system in SYSTEMS]
    drawn = [("bflc", share, "draw") for share in config.captured]
    return [
        Cell(system=system, settings=(("malicious", share), ("vacancies", order)), seed=seed)
        for system, share, order in (*drawn, *compared)
        for seed in config.seeds
    ]


def measure(cell: Cell, data: Path | None, tick: Tick) -> Sequence[Measured]:
    """Accuracy over the last five rounds, and the attackers' seats in every round."""
    config = FULL if data else QUICK
    shares = femnist(data, cell.seed).first(config.members) if data else digits(config.members, cell.seed)
    seats = config.committee if cell.system == "bflc" else ATTESTING
    malicious = round(float(cell["malicious"]) * config.members)
    rule = {"election_rule": ORDERS[str(cell["vacancies"])]} if cell.system == "bflc" else {}
    own: dict[str, Any] = {**config.task, **rule, **active(config.members, config.active, seats)}
    plan = Plan(
        task=task(
            cell.system,
            members=config.members,
            committee=seats,
            total_rounds=config.rounds,
            seed=cell.seed,
            **own,
        ),
        shares=shares,
        seed=cell.seed,
        attack=ATTACK,
        attackers=frozenset(range(config.members - malicious, config.members)),
        score_limit=config.score_images,
    )
    course = play(plan, tick)
    captured = (Measured(f"seats{ROUND}{number}", count) for number, count in enumerate(course.captured))
    given = [Measured("majority", shares.majority), Measured("committee", config.committee)]
    return [*course.measured(), *given, *captured]


def report(rows: Rows, stem: Path) -> str:
    """Accuracy to the left, seats to the right."""
    compared = [row for row in rows if row.settings["vacancies"] == "order"]
    shares = sorted({row.settings["malicious"] for row in compared}, key=float)
    with chart(stem, 2) as (left, right):
        left.set(xlabel="malicious nodes", ylabel="accuracy of the last five rounds", title="BFLC, Figure 4")
        for marker, system in zip(MARKERS, SYSTEMS, strict=False):
            ours = [(share, by_seed(select(compared, "accuracy", system=system, malicious=share))) for share in shares]
            left.plot(
                [100 * float(x) for x, y in ours if y], [100 * y[0] for _, y in ours if y], marker=marker, label=system
            )
        left.set_ylim(0, 100)
        left.xaxis.set_major_formatter("{x:g} %")
        left.yaxis.set_major_formatter("{x:g} %")
        _seats(rows, right)
    lines = [[system, *(_cell(compared, system, share) for share in shares)] for system in SYSTEMS]
    return table(("accuracy at", *(percent(float(share), 0) for share in shares)), lines)


def _seats(rows: Rows, axes: Any) -> None:
    axes.set(xlabel="round", ylabel="committee seats of attackers", title="Vacancies filled in order and by draw")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    seats = max((row.value for row in rows if row.metric == "committee"), default=1)
    axes.set_ylim(-0.2, seats + 0.2)
    axes.axhline(seats / 2, color="grey", linestyle="--", label="half of the committee")
    drawn = sorted({row.settings["malicious"] for row in rows if row.settings["vacancies"] == "draw"}, key=float)
    for number, share in enumerate(drawn):
        for order, style in (("order", "-"), ("draw", ":")):
            chosen = [
                r
                for r in rows
                if r.system == "bflc" and (r.settings["malicious"], r.settings["vacancies"]) == (share, order)
            ]
            found = curve(chosen, "seats")
            label = f"{percent(float(share), 0)} malicious, {order}"
            axes.plot([x for x, _ in found], [y for _, y in found], style, color=f"C{number}", label=label)


def _cell(rows: Rows, system: str, share: str) -> str:
    clean = (select(rows, metric, system=system, malicious=0) for metric in ("accuracy", "majority"))
    return cell(select(rows, "accuracy", system=system, malicious=share), counts=has_learnt(*clean))


EXPERIMENT = Experiment(
    name="bflc-figure4",
    title="BFLC, Figure 4: malicious nodes",
    cells=cells,
    measure=measure,
    report=report,
    files=(FEMNIST,),
    data="396-writer subset of FEMNIST",
)
