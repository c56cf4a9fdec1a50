"""Attacks as drills of a real worker: `behaviour = "sign-flip"` in its TOML file.

A worker knows nobody's update before Training closes. Where an attack is crafted from the others' honest models, models
that it trains on its own data in another order stand for them, and it acts as one of `ATTACKERS` among as many others
as it has stand-ins. So a drill is weaker than the attack of an experiment, which knows all honest models.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.random import Generator

from experiments.attacks import ATTACKS, Attack, DataPoisoning, Knowledge
from folkmoot.config import BEHAVIOURS, WorkerConfig
from folkmoot.learning import Dataset, Weights
from folkmoot.worker.behaviours import Behaviour
from folkmoot.worker.compute import Evaluation, EvaluationRequest, LocalCompute, Progress, TrainingProgress, UpdateScore
from folkmoot.worker.step import step

NAMES = tuple(name for name in ATTACKS if name not in BEHAVIOURS)
"""Of the attacks that are drills. Folkmoot's own "noise" sends noise without a model in it, so that one stays."""

ATTACKERS = 2
STAND_INS = 5


def make_behaviour(config: WorkerConfig) -> Behaviour:
    """The attack that a configuration names, done by a worker on its own."""
    attack = ATTACKS[config.behaviour]
    return Behaviour(
        compute=partial(Attacker, attack=attack, colluders=config.colluders),
        decide=attack.conduct(step) if attack.conduct else step,
        data_poisoning=partial(_poison, attack.data, config) if attack.data else None,
    )


@dataclass(frozen=True)
class Attacker(LocalCompute):
    """Trains and judges as an attack has it; after a restart its update is the same again."""

    attack: Attack
    colluders: tuple[str, ...] = ()

    def train(self, round: int, parent: bytes, progress: TrainingProgress) -> tuple[bytes, int]:
        """The attack's update, and an honest sample count."""
        encoded, samples = super().train(round, parent, progress)
        if self.attack.update is None:
            return encoded, samples
        weights = self.attack.update(self._knowledge(round, parent, progress))
        return self.blobs.encode_update(weights, round=round, author=self.account, parent=parent), samples

    def evaluate(self, request: EvaluationRequest, progress: Progress) -> Evaluation:
        """An honest baseline, and the attack's scores."""
        if self.attack.scores is None:
            return super().evaluate(request, progress)
        honest = super().evaluate(replace(request, submissions=()), progress)
        authors = [entry.update.author for entry in request.submissions]
        scores = self.attack.scores(authors, self.colluders, self._rng(request.round))
        return replace(honest, update_scores=tuple(map(UpdateScore, authors, scores)))

    def _knowledge(self, round: int, parent: bytes, progress: TrainingProgress) -> Knowledge:
        """What there is to know after the own training."""
        own = self.learner.weights()
        return Knowledge(
            parent=self.blobs.fetch_model(parent),
            own=own,
            honest=self._stand_ins(round, parent, progress) if self.attack.crafted else (),
            n=STAND_INS + ATTACKERS,
            f=ATTACKERS,
            rng=self._rng(round),
        )

    def _stand_ins(self, round: int, parent: bytes, progress: TrainingProgress) -> list[Weights]:
        """Models of members that do not exist, who have this one's data and see it in another order."""
        models = []
        for number in range(1, STAND_INS + 1):
            account = f"0x{int(self.account, 16) ^ number:040x}"
            LocalCompute(account, self.learner, self.blobs).train(round, parent, progress)
            models.append(self.learner.weights())
        return models

    def _rng(self, round: int) -> Generator:
        return np.random.default_rng(self._seed(round))


def _poison(data_poisoning: DataPoisoning, config: WorkerConfig, data: Dataset, classes: int) -> Dataset:
    return data_poisoning(data, classes, np.random.default_rng([config.seed, config.member]))
