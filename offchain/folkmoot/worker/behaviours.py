"""Misbehaviour on purpose, for demonstrations and tests: what do the others do about it?

A worker does one of these only if its configuration says `behaviour = "…"` in so many words:

    noise   submits Gaussian noise in place of a trained model
    liar    scores every update between 9000 and 10000, whatever it is worth
    silent  does nothing at all while it has a seat

or one of the attacks of the package `experiments`, where that is installed.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import SystemRandom

import numpy as np

from folkmoot.chain import Phase
from folkmoot.config import ATTACKS, WorkerConfig
from folkmoot.learning import Learner
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.actions import Action, Wait
from folkmoot.worker.compute import Evaluation, EvaluationRequest, LocalCompute, Progress, TrainingProgress, UpdateScore
from folkmoot.worker.learners import DataPoisoning
from folkmoot.worker.step import step
from folkmoot.worker.view import View

_PRAISE = range(9_000, 10_001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """What a worker does otherwise than others: its local jobs, its decisions, the data that it trains on."""

    compute: Callable[[str, Learner, TaskBlobs], LocalCompute] = LocalCompute
    decide: Callable[[View], Action] = step
    data_poisoning: DataPoisoning | None = None


class Noise(LocalCompute):
    """Trains, but submits something else."""

    def train(self, round: int, parent: bytes, progress: TrainingProgress) -> tuple[bytes, int]:
        """Gaussian noise of the model's shapes, and an honest sample count."""
        _, samples = super().train(round, parent, progress)
        shapes = self.blobs.descriptor.spec.shapes
        noise = {name: np.random.default_rng().standard_normal(shape, np.float32) for name, shape in shapes.items()}
        return self.blobs.encode_update(noise, round=round, author=self.account, parent=parent), samples


class Liar(LocalCompute):
    """Judges, but reveals something else."""

    def evaluate(self, request: EvaluationRequest, progress: Progress) -> Evaluation:
        """An honest baseline and high scores for everybody."""
        honest = super().evaluate(request, progress)
        update_scores = (
            UpdateScore(update_score.author, SystemRandom().choice(_PRAISE)) for update_score in honest.update_scores
        )
        return replace(honest, update_scores=tuple(update_scores))


def silent(view: View) -> Action:
    """Nothing at all in a round in which the account has a seat."""
    if view.seat and Phase.SAMPLING <= view.phase <= Phase.PAUSED:
        return Wait("the next round, in silence: this is a drill", view.deadline)
    return step(view)


BUILT_IN: Mapping[str, Behaviour] = {
    "none": Behaviour(),
    "noise": Behaviour(compute=Noise),
    "liar": Behaviour(compute=Liar),
    "silent": Behaviour(decide=silent),
}


def find_behaviour(config: WorkerConfig) -> Behaviour:
    """The drill that a configuration asks for."""
    if config.behaviour in BUILT_IN:
        return BUILT_IN[config.behaviour]
    behaviour: Behaviour = importlib.import_module(ATTACKS).make_behaviour(config)
    return behaviour
