"""Four hospitals that all train and all judge: what a small federation gains, and what a liar among them can do.

No paper's experiment. Logistic regression learns heart disease from the patients of four real hospitals, of which one
has 93 % sick ones. The AUC of each round's model is taken over a quarter of every hospital's patients, with whom nobody
trains or judges. In a federation each hospital judges with a quarter of the rest.

The liar trains on flipped labels, submits three times its change, gives 0 to all others' updates and claims that the
model was perfect, which strikes whom it can. It does so from the first round on. Each hospital in turn is the liar.

`alone` is a hospital by itself, `centralised` all data in one place. In `basic-fl` all train, their updates are
averaged and no one judges. `bflc` seats three, which leaves one to train. In `peers` all train and judge: by
class-balanced loss and with clipped changes, as the preset has it, or by accuracy and with federated averaging.

Members train for one pass over their data a round, as the preset has it, and for comparison for five. No task ends
before its last round, however many rounds in a row give no model.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from experiments.data import HEARTS, hospitals, odd_digits
from experiments.experiment import Cell, Experiment, Measured, Tick, Value
from experiments.learning import LAST
from experiments.report import ROUND
from experiments.small_report import HOSPITALS, NOBODY, report
from experiments.systems import WINDOWS
from folkmoot.learning import Dataset, TorchLearner, build, initial_weights, load_weights, outputs
from folkmoot.presets import preset
from folkmoot.simulation import Plan, Record, Shares, simulate
from folkmoot.simulation.attacks import ATTACKS, Attack, colluding_committee, scaling
from folkmoot.task_config import TaskConfig
from tools.contracts import CONTRACTS, RULES

ENDLESS = 255  # rounds in a row without a new model, more than there are

LIAR = Attack(
    data=ATTACKS["label-flip"].data,
    update=partial(scaling, factor=3.0),
    scores=partial(colluding_committee, praise=(10_000, 10_000), blame=(0, 0)),
    baseline=10_000,
)

BY_ACCURACY = (("metric", "accuracy"), ("aggregation", "fedavg/1"))
FEDERATED: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "basic-fl": ("plain", {"seats_train": True, "min_updates": 2}),
    "bflc": ("bflc", {"committee": 3, "min_updates": 1}),
    "peers": ("peers", {}),
}
"""The preset of each system that runs on the chain, and what it changes of it for four members."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen. Learning rate and batch are the defaults of every task."""

    rounds: int = 20
    passes: tuple[int, ...] = (1, 5)  # over a member's data in a round
    liars: tuple[str, ...] = HOSPITALS
    seeds: tuple[int, ...] = (1, 2, 3, 4, 5)
    score_fraction: float = 0.25
    score_limit: int = 2048
    task: Mapping[str, Any] = field(
        default_factory=lambda: {
            "arguments": {"inputs": 15, "classes": 2, "hidden": []},
            "input_shape": (15,),
            "classes": 2,
        }
    )


FULL = Config()
QUICK = Config(
    rounds=3,
    passes=(1,),
    liars=HOSPITALS[-1:],
    seeds=(1,),
    task={"arguments": {"inputs": 64, "classes": 2, "hidden": []}, "classes": 2},
)


def cells(quick: bool) -> list[Cell]:
    """A whole table for each seed, then the next seed."""
    config = QUICK if quick else FULL
    return [
        Cell(system=system, settings=(("passes", passes), *settings), seed=seed, work=work)
        for seed in config.seeds
        for passes in config.passes
        for system, settings, work in _arms(config)
    ]


def _arms(config: Config) -> Iterator[tuple[str, tuple[tuple[str, Value], ...], float]]:
    """A system, its settings, and about how long it takes."""
    yield "centralised", (), 0.1
    yield from (("alone", (("hospital", hospital),), 0.1) for hospital in HOSPITALS)
    for liar in (NOBODY, *config.liars):
        yield from ((system, (("liar", liar),), 1.0) for system in FEDERATED)
        yield "peers", (("liar", liar), *BY_ACCURACY), 1.0


def measure(cell: Cell, data: Path | None, tick: Tick) -> Sequence[Measured]:
    """AUC over the last five rounds and in each; where others judge, what became of honest updates and members."""
    config = FULL if data else QUICK
    shares = hospitals(data, cell.seed) if data else odd_digits(len(HOSPITALS), cell.seed)
    if cell.system not in FEDERATED:
        return _reached(list(_by_itself(config, cell, shares, tick)))
    plan = _plan(config, cell, shares)
    records, reached = list[Record](), list[float]()
    with simulate(plan, rules=RULES, contracts=CONTRACTS) as played:
        for record in played.play():
            records.append(record)
            reached.append(_auc(played.outputs(record.model), shares.test))
            tick(len(records), config.rounds)
        honest = {*played.accounts} - {*played.coalition.attackers}
    submitted = [(account, account in record.accepted) for record in records for account in record.authors]
    return [
        *_reached(reached),
        Measured("rounds", len(records)),
        Measured("honest", sum(account in honest for account, _ in submitted)),
        Measured("honest_refused", sum(account in honest and not accepted for account, accepted in submitted)),
        Measured("honest_struck", sum(account in honest for record in records for account in record.struck)),
        Measured("liar_accepted", sum(account not in honest and accepted for account, accepted in submitted)),
        Measured("gas", sum(record.spent.gas for record in records)),
    ]


def _reached(aucs: Sequence[float]) -> list[Measured]:
    rounds = (Measured(f"auc{ROUND}{number}", auc) for number, auc in enumerate(aucs, 1))
    return [Measured("auc", mean(aucs[-LAST:])), *rounds]


def _auc(logits: NDArray[np.float32], test: Dataset) -> float:
    return float(roc_auc_score(test.y, logits[:, 1] - logits[:, 0]))


def _by_itself(config: Config, cell: Cell, shares: Shares, tick: Tick) -> Iterator[float]:
    """AUC after each round of training on one hospital's data, or on all, without anybody to judge for."""
    one = dict(cell.settings).get("hospital")
    train = shares.pooled() if one is None else shares.members[HOSPITALS.index(str(one))]
    task = _task(config, "bflc", cell)

    def fresh() -> Any:
        return build(task.model, task.arguments)

    module = fresh()
    load_weights(module, initial_weights(fresh, task.seed))
    learner = TorchLearner(module, train, shares.test)
    for number in range(config.rounds):
        learner.fit(
            epochs=task.epochs,
            batch=task.batch,
            learning_rate=float(task.learning_rate),
            optimizer=task.optimizer,
            momentum=float(task.momentum),
            seed=config.rounds * cell.seed + number,
        )
        yield _auc(outputs(module, shares.test.x), shares.test)
        tick(number + 1, config.rounds)


def _plan(config: Config, cell: Cell, shares: Shares) -> Plan:
    liar = str(cell["liar"])
    return Plan(
        task=_task(config, cell.system, cell),
        shares=shares,
        seed=cell.seed,
        attack=LIAR,
        attackers=frozenset() if liar == NOBODY else frozenset([HOSPITALS.index(liar)]),
        committee=tuple(range(len(HOSPITALS))) if cell.system == "peers" else (),
        score_fraction=config.score_fraction,
        score_limit=config.score_limit,
    )


def _task(config: Config, system: str, cell: Cell) -> TaskConfig:
    start, numbers = FEDERATED[system]
    judging = {key: value for key, value in cell.settings if (key, value) in BY_ACCURACY}
    return preset(
        start,
        name=system,
        total_rounds=config.rounds,
        seed=cell.seed,
        epochs=int(cell["passes"]),
        **WINDOWS,
        **{**config.task, **numbers, **judging, "max_empty_rounds": ENDLESS},
    )


EXPERIMENT = Experiment(
    name="small",
    title="Four hospitals: all train and all judge",
    cells=cells,
    measure=measure,
    report=report,
    files=(HEARTS,),
    data="UCI heart disease, four hospitals",
)
