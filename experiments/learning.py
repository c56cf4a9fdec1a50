"""Cells that train: a federation on its chain, with the contracts of this checkout, or everything in one place."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from sklearn.metrics import accuracy_score, balanced_accuracy_score
from torch import nn

from experiments.experiment import Measured, Tick
from experiments.learners import centralised
from folkmoot.learning import build, initial_weights, load_weights
from folkmoot.simulation import Plan, Record, Shares, simulate
from folkmoot.task_config import TaskConfig
from tools.contracts import CONTRACTS, RULES

LAST = 5  # rounds whose mean accuracy counts: never the best


@dataclass(frozen=True, slots=True)
class Course:
    """A federation's rounds, accuracies (0 to 1) of the last ones' models, and the attackers' seats in each.

    Balanced accuracy is the mean over the test set's classes.
    """

    records: Sequence[Record]
    accuracies: Sequence[float]
    balanced: Sequence[float]
    captured: Sequence[int]

    @property
    def accuracy(self) -> float:
        """Mean test accuracy of the last five rounds, 0 to 1."""
        return mean(self.accuracies[-LAST:])

    def measured(self, paper: float | None = None) -> list[Measured]:
        """The accuracy, and what the rounds took on the chain."""
        spent = [record.spent for record in self.records]
        return [
            Measured("accuracy", self.accuracy, paper),
            Measured("rounds", len(spent)),
            Measured("transactions", sum(one.transactions for one in spent)),
            Measured("late_transactions", sum(one.late for one in spent)),
            Measured("gas", sum(one.gas for one in spent)),
        ]


def play(plan: Plan, tick: Tick, *, tested: int = LAST) -> Course:
    """A federation from the first round to the last; so many of the last models are tested."""
    records: list[Record] = []
    with simulate(plan, rules=RULES, contracts=CONTRACTS) as played:
        for record in played.play():
            records.append(record)
            tick(len(records), plan.task.total_rounds)
        truth = plan.shares.test.y
        guesses = [played.predict(record.model) for record in records[-tested:]]
        return Course(
            records,
            accuracies=[accuracy_score(truth, guess) for guess in guesses],
            balanced=[balanced_accuracy_score(truth, guess) for guess in guesses],
            captured=[played.captured(record) for record in records],
        )


def in_one_place(task: TaskConfig, shares: Shares, seed: int, epochs: int, tick: Tick) -> float:
    """Train on everybody's data in one place; mean test accuracy after each of the last epochs, 0 to 1."""

    def fresh() -> nn.Module:
        return build(task.model, task.arguments, allowed=[task.model])

    module = fresh()
    load_weights(module, initial_weights(fresh, task.seed))
    found = []
    for reached in centralised(
        module,
        shares.pooled(),
        shares.test,
        rounds=epochs,
        seed=seed,
        epochs=1,
        batch=task.batch,
        learning_rate=float(task.learning_rate),
        optimizer=task.optimizer,
        momentum=float(task.momentum),
    ):
        found.append(reached)
        tick(len(found), epochs)
    return mean(found[-LAST:])
