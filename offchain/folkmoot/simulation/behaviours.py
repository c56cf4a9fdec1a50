"""Attacks by a real worker: `behaviour = "sign-flip"` in the `[simulation]` table of its TOML file.

A worker knows no other update before Training closes. Where an attack is crafted from the others' honest models, it
trains stand-ins for them: models from its own data in another order. It acts as one of `ATTACKERS` among as many others
as it has stand-ins. So it is weaker than an attacker of `simulate`, who knows all honest models.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.random import Generator

from folkmoot.config import WorkerConfig
from folkmoot.errors import ConfigError
from folkmoot.learning import Dataset, Descriptor, Learner, Weights, split_member
from folkmoot.simulation.attacks import Attack, DataPoisoning, Knowledge, find_attack
from folkmoot.simulation.attacks.attack import Decide
from folkmoot.simulation.config import HONEST, SimulationConfig
from folkmoot.simulation.data import share_of_data
from folkmoot.store import Content
from folkmoot.worker import Behaviour, View, make_learner
from folkmoot.worker.actions import Action, Submit, Wait
from folkmoot.worker.compute import LocalCompute, TrainingProgress
from folkmoot.worker.evaluation import Evaluation, EvaluationRequest, Progress, UpdateScore
from folkmoot.worker.step import step

ATTACKERS = 2
STAND_INS = 5
ORDER_S = 60


def find_behaviour(simulation: SimulationConfig) -> Behaviour:
    """What a simulated worker's configuration asks for. Raises `ConfigError` for an unknown attack."""
    attack = Attack() if simulation.behaviour == HONEST else find_attack(simulation.behaviour)
    decide = attack.conduct(step) if attack.conduct else step
    return Behaviour(
        learner=partial(_learner, simulation=simulation, poison=attack.data),
        compute=partial(Attacker, attack=attack, colluders=simulation.colluders),
        decide=in_order(decide, simulation.after) if simulation.after else decide,
    )


def in_order(decide: Decide, after: Sequence[str]) -> Decide:
    """Submit only after these accounts, as far as they have no seat, so that ties fall alike whoever is quicker.

    Who waits cannot see that one of them is suspended, and goes ahead when nothing has happened for `ORDER_S` seconds.
    """

    def decide_in_order(view: View) -> Action:
        action = decide(view)
        if not isinstance(action, Submit):
            return action
        busy = {seat.account for seat in view.seats} | {entry.update.author for entry in view.updates}
        missing = tuple(account for account in after if account not in busy)
        ready = view.since + ORDER_S
        return Wait("others to submit first", ready, missing) if missing and view.now < ready else action

    return decide_in_order


@dataclass(frozen=True)
class Attacker(LocalCompute):
    """Trains and judges as an attack has it; after a restart its update is the same again."""

    attack: Attack
    colluders: tuple[str, ...] = ()

    def train(self, round: int, parent: bytes, progress: TrainingProgress) -> tuple[Content, int]:
        """The attack's update, and an honest sample count."""
        encoded, samples = super().train(round, parent, progress)
        if self.attack.update is None:
            return encoded, samples
        weights = self.attack.update(self._knowledge(round, parent, progress))
        return self.blobs.encode_update(weights, round=round, author=self.account, parent=parent), samples

    def evaluate(self, request: EvaluationRequest, progress: Progress) -> Evaluation:
        """The attack's scores and the baseline that it claims; honest ones where it has none."""
        if self.attack.scores is None:
            return super().evaluate(request, progress)
        honest = super().evaluate(replace(request, submissions=()), progress)
        baseline = honest.baseline if self.attack.baseline is None else self.attack.baseline
        authors = [entry.update.author for entry in request.submissions]
        scores = self.attack.scores(authors, self.colluders, self._rng(request.round))
        return Evaluation(baseline=baseline, update_scores=tuple(map(UpdateScore, authors, scores)))

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
        """Models of members that do not exist, who have this one's data in another order."""
        models = []
        for number in range(1, STAND_INS + 1):
            account = f"0x{int(self.account, 16) ^ number:040x}"
            LocalCompute(account, self.learner, self.blobs).train(round, parent, progress)
            models.append(self.learner.weights())
        return models

    def _rng(self, round: int) -> Generator:
        return np.random.default_rng(self._seed(round))


def _learner(
    config: WorkerConfig, descriptor: Descriptor, *, simulation: SimulationConfig, poison: DataPoisoning | None
) -> Learner:
    """The member's learner on its share of the data. An attack on data reaches what it trains on, not its scores."""
    if config.plugin and poison:
        raise ConfigError(f"the attack {simulation.behaviour!r} cannot reach a plug-in's data", "leave out one of them")

    def split(config: WorkerConfig) -> tuple[Dataset, Dataset]:
        train, score = split_member(share_of_data(config, simulation), config.score_fraction, simulation.seed)
        rng = np.random.default_rng([simulation.seed, simulation.member])
        return poison(train, descriptor.classes, rng) if poison else train, score

    return make_learner(config, descriptor, split)
