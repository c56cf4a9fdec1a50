"""What a round costs: evaluations against the sizes of crowd and committee, gas and transactions against members.

Li et al., "A Blockchain-based Decentralized Federated Learning Framework with Committee Consensus", sections III-B and
V-A: with P trainers and a committee of Q, a round of consensus takes P x Q evaluations, where broadcasting would take
(P + Q)². Here they are counted as the committee makes them. Each seat evaluates the round's model too.

All numbers are means over steady rounds: neither the first, which writes storage for the first time, nor the last,
which opens no other. Every member trains on digits drawn for it alone, so that no update is a copy, and all of a
round's updates may be accepted, the dearest case. As a round takes 750 updates at most, of more members as many are
active.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from experiments.counting import BASELINE, UPDATE, CountingCompute
from experiments.data import digits
from experiments.experiment import Cell, Experiment, Measured, Rows, Tick
from experiments.report import MARKERS, by_seed, chart, percent, select, table
from experiments.systems import active, task
from folkmoot.simulation import Plan, Record, Shares, simulate
from folkmoot.testing.transactions import transactions
from tools.contracts import CONTRACTS, RULES


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen. Committees are so many seats, or below 1 the share of the active that has one."""

    members: tuple[int, ...] = (10, 30, 100, 300, 1000)
    committees: tuple[tuple[str, float], ...] = (
        *(("bflc", 5), ("bflc", 0.1), ("bflc", 0.4)),
        *(("pos-bfl", 5), ("bift", 5), ("basic-fl", 5)),
    )
    rounds: int = 4
    samples: int = 40  # of a member, half of them to score with
    active: int = 750
    miners: int = 3  # of PoS-BFL
    seeds: tuple[int, ...] = (1,)


FULL = Config()
QUICK = Config(members=(10, 16), committees=(("bflc", 0.4), ("basic-fl", 3)), rounds=3)

LEARNING = {"epochs": 5, "batch": 20, "learning_rate": "0.1"}
CALLS, GAS = "calls of ", "gas of "  # before the name of a function

Line = tuple[str, str]
"""A system, and its committee as the settings have it."""


def cells(quick: bool) -> list[Cell]:
    """The smallest federations first."""
    config = QUICK if quick else FULL
    return [
        Cell(system=system, settings=(("members", members), ("committee", committee)), seed=seed, work=members)
        for members in config.members
        for system, committee in config.committees
        for seed in config.seeds
    ]


def measure(cell: Cell, data: Path | None, tick: Tick) -> Sequence[Measured]:
    """A steady round's sizes, evaluations, transactions and gas, and each function's calls and mean gas."""
    records: list[Record] = []
    evaluated: list[Counter[str]] = []
    ends: list[int] = []
    plan = _plan(FULL if data else QUICK, cell)
    with simulate(plan, rules=RULES, contracts=CONTRACTS) as played:
        tally = Counter[str]()
        for one in played.coalition.honest:
            compute = one.compute
            one.compute = CountingCompute(compute.account, compute.learner, compute.blobs, tally=tally)
        for record in played.play():
            records.append(record)
            ends.append(played.chain.client.head().number)
            evaluated.append(Counter(tally))
            tally.clear()
            tick(len(records), plan.task.total_rounds)
        gas: dict[str, list[int]] = defaultdict(list)
        for sent in transactions(played.chain.client, played.task.address, range(ends[0] + 1, ends[-2] + 1)):
            if sent.succeeded:
                gas[sent.function].append(sent.gas)
    return [*_rounds(records[1:-1], evaluated[1:-1]), *_functions(gas, len(records) - 2)]


def _plan(config: Config, cell: Cell) -> Plan:
    members, committee = int(cell["members"]), float(cell["committee"])
    acting = min(members, config.active)
    seats = int(committee) if committee >= 1 else max(3, round(committee * acting) | 1)  # an odd number
    miners = config.miners if cell.system == "pos-bfl" else 0
    drawn = active(members, acting / members, seats + miners)
    own: dict[str, Any] = {"aggregators": miners, **drawn, **LEARNING}
    return Plan(
        task=task(cell.system, members=members, committee=seats, total_rounds=config.rounds, seed=cell.seed, **own),
        shares=_crowd(members, config.samples, cell.seed),
        seed=cell.seed,
        score_fraction=0.5,
    )


def _crowd(members: int, samples: int, seed: int) -> Shares:
    """More members than there are digits: each draws its own."""
    everything, rng = digits(1, seed), np.random.default_rng(seed)
    (pool,) = everything.members
    own = (pool.take(rng.choice(len(pool), samples, replace=False)) for _ in range(members))
    return Shares(tuple(own), everything.test)


def _rounds(records: Sequence[Record], evaluated: Sequence[Counter[str]]) -> list[Measured]:
    """Means over rounds."""
    means = {
        "trainers": [len(record.authors) for record in records],
        "seats": [len(record.committee) for record in records],
        "accepted": [len(record.accepted) for record in records],
        "evaluations": [tally[UPDATE] for tally in evaluated],
        "baselines": [tally[BASELINE] for tally in evaluated],
        "transactions": [record.spent.transactions for record in records],
        "late_transactions": [record.spent.late for record in records],
        "gas": [record.spent.gas for record in records],
    }
    return [Measured(metric, mean(values)) for metric, values in means.items()]


def _functions(gas: Mapping[str, Sequence[int]], rounds: int) -> list[Measured]:
    calls = [Measured(f"{CALLS}{name}", len(gas[name]) / rounds) for name in sorted(gas)]
    return [*calls, *(Measured(f"{GAS}{name}", mean(gas[name])) for name in sorted(gas))]


def report(rows: Rows, stem: Path) -> str:
    """Evaluations to the left, gas to the right; a table of each, and one of what BFLC calls."""
    lines = list(dict.fromkeys((row.system, row.settings["committee"]) for row in rows))
    judged = [line for line in lines if line[0] == "bflc"]
    with chart(stem, 2) as (left, right):
        _draw_evaluations(left, rows, judged)
        _draw_gas(right, rows, lines)
    parts = [_evaluations(rows, judged), _spent(rows, lines)]
    return "\n\n".join(parts + [_called(rows, line) for line in judged[:1]])


def _draw_evaluations(axes: Axes, rows: Rows, lines: Sequence[Line]) -> None:
    axes.set(xlabel="active nodes, P + Q", ylabel="evaluations of updates a round", title="Evaluations in BFLC")
    _stretch(axes)
    for marker, line in zip(MARKERS, lines, strict=False):
        points = [(_active(rows, line, size), _value(rows, line, size, "evaluations")) for size in _sizes(rows, line)]
        axes.plot(*zip(*points, strict=True), marker=marker, label=f"counted, committee of {_seats(line)}")
    active = sorted({_active(rows, line, size) for line in lines for size in _sizes(rows, line)})
    axes.plot(active, [nodes**2 for nodes in active], "--", color="grey", label="broadcasting, (P + Q)²")


def _draw_gas(axes: Axes, rows: Rows, lines: Sequence[Line]) -> None:
    axes.set(xlabel="members", ylabel="gas a round", title="Gas")
    _stretch(axes)
    for marker, line in zip(MARKERS, lines, strict=False):
        points = [(size, _value(rows, line, size, "gas")) for size in _sizes(rows, line)]
        axes.plot(*zip(*points, strict=True), marker=marker, label=f"{line[0]}, committee of {_seats(line)}")


def _stretch(axes: Axes) -> None:
    axes.set(xscale="log", yscale="log")
    axes.xaxis.set_major_formatter("{x:,.0f}")


def _evaluations(rows: Rows, lines: Sequence[Line]) -> str:
    header = ("P", "Q", "counted", "P × Q", "(P + Q)²", "of it", "of models")
    return "## Evaluations a round\n\n" + table(
        header, [_evaluated(rows, line, size) for line in lines for size in _sizes(rows, line)]
    )


def _evaluated(rows: Rows, line: Line, size: int) -> list[str]:
    metrics = ("trainers", "seats", "evaluations", "baselines")
    p, q, counted, models = (_value(rows, line, size, metric) for metric in metrics)
    everybody = (p + q) ** 2
    share = f"{100 * counted / everybody:.1f} %"
    return [*(f"{number:,.0f}" for number in (p, q, counted, p * q, everybody)), share, f"{models:,.0f}"]


def _spent(rows: Rows, lines: Sequence[Line]) -> str:
    header = ("system", "committee", "members", "trainers", "accepted", "transactions", "gas", "gas a member")
    return "## Transactions and gas a round\n\n" + table(
        header, [_took(rows, line, size) for line in lines for size in _sizes(rows, line)]
    )


def _took(rows: Rows, line: Line, size: int) -> list[str]:
    gas = _value(rows, line, size, "gas")
    counts = [_value(rows, line, size, metric) for metric in ("trainers", "accepted", "transactions")]
    return [line[0], _seats(line), *(f"{number:,.0f}" for number in (size, *counts, gas, gas / size))]


def _called(rows: Rows, line: Line) -> str:
    """Calls a round and their mean gas, by function and members."""
    sizes = _sizes(rows, line)
    names = sorted({row.metric.removeprefix(GAS) for row in _of(rows, line) if row.metric.startswith(GAS)})
    lines = [[name, *(_call(rows, line, size, name) for size in sizes)] for name in names]
    title = f"## Calls a round and mean gas: {line[0]}, committee of {_seats(line)}"
    return f"{title}\n\n{table(('function', *(f'{size:,} members' for size in sizes)), lines)}"


def _call(rows: Rows, line: Line, size: int, name: str) -> str:
    calls, gas = (_value(rows, line, size, f"{metric}{name}") for metric in (CALLS, GAS))
    return f"{calls:,.1f} × {gas:,.0f}" if calls else "–"


def _active(rows: Rows, line: Line, size: int) -> float:
    return _value(rows, line, size, "trainers") + _value(rows, line, size, "seats")


def _value(rows: Rows, line: Line, size: int, metric: str) -> float:
    """Mean over seeds, 0 if there is none."""
    found = by_seed(select(_of(rows, line), metric, members=size))
    return found[0] if found else 0.0


def _of(rows: Rows, line: Line) -> Rows:
    return [row for row in rows if (row.system, row.settings["committee"]) == line]


def _sizes(rows: Rows, line: Line) -> list[int]:
    return sorted({int(row.settings["members"]) for row in _of(rows, line)})


def _seats(line: Line) -> str:
    return percent(float(line[1]), 0) if float(line[1]) < 1 else line[1]


EXPERIMENT = Experiment(
    name="cost",
    title="What a round costs: evaluations, transactions and gas",
    cells=cells,
    measure=measure,
    report=report,
)
