"""BFLC, Figure 4: accuracy against the proportion of malicious nodes, and how they take the committee.

Li et al., "A Blockchain-based Decentralized Federated Learning Framework with Committee Consensus", section V-B: 10 %
of the nodes are active, 20 % of them the committee; malicious nodes perturb their models with pointwise Gaussian noise,
and in the committee give each other 90 to 100 %. What they give the others is not said: here 0 to 10 %. The figure has
no numbers. The first committee is honest, as the argument of section IV-C presumes.

More figures show the seats that attackers hold, with vacancies filled in our order and by draw: as the task is, and
with as many strikes allowed as there can be, so that nobody is suspended and the order stands alone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from experiments.bflc_table1 import ATTESTING
from experiments.bflc_table1 import FULL as TABLE1
from experiments.data import FEMNIST, digits, femnist
from experiments.experiment import Cell, Experiment, Measured, Rows, Tick, Value
from experiments.learning import play
from experiments.report import MARKERS, ROUND, by_seed, cell, chart, curve, has_learnt, percent, select, table
from experiments.systems import active, task
from folkmoot.simulation import Plan
from folkmoot.simulation.attacks import ATTACKS, colluding_committee


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen."""

    members: int = 396
    active: float = 0.1  # of the members
    committee: int = 8  # 20 % of the active
    malicious: tuple[float, ...] = (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
    captured: tuple[float, ...] = (0.5, 0.6, 0.7)  # where the order of vacancies is compared
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
    rounds=3,
    task={"epochs": 5, "batch": 16, "learning_rate": "0.1"},
)

ATTACK = replace(ATTACKS["noise"], scores=colluding_committee)
SYSTEMS = ("bflc", "basic-fl", "cwmed")
TOLERANT = ("strikes", "allowed")
EVERY_STRIKE = 254  # more than rounds, each of which gives one at most
ORDERS: Mapping[str, str] = {"order": "TopScoreElection", "draw": "DrawnVacancies"}


def cells(quick: bool) -> list[Cell]:
    """Every system at every proportion; BFLC with drawn vacancies, and with either order where nobody is suspended."""
    config = QUICK if quick else FULL
    compared = [(system, _setting(share, "order")) for share in config.malicious for system in SYSTEMS]
    drawn = [("bflc", _setting(share, "draw")) for share in config.captured]
    tolerated = [("bflc", (*_setting(share, order), TOLERANT)) for share in config.captured for order in ORDERS]
    return [
        Cell(system=system, settings=settings, seed=seed)
        for system, settings in (*drawn, *compared, *tolerated)
        for seed in config.seeds
    ]


def _setting(share: float, order: str) -> tuple[tuple[str, Value], ...]:
    return ("malicious", share), ("vacancies", order)


def measure(cell: Cell, data: Path | None, tick: Tick) -> Sequence[Measured]:
    """Accuracy over the last five rounds, and the attackers' seats in every round."""
    config = FULL if data else QUICK
    shares = femnist(data, cell.seed).first(config.members) if data else digits(config.members, cell.seed)
    seats = config.committee if cell.system == "bflc" else ATTESTING
    malicious = round(float(cell["malicious"]) * config.members)
    rule = {"election_rule": ORDERS[str(cell["vacancies"])]} if cell.system == "bflc" else {}
    tolerance = {"max_strikes": EVERY_STRIKE, "max_empty_rounds": EVERY_STRIKE + 1} if TOLERANT in cell.settings else {}
    own: dict[str, Any] = {**config.task, **rule, **tolerance, **active(config.members, config.active, seats)}
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
    """Accuracy to the left, seats to the right; a table of each."""
    usual = [row for row in rows if TOLERANT not in row.settings.items()]
    tolerant = [row for row in rows if TOLERANT in row.settings.items()]
    compared = [row for row in usual if row.settings["vacancies"] == "order"]
    shares = sorted({row.settings["malicious"] for row in compared}, key=float)
    with chart(stem, 3) as (left, middle, right):
        left.set(xlabel="malicious nodes", ylabel="accuracy of the last five rounds", title="BFLC, Figure 4")
        for marker, system in zip(MARKERS, SYSTEMS, strict=False):
            ours = [(share, by_seed(select(compared, "accuracy", system=system, malicious=share))) for share in shares]
            left.plot(
                [100 * float(x) for x, y in ours if y], [100 * y[0] for _, y in ours if y], marker=marker, label=system
            )
        left.set_ylim(0, 100)
        left.xaxis.set_major_formatter("{x:g} %")
        left.yaxis.set_major_formatter("{x:g} %")
        _seats(usual, middle, "Attackers' seats")
        _seats(tolerant, right, "Attackers' seats if nobody is suspended")
    lines = [[system, *(_cell(compared, system, share) for share in shares)] for system in SYSTEMS]
    accuracy = table(("accuracy at", *(percent(float(share), 0) for share in shares)), lines)
    return f"{accuracy}\n\n{_captures({'yes': usual, 'no': tolerant})}"


def _captures(parts: Mapping[str, Rows]) -> str:
    """How far attackers got, and where that ended, by whether members are suspended."""
    lines = []
    for suspended, rows in parts.items():
        for share, order in product(_captured(rows), ORDERS):
            found = _taken(rows, share, order)
            seats = [seats for _, seats in curve(found, "seats")]
            if seats and (reached := by_seed(select(found, "accuracy"))):
                accuracy = percent(reached[0])
                lines.append(
                    [percent(float(share), 0), suspended, order, f"{max(seats):g}", f"{seats[-1]:g}", accuracy]
                )
    return table(("malicious", "suspensions", "vacancies by", "most seats", "last seats", "accuracy"), lines)


def _captured(rows: Rows) -> list[str]:
    return sorted({row.settings["malicious"] for row in rows if row.settings["vacancies"] == "draw"}, key=float)


def _taken(rows: Rows, share: str, order: str) -> Rows:
    wanted = {"malicious": share, "vacancies": order}.items()
    return [row for row in rows if row.system == "bflc" and wanted <= row.settings.items()]


def _seats(rows: Rows, axes: Axes, title: str) -> None:
    axes.set(xlabel="round", ylabel="committee seats of attackers", title=title)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    seats = max((row.value for row in rows if row.metric == "committee"), default=1)
    axes.set_ylim(-0.2, seats + 0.2)
    axes.axhline(seats / 2, color="grey", linestyle="--", label="half of the committee")
    for number, share in enumerate(_captured(rows)):
        for order, style in (("order", "-"), ("draw", ":")):
            found = curve(_taken(rows, share, order), "seats")
            label = f"{percent(float(share), 0)} malicious, vacancies by {order}"
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
