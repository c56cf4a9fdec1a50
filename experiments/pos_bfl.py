"""PoS-BFL, Figures 6 to 8 and Table 4: accuracy against malicious devices, for two divisions of the roles.

Yu et al., "Blockchain-empowered secure federated learning system: Architecture and applications", section 5: MNIST in
equal random shards on 20 devices. The data of a malicious device are noisy, all of them, and as a worker it adds noise
of variance 1 to its model. What it does as a validator is not said: the security model is semi-honest, so in
`votes=algorithm` it follows Algorithm 1 on its noisy data. In `votes=colluding`, harder than the paper, malicious
validators vote for each other's updates and against all others. The first roles are drawn from all devices, too.

The paper's vanilla FL and pFedMe have no validators. As many devices train as PoS-BFL has workers, three attest.
Accuracies are the shared model's, pFedMe's too. Against the paper: 600 images a device, 30 rounds for 100, rate
0.05 for 0.01, a small CNN; one local epoch for five in Figures 6 and 7, and in pFedMe, which takes five steps a batch.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import PercentFormatter

from experiments.attacks import ATTACKS, Attack, colluding_committee, data_noise, noise
from experiments.data import MNIST, Shares, digits, mnist
from experiments.experiment import Cell, Experiment, Measured, Rows, Tick
from experiments.federation import Plan
from experiments.learning import LAST, play
from experiments.report import MARKERS, ROUND, by_seed, cell, chart, curve, has_learnt, percent, select, table
from experiments.systems import LEARNERS, active, task
from offchain.learning import TorchLearner


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen."""

    roles: tuple[str, ...] = ("12/5/3", "8/9/3")  # workers, validators, miners
    images: int = 600  # of a device, a fifth of them to score with
    malicious: tuple[int, ...] = (0, 3, 4, 6, 8, 10, 12, 14, 16)  # Figures 6 and 7
    compared: tuple[int, ...] = (0, 3, 8)  # with the other systems too
    colluding: tuple[int, ...] = (3, 6, 10, 14)
    tabled: int = 3  # malicious devices in Table 4 and Figure 8
    epochs: int = 1  # of Figures 6 and 7
    tabled_epochs: Mapping[str, int] = field(default_factory=lambda: {"pos-bfl": 5, "basic-fl": 5, "pfedme": 1})
    rounds: int = 30
    seeds: tuple[int, ...] = (1,)
    tabled_seeds: tuple[int, ...] = (1, 2, 3)
    task: Mapping[str, Any] = field(
        default_factory=lambda: {
            "model": "offchain.learning.models:cnn",
            "arguments": {"channels": 1, "classes": 10, "size": 28},
            "input_shape": (1, 28, 28),
            "batch": 10,
            "learning_rate": "0.05",
        }
    )


FULL = Config()
QUICK = Config(
    roles=("5/3/3",), malicious=(0, 3), compared=(), colluding=(), tabled_seeds=(),
    rounds=4, task={"batch": 4, "learning_rate": "0.1"},
)  # fmt: skip

SYSTEMS = ("pos-bfl", "basic-fl", "pfedme")
ATTESTING = 3
VOTES: Mapping[str, Attack] = {
    "algorithm": ATTACKS["noise"],
    "colluding": Attack(update=noise, scores=partial(colluding_committee, praise=(10_000, 10_000), blame=(0, 0))),
}
PAPER: Mapping[tuple[str, str], float] = {
    ("basic-fl", "12/5/3"): 0.11, ("pfedme", "12/5/3"): 0.13, ("pos-bfl", "12/5/3"): 0.86,
    ("basic-fl", "8/9/3"): 0.10, ("pfedme", "8/9/3"): 0.11, ("pos-bfl", "8/9/3"): 0.95,
}  # fmt: skip
KINDS: Mapping[str, tuple[str, str]] = {
    "pos-bfl": ("pos-bfl", "algorithm"),
    "pos-bfl, colluding validators": ("pos-bfl", "colluding"),
    "basic-fl": ("basic-fl", "algorithm"),
    "pfedme": ("pfedme", "algorithm"),
}


def cells(quick: bool) -> list[Cell]:
    """Table 4 and the sweeps of Figures 6 and 7, the dearest first."""
    config = QUICK if quick else FULL
    return sorted(dict.fromkeys((*_tabled(config), *_swept(config))), key=lambda cell: -cell.work)


def _tabled(config: Config) -> list[Cell]:
    """Table 4, and the clean run of Figure 8."""
    malicious = [(system, roles, config.tabled) for system in SYSTEMS for roles in config.roles]
    return [
        _cell(system, roles, count, config.tabled_epochs[system], seed)
        for system, roles, count in (*malicious, ("basic-fl", config.roles[0], 0))
        for seed in config.tabled_seeds
    ]


def _swept(config: Config) -> list[Cell]:
    wanted = [
        *(("pos-bfl", count, "algorithm") for count in config.malicious),
        *(("pos-bfl", count, "colluding") for count in config.colluding),
        *((system, count, "algorithm") for system in SYSTEMS[1:] for count in config.compared),
    ]
    return [
        _cell(system, roles, count, config.epochs, seed, votes)
        for roles in config.roles
        for system, count, votes in wanted
        for seed in config.seeds
    ]


def _cell(system: str, roles: str, malicious: int, epochs: int, seed: int, votes: str = "algorithm") -> Cell:
    settings = ("roles", roles), ("malicious", malicious), ("votes", votes), ("epochs", epochs)
    return Cell(system=system, settings=settings, seed=seed, work=(1 + epochs) * (4 if system == "pfedme" else 1))


def measure(cell: Cell, data: Path | None, tick: Tick) -> Sequence[Measured]:
    """Accuracy over the last five rounds; for Table 4 and Figure 8 in every round too."""
    config = FULL if data else QUICK
    plan = _plan(config, cell, data)
    is_tabled = cell in _tabled(config)
    course = play(plan, tick, tested=config.rounds if is_tabled else LAST)
    paper = PAPER.get((cell.system, str(cell["roles"]))) if is_tabled and cell["malicious"] else None
    reached = [Measured(f"accuracy{ROUND}{number}", value) for number, value in enumerate(course.accuracies, 1)]
    return [*course.measured(paper), Measured("majority", plan.shares.majority), *(reached if is_tabled else ())]


def _plan(config: Config, cell: Cell, data: Path | None) -> Plan:
    workers, validators, miners = map(int, str(cell["roles"]).split("/"))
    members, seed = workers + validators + miners, cell.seed
    judge = {"committee": validators, "aggregators": miners, "trainers": workers}
    seats = validators + miners
    if cell.system != "pos-bfl":
        seats = ATTESTING
        judge = {"committee": seats, **active(members, (workers + seats) / members, seats)}
    malicious = frozenset(range(members - int(cell["malicious"]), members))
    shares = mnist(data, members, seed, size=config.images) if data else digits(members, seed)
    return Plan(
        task=task(
            cell.system,
            members=members,
            total_rounds=config.rounds,
            max_empty_rounds=config.rounds,
            epochs=int(cell["epochs"]),
            seed=seed,
            **judge,
            **config.task,
        ),
        shares=_noisy(shares, malicious, seed),
        seed=seed,
        attack=VOTES[str(cell["votes"])],
        attackers=malicious,
        committee=tuple(np.random.default_rng(seed).permutation(members)[:seats].tolist()),
        score_limit=config.images,
        learner=LEARNERS.get(cell.system, TorchLearner),
    )


def _noisy(shares: Shares, malicious: frozenset[int], seed: int) -> Shares:
    """With noise on all that malicious devices have: they score with it too."""
    members = (
        data_noise(own, own.classes, np.random.default_rng([seed, number])) if number in malicious else own
        for number, own in enumerate(shares.members)
    )
    return Shares(tuple(members), shares.test)


def report(rows: Rows, stem: Path) -> str:
    """Figures 6 to 8 side by side; Table 4, and the numbers of Figures 6 and 7."""
    divisions = sorted({row.settings["roles"] for row in rows}, key=lambda roles: -int(roles.split("/")[0]))
    with chart(stem, len(divisions) + 1, width=5.2) as axes:
        for roles, place in zip(divisions, axes, strict=False):
            _draw_sweep(rows, roles, place)
        _draw_rounds(rows, divisions[0], axes[-1])
        for place in axes:
            place.set(ylim=(0, 1))
            place.yaxis.set_major_formatter(PercentFormatter(1))
    return f"Table 4:\n\n{_table4(rows, divisions)}\n\nFigures 6 and 7:\n\n{_sweeps(rows, divisions)}"


def _draw_sweep(rows: Rows, roles: str, axes: Axes) -> None:
    axes.set(
        xlabel="malicious devices",
        ylabel="accuracy of the last five rounds",
        title=f"{roles} workers, validators, miners",
    )
    for number, (label, kind) in enumerate(KINDS.items()):
        found = [(count, by_seed(_swept_at(rows, kind, roles, count))) for count in _counts(rows)]
        if points := [(count, reached[0]) for count, reached in found if reached]:
            axes.plot(*zip(*points, strict=True), color=f"C{number}", marker=MARKERS[number], label=label)


def _draw_rounds(rows: Rows, roles: str, axes: Axes) -> None:
    axes.set(xlabel="round", ylabel="accuracy", title=f"{roles}, epochs as in Table 4")
    for system, malicious in (*((system, FULL.tabled) for system in SYSTEMS), ("basic-fl", 0)):
        settings = {"roles": roles, "malicious": str(malicious), "epochs": str(FULL.tabled_epochs[system])}
        chosen = [row for row in rows if row.system == system and settings.items() <= row.settings.items()]
        if points := curve(chosen, "accuracy"):
            color, style = (f"C{list(KINDS).index(system)}", "-") if malicious else ("grey", "--")
            axes.plot(*zip(*points, strict=True), style, color=color, label=f"{system}, {malicious} malicious")


def _table4(rows: Rows, divisions: Sequence[str]) -> str:
    lines = []
    for roles in divisions:
        for system in SYSTEMS:
            chosen = {"system": system, "roles": roles, "malicious": FULL.tabled, "votes": "algorithm"}
            found = select(rows, "accuracy", epochs=FULL.tabled_epochs[system], **chosen)
            ours = cell(found, counts=_has_learnt(rows, system, roles))
            lines.append([system, roles, ours, percent(PAPER.get((system, roles)), 0)])
    return table(("system", "roles", f"{FULL.tabled} malicious devices", "the paper"), lines)


def _sweeps(rows: Rows, divisions: Sequence[str]) -> str:
    counts, lines = _counts(rows), []
    for roles in divisions:
        for label, kind in KINDS.items():
            found = [_swept_at(rows, kind, roles, count) for count in counts]
            if any(found[1:]):
                learnt = _has_learnt(rows, kind[0], roles)
                lines.append([label, roles, *(cell(one, counts=learnt) for one in found)])
    return table(("system, 1 epoch", "roles", *(f"{count} malicious" for count in counts)), lines)


def _swept_at(rows: Rows, kind: tuple[str, str], roles: str, count: int) -> Rows:
    """Accuracies in Figures 6 and 7; with nobody malicious it is all the same how they vote."""
    system, votes = kind
    chosen = {"system": system, "roles": roles, "epochs": FULL.epochs, "malicious": count}
    return select(rows, "accuracy", votes=votes if count else "algorithm", **chosen)


def _has_learnt(rows: Rows, system: str, roles: str) -> bool:
    chosen = {"system": system, "roles": roles, "malicious": 0, "epochs": FULL.epochs}
    return has_learnt(select(rows, "accuracy", **chosen), select(rows, "majority", **chosen))


def _counts(rows: Rows) -> list[int]:
    return sorted({int(row.settings["malicious"]) for row in rows})


EXPERIMENT = Experiment(
    name="pos-bfl",
    title="PoS-BFL, Figures 6 to 8 and Table 4: malicious devices (MNIST)",
    cells=cells,
    measure=measure,
    report=report,
    files=(MNIST,),
)
