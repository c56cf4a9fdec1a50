"""Attacks as drills of a real worker: `drill = "sign-flip"` in its TOML file.

A worker knows nobody's update before Training closes. Where an attack is crafted from the others' honest models, models
that it trains on its own data in another order stand for them, and it acts as one of `ATTACKERS` among as many others
as it has stand-ins. So a drill is weaker than the attack of an experiment, which knows all honest models.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.random import Generator

from experiments.attacks import ATTACKS, Attack, Knowledge, Poison
from folkmoot.config import DRILLS, WorkerConfig
from folkmoot.learning import Dataset, Weights
from folkmoot.worker.drills import Drill
from folkmoot.worker.labour import Labour, TrainingProgress
from folkmoot.worker.scoring import Docket, Judgement, Mark, Progress
from folkmoot.worker.step import step

NAMES = tuple(name for name in ATTACKS if name not in DRILLS)
"""Of the attacks that are drills. Folkmoot's own "noise" sends noise without a model in it, so that one stays."""

ATTACKERS = 2
STAND_INS = 5


def make_drill(config: WorkerConfig) -> Drill:
    """The attack that a configuration names, done by a worker on its own."""
    attack = ATTACKS[config.drill]
    return Drill(
        labour=partial(Attacker, attack=attack, friends=config.friends),
        decide=attack.conduct(step) if attack.conduct else step,
        poison=partial(_poison, attack.data, config) if attack.data else None,
    )


@dataclass(frozen=True)
class Attacker(Labour):
    """Trains and judges as an attack has it; after a restart its update is the same again."""

    attack: Attack
    friends: tuple[str, ...] = ()

    def train(self, round: int, parent: bytes, progress: TrainingProgress) -> tuple[bytes, int]:
        """The attack's update, and an honest sample count."""
        sealed, samples = super().train(round, parent, progress)
        if self.attack.update is None:
            return sealed, samples
        weights = self.attack.update(self._knowledge(round, parent, progress))
        return self.exchange.seal_update(weights, round=round, author=self.account, parent=parent), samples

    def judge(self, docket: Docket, progress: Progress) -> Judgement:
        """An honest baseline, and the attack's scores."""
        if self.attack.scores is None:
            return super().judge(docket, progress)
        honest = super().judge(replace(docket, submissions=()), progress)
        authors = [entry.update.author for entry in docket.submissions]
        scores = self.attack.scores(authors, self.friends, self._rng(docket.round))
        return replace(honest, marks=tuple(map(Mark, authors, scores)))

    def _knowledge(self, round: int, parent: bytes, progress: TrainingProgress) -> Knowledge:
        """What there is to know after the own training."""
        own = self.learner.weights()
        return Knowledge(
            parent=self.exchange.fetch_model(parent),
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
            Labour(account, self.learner, self.exchange).train(round, parent, progress)
            models.append(self.learner.weights())
        return models

    def _rng(self, round: int) -> Generator:
        return np.random.default_rng(self._seed(round))


def _poison(poison: Poison, config: WorkerConfig, data: Dataset, classes: int) -> Dataset:
    return poison(data, classes, np.random.default_rng([config.seed, config.member]))
