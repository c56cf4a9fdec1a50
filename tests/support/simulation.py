"""A small federation of a simulation."""

from collections.abc import Sequence

from experiments.data import digits
from experiments.systems import LEARNERS, task
from folkmoot.learning import TorchLearner
from folkmoot.simulation import Attack, Plan, Record, simulate

MEMBERS, ROUNDS = 8, 2
LEARNING = {"epochs": 3, "batch": 16, "learning_rate": "0.1"}


def plan(
    system: str = "bflc", *, attack: Attack | None = None, attackers: Sequence[int] = (), rounds: int = ROUNDS
) -> Plan:
    return Plan(
        task=task(system, members=MEMBERS, trainers=5, committee=3, total_rounds=rounds, **LEARNING),
        shares=digits(MEMBERS, 3),
        seed=3,
        attack=attack or Attack(),
        attackers=frozenset(attackers),
        learner=LEARNERS.get(system, TorchLearner),
    )


def play(chosen: Plan) -> list[Record]:
    with simulate(chosen) as played:
        return list(played.play())
