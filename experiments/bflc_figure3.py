"""BFLC, Figure 3: how likely it is that attackers get more than half of a committee that is drawn among all nodes.

Li et al., "A Blockchain-based Decentralized Federated Learning Framework with Committee Consensus", section IV-C: of A
nodes the share q is malicious, the committee is the share p of A. "Exact" is the hypergeometric distribution; the other
lines draw or elect committees by the very election rules, among nodes that perform alike.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from hashlib import sha256
from math import comb
from pathlib import Path

import numpy as np

from experiments.experiment import Cell, Experiment, Measured, Rows, Tick
from experiments.report import ROUND, chart, curve, percent, table
from folkmoot.rules import Candidate, random_election, top_score_election
from folkmoot.rules.election import Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen; p and q in percent of all nodes."""

    nodes: int = 1000
    committees: tuple[int, ...] = (5, 10, 20, 40)
    malicious: tuple[int, ...] = tuple(range(30, 71, 2))
    trials: int = 1000
    seeds: tuple[int, ...] = (1,)


FULL = Config()
QUICK = Config(nodes=200, committees=(10, 40), malicious=(30, 40, 46, 50, 54, 60, 70), trials=200)

Elect = Callable[[Sequence[Candidate], int, bytes, int], list[int]]
RULES: Mapping[str, Elect] = {"random-election": random_election, "top-score-election": top_score_election}
WAYS = ("exact", *RULES)  # to find the chance


def attack_success(nodes: int, malicious: int, seats: int) -> Fraction:
    """The probability that more than half of `seats` nodes, drawn without replacement, are malicious."""
    honest = nodes - malicious
    worse = range(seats // 2 + 1, min(seats, malicious) + 1)
    return Fraction(sum(comb(malicious, bad) * comb(honest, seats - bad) for bad in worse), comb(nodes, seats))


def cells(quick: bool) -> list[Cell]:
    """One for each committee size."""
    config = QUICK if quick else FULL
    return [
        Cell(
            system="bflc",
            settings=(("A", config.nodes), ("p", share / 100), ("by", way)),
            seed=seed,
            work=1 + 9 * (way in RULES),
        )
        for way in WAYS
        for share in config.committees
        for seed in config.seeds
    ]


def measure(cell: Cell, data: Path | None, tick: Tick) -> Sequence[Measured]:
    """The attackers' success for each share of malicious nodes, in percent behind the metric's name."""
    config = FULL if data else QUICK
    seats = round(float(cell["p"]) * config.nodes)
    counts = [round(share * config.nodes / 100) for share in config.malicious]
    way = str(cell["by"])
    if way == "exact":
        found = [float(attack_success(config.nodes, count, seats)) for count in counts]
    else:
        found = _elected(RULES[way], config, seats, counts, cell.seed, tick)
    return [Measured(f"attack_success{ROUND}{q}", value) for q, value in zip(config.malicious, found, strict=True)]


def _elected(elect: Elect, config: Config, seats: int, counts: Sequence[int], seed: int, tick: Tick) -> list[float]:
    """In how many of the trials the first `count` nodes, which are as good as any, got more than half of the seats."""
    rng = np.random.default_rng(seed)
    captured = np.zeros(len(counts))
    for trial in range(config.trials):
        scores = rng.integers(0, 10_000, config.nodes)
        nodes = [
            Candidate(number, Standing.PROVIDER, int(score), stake=1, presence=10, reputation=5_000)
            for number, score in enumerate(scores)
        ]
        committee = np.array(elect(nodes, seats, sha256(f"{seed} {trial}".encode()).digest(), 0))
        captured += [2 * (committee < count).sum() > seats for count in counts]
        tick(trial + 1, config.trials)
    return [float(part) for part in captured / config.trials]


def report(rows: Rows, stem: Path) -> str:
    """Lines for the exact values, marks for the elections."""
    shares = sorted({row.settings["p"] for row in rows}, key=float)
    styles = {"exact": {"linestyle": "-"}, "random-election": {"marker": "o"}, "top-score-election": {"marker": "x"}}
    with chart(stem) as (axes,):
        axes.set(xlabel="malicious nodes q", ylabel="attack success probability", title="BFLC, Figure 3")
        for number, share in enumerate(shares):
            for way in WAYS:
                found = curve(_rows(rows, way, share), "attack_success")
                label = f"p = {percent(float(share), 0)}" if way == "exact" else None
                style = {"linestyle": "none", "markersize": 4, "color": f"C{number}"} | styles[way]
                axes.plot([q for q, _ in found], [value for _, value in found], label=label, **style)  # type: ignore[arg-type]
        for way in RULES:
            axes.plot([], [], color="black", linestyle="none", label=way, **styles[way])  # type: ignore[arg-type]
        axes.xaxis.set_major_formatter("{x:g} %")
    malicious = sorted(
        {q for way in WAYS for share in shares for q, _ in curve(_rows(rows, way, share), "attack_success")}
    )
    lines = [_line(rows, way, share, malicious) for share in shares for way in WAYS]
    return table(("p", "", *(f"q = {q} %" for q in malicious)), lines)


def _line(rows: Rows, way: str, share: str, malicious: Sequence[int]) -> list[str]:
    found = dict(curve(_rows(rows, way, share), "attack_success"))
    return [percent(float(share), 0), way, *(f"{found[q]:.3f}" if q in found else "–" for q in malicious)]


def _rows(rows: Rows, way: str, share: str) -> Rows:
    return [row for row in rows if row.settings["by"] == way and row.settings["p"] == share]


EXPERIMENT = Experiment(
    name="bflc-figure3",
    title="BFLC, Figure 3: attack success probability",
    cells=cells,
    measure=measure,
    report=report,
)
