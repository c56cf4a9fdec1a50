"""PoS-BFL, Figures 6 to 8 and Table 4: accuracy against malicious devices, for two divisions of the roles.

Yu et al., "Blockchain-empowered secure federated learning system: Architecture and applications", section 5: MNIST in
equal random shards on 20 devices. The data of a malicious device are noisy, all of them, and as a worker it adds noise
of variance 1 to its model. What it does as a validator is not said: the security model is semi-honest, so in
`votes=algorithm` it follows Algorithm 1 on its noisy data. In `votes=colluding`, harder than the paper, malicious
validators vote for each other's updates and against all others. The first roles are drawn from all devices, too.
Algorithm 1 lets noise pass while the model is no better than it; in `votes=bounded` no update has a vote that lies much
further from the model than the validator's own, as in Folkmoot's other tasks.

The paper's vanilla FL and pFedMe have no validators. As many devices train as PoS-BFL has workers, three attest.
Accuracies are the shared model's, pFedMe's too. Against the paper: 600 images a device, 30 rounds for 100, rate
0.05 for 0.01, a small CNN; one local epoch for five in Figures 6 and 7, and in pFedMe, which takes five steps a batch.
How far noise of one variance throws a model depends on its size. So Table 4 is repeated, in fewer rounds, with a CNN as
wide as McMahan et al.'s, which the paper cites for its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from experiments.data import MNIST, digits, mnist
from experiments.experiment import Cell, Experiment, Measured, Tick
from experiments.learning import LAST, play
from experiments.pos_bfl_report import EPOCHS, SYSTEMS, TABLED, TABLED_EPOCHS, WIDTHS, paper, report
from experiments.report import ROUND
from experiments.systems import LEARNERS, active, task
from folkmoot.learning import TorchLearner
from folkmoot.simulation import Plan, Shares
from folkmoot.simulation.attacks import ATTACKS, Attack, colluding_committee, data_noise, noise

COUNTS = (0, 3, 4, 6, 8, 10, 12, 14, 16)  # of malicious devices in Figures 6 and 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen."""

    roles: tuple[str, ...] = ("12/5/3", "8/9/3")  # workers, validators, miners
    images: int = 600  # of a device, a fifth of them to score with
    malicious: tuple[int, ...] = COUNTS
    compared: tuple[int, ...] = COUNTS  # the other systems
    colluding: tuple[int, ...] = (3, 6, 10, 14)
    bounded: tuple[int, ...] = COUNTS
    tabled: int = TABLED  # malicious devices in Table 4 and Figure 8
    epochs: int = EPOCHS  # of Figures 6 and 7
    tabled_epochs: Mapping[str, int] = field(default_factory=lambda: TABLED_EPOCHS)
    rounds: int = 30
    wide: tuple[int, ...] = (32, 64, 512)
    wide_systems: tuple[str, ...] = ("pos-bfl", "basic-fl")
    wide_rounds: int = 20
    seeds: tuple[int, ...] = (1,)
    tabled_seeds: tuple[int, ...] = (1, 2, 3)
    task: Mapping[str, Any] = field(
        default_factory=lambda: {
            "model": "folkmoot/cnn",
            "arguments": {"channels": 1, "classes": 10, "size": 28},
            "input_shape": (1, 28, 28),
            "batch": 10,
            "learning_rate": "0.05",
        }
    )


FULL = Config()
QUICK = Config(
    roles=("5/3/3",), malicious=(0, 3), compared=(), colluding=(), bounded=(3,), tabled_seeds=(), wide_systems=(),
    rounds=4, task={"batch": 4, "learning_rate": "0.1"},
)  # fmt: skip

ATTESTING = 3
WIDE_WORK = 60.0
VOTES: Mapping[str, Attack] = {
    "algorithm": ATTACKS["noise"],
    "colluding": Attack(update=noise, scores=partial(colluding_committee, praise=(10_000, 10_000), blame=(0, 0))),
    "bounded": ATTACKS["noise"],
}
NORM_MULTIPLE = "3"  # of `votes=bounded`; the other presets' default


def cells(quick: bool) -> list[Cell]:
    """Table 4, the sweeps of Figures 6 and 7, and Table 4 with the wide CNN; the dearest first."""
    config = QUICK if quick else FULL
    return sorted(dict.fromkeys((*_tabled(config), *_swept(config), *_widened(config))), key=lambda cell: -cell.work)


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
        *(("pos-bfl", count, "bounded") for count in config.bounded),
        *((system, count, "algorithm") for system in SYSTEMS[1:] for count in config.compared),
    ]
    return [
        _cell(system, roles, count, config.epochs, seed, votes)
        for roles in config.roles
        for system, count, votes in wanted
        for seed in config.seeds
    ]


def _widened(config: Config) -> list[Cell]:
    """Table 4 again, with the wide CNN."""
    return [
        replace(found, settings=(*found.settings, (WIDTHS, "/".join(map(str, config.wide)))), work=WIDE_WORK)
        for found in _tabled(config)
        if found["malicious"] and found.system in config.wide_systems and found.seed in config.seeds
    ]


def _cell(system: str, roles: str, malicious: int, epochs: int, seed: int, votes: str = "algorithm") -> Cell:
    settings = ("roles", roles), ("malicious", malicious), ("votes", votes), ("epochs", epochs)
    return Cell(system=system, settings=settings, seed=seed, work=(1 + epochs) * (4 if system == "pfedme" else 1))


def measure(cell: Cell, data: Path | None, tick: Tick) -> Sequence[Measured]:
    """Accuracy over the last five rounds; for Table 4 and Figure 8 in every round too."""
    config = FULL if data else QUICK
    plan = _plan(config, cell, data)
    is_tabled = cell in (*_tabled(config), *_widened(config))
    course = play(plan, tick, tested=plan.task.total_rounds if is_tabled else LAST)
    known = paper(cell.system, str(cell["roles"])) if is_tabled and cell["malicious"] else None
    reached = [Measured(f"accuracy{ROUND}{number}", value) for number, value in enumerate(course.accuracies, 1)]
    return [*course.measured(known), Measured("majority", plan.shares.majority), *(reached if is_tabled else ())]


def _plan(config: Config, cell: Cell, data: Path | None) -> Plan:
    workers, validators, miners = map(int, str(cell["roles"]).split("/"))
    is_wide = WIDTHS in dict(cell.settings)
    rounds = config.wide_rounds if is_wide else config.rounds
    learning = {**config.task}
    if is_wide:
        learning["arguments"] = {**learning["arguments"], "widths": config.wide}
    members, seed = workers + validators + miners, cell.seed
    judge: dict[str, Any] = {"committee": validators, "aggregators": miners, "trainers": workers}
    seats = validators + miners
    if cell.system != "pos-bfl":
        seats = ATTESTING
        judge = {"committee": seats, **active(members, (workers + seats) / members, seats)}
    if cell["votes"] == "bounded":
        judge["norm_multiple"] = NORM_MULTIPLE
    malicious = frozenset(range(members - int(cell["malicious"]), members))
    shares = mnist(data, members, seed, size=config.images) if data else digits(members, seed)
    return Plan(
        task=task(
            cell.system,
            members=members,
            total_rounds=rounds,
            max_empty_rounds=rounds,
            epochs=int(cell["epochs"]),
            seed=seed,
            **judge,
            **learning,
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


EXPERIMENT = Experiment(
    name="pos-bfl",
    title="PoS-BFL, Figures 6 to 8 and Table 4: malicious devices (MNIST)",
    cells=cells,
    measure=measure,
    report=report,
    files=(MNIST,),
)
