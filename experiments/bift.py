"""Bift, Table VII and Figures 5 to 12: label flips and crafted updates against robust aggregation.

He et al., "Bift: A Blockchain-Based Federated Learning System for Connected and Autonomous Vehicles", section VI-B: 30
nodes, 10 to 30 % of them malicious. Their 15,000 + 3,000 traffic lights are not at hand. Here lights are Udacity's,
1,186 + 297, and as many traffic signs as they have stand beside them for the clean run, Bift, no defence and BFLC's
committee at 30 %.

The label flip names green lights red; the signs' labels are reversed. Crafted updates are those of Fang et al., with
the signs that Bift leaves out: to the letter (`directed=False`) they are weaker. The Krum attack is halved until Krum
takes it, Bift's own where Bift is attacked, else Blanchard's for as many attackers as train in the round. The Bulyan
attack is the Krum attack, as in the paper, so it is another one only against Bift. Bift holds that crafted updates come
too late to count; here they are in time. Attackers know all honest updates, and judge honestly where they sit.

All systems have five seats, and their rules assume as many attackers as there are in the worst setting. Against the
paper: 50 rounds of 3 local epochs at a learning rate of 0.01 for lights (it has 10 at 0.001, with which nothing is
learnt from so few images), 60 rounds of 1 epoch at 0.1 for signs, which 0.01 hardly moves; a small CNN.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import mean
from typing import Any

from experiments.bift_report import ATTACKING, CLEAN, SYSTEMS, attack_on, paper, report
from experiments.data import LIGHTS, SIGNS, digits, traffic_lights, traffic_signs
from experiments.experiment import Cell, Experiment, Measured, Tick
from experiments.learning import LAST, play
from experiments.report import ROUND
from experiments.systems import GUARD, guards, task
from folkmoot.simulation import Plan, Shares
from folkmoot.simulation.attacks import ATTACKS, GREEN_TO_RED, Attack, krum_attack, label_flip


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """What is learnt, how, and where it is compared."""

    load: Callable[[Path, int, int], Shares]
    flip: Attack  # of labels
    rounds: int
    malicious: tuple[float, ...]  # beside the clean run
    systems: tuple[str, ...]
    guarded: tuple[str, ...]  # systems that are played with a direction guard too, against the most attackers
    task: Mapping[str, Any]
    seeds: tuple[int, ...] = (1,)


def _cnn(classes: int, epochs: int, learning_rate: str) -> Mapping[str, Any]:
    return {
        "model": "folkmoot/cnn",
        "arguments": {"channels": 3, "classes": classes, "size": 32},
        "input_shape": (3, 32, 32),
        "classes": classes,
        "epochs": epochs,
        "batch": 10,
        "learning_rate": learning_rate,
    }


REVERSED = ATTACKS["label-flip"]
FLIPPED = replace(REVERSED, data=partial(label_flip, flips=GREEN_TO_RED))


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything that was chosen."""

    members: int = 30
    committee: int = 5
    assumed: int = 9  # attackers: the most that there are
    attacks: tuple[str, ...] = tuple(ATTACKING)
    images: Mapping[str, Images] = field(
        default_factory=lambda: {
            "lights": Images(
                load=traffic_lights, flip=FLIPPED, rounds=50, malicious=(0.1, 0.2, 0.3),
                systems=SYSTEMS, guarded=("bift", "bflc"), task=_cnn(3, 3, "0.01"),
            ),
            "signs": Images(
                load=traffic_signs, flip=REVERSED, rounds=60, malicious=(0.3,),
                systems=("bift", "basic-fl", "bflc"), guarded=("bift", "bflc"), task=_cnn(43, 1, "0.1"),
            ),
        }
    )  # fmt: skip


FULL = Config()
QUICK = Config(
    members=10,
    committee=3,
    assumed=2,
    attacks=("label-flip", "krum-attack"),
    images={
        "digits": Images(
            load=lambda _, members, seed: digits(members, seed), flip=REVERSED, rounds=3, malicious=(0.2,),
            systems=("bift",), guarded=(), task={"epochs": 3, "batch": 16, "learning_rate": "0.1"},
        )
    },
)  # fmt: skip


def cells(quick: bool) -> list[Cell]:
    """Every attack in every strength on every system, the dearest first."""
    config = QUICK if quick else FULL
    found = [
        Cell(
            system=system,
            settings=(("images", name), ("attack", attack), ("malicious", share), *guard),
            seed=seed,
            work=images.rounds * (5 if name == "signs" else 1),
        )
        for name, images in config.images.items()
        for systems, shares, guard in (
            (images.systems, images.malicious, ()),
            (images.guarded, images.malicious[-1:], (GUARD,)),
        )
        for attack, share in ((CLEAN, 0), *((attack, share) for attack in config.attacks for share in shares))
        for system in systems
        if attack == attack_on(system, attack)
        for seed in images.seeds
    ]
    return sorted(found, key=lambda cell: -cell.work)


def measure(cell: Cell, data: Path | None, tick: Tick) -> Sequence[Measured]:
    """Accuracy and balanced accuracy over the last five rounds; every round's if nobody attacks or most do."""
    config = FULL if data else QUICK
    plan, images = _plan(config, cell, data), config.images[str(cell["images"])]
    is_sampled = cell["malicious"] in {0, max(images.malicious)}
    course = play(plan, tick, tested=images.rounds if is_sampled else LAST)
    is_tabled = is_sampled and cell["images"] == "lights" and GUARD not in cell.settings
    known = paper(cell.system, str(cell["attack"])) if is_tabled else None
    return [
        *course.measured(known),
        Measured("accuracy-balanced", mean(course.balanced[-LAST:])),
        Measured("majority", plan.shares.majority),
        *(Measured(f"accuracy{ROUND}{number}", one) for number, one in enumerate(course.accuracies, 1) if is_sampled),
    ]


def _plan(config: Config, cell: Cell, data: Path | None) -> Plan:
    images = config.images[str(cell["images"])]
    malicious = round(float(cell["malicious"]) * config.members)
    return Plan(
        task=task(
            cell.system,
            members=config.members,
            committee=config.committee,
            trainers=config.members - config.committee,
            attackers=config.assumed,
            total_rounds=images.rounds,
            seed=cell.seed,
            **images.task,
            **guards(cell),
        ),
        shares=images.load(data or Path(), config.members, cell.seed),
        seed=cell.seed,
        attack=_attack(images, cell.system, str(cell["attack"])),
        attackers=frozenset(range(config.members - malicious, config.members)),
    )


def _attack(images: Images, system: str, name: str) -> Attack:
    if name in {CLEAN, "label-flip"}:
        return images.flip
    if name == "krum-attack" and system == "bift":
        return Attack(update=partial(krum_attack, rule="bift-krum/1"), crafted=True)
    return ATTACKS[name]


EXPERIMENT = Experiment(
    name="bift",
    title="Bift, Table VII and Figures 5 to 12: label flips and crafted updates (Udacity's lights, subset of GTSRB)",
    cells=cells,
    measure=measure,
    report=report,
    files=(LIGHTS, SIGNS),
)
