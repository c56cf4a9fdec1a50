"""Misbehaviour on purpose, for demonstrations and tests: what do the others do about it?

A worker does one of these only if its configuration says `drill = "…"` in so many words:

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
from folkmoot.worker.actions import Action, Wait
from folkmoot.worker.exchange import Exchange
from folkmoot.worker.labour import Labour, TrainingProgress
from folkmoot.worker.learners import Poison
from folkmoot.worker.scoring import Docket, Judgement, Mark, Progress
from folkmoot.worker.step import step
from folkmoot.worker.view import View

_PRAISE = range(9_000, 10_001)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drill:
    """What a worker does otherwise than others: its local jobs, its decisions, the data that it trains on."""

    labour: Callable[[str, Learner, Exchange], Labour] = Labour
    decide: Callable[[View], Action] = step
    poison: Poison | None = None


class Noise(Labour):
    """Trains, but submits something else."""

    def train(self, round: int, parent: bytes, progress: TrainingProgress) -> tuple[bytes, int]:
        """Gaussian noise of the model's shapes, and an honest sample count."""
        _, samples = super().train(round, parent, progress)
        shapes = self.exchange.descriptor.spec.shapes
        noise = {name: np.random.default_rng().standard_normal(shape, np.float32) for name, shape in shapes.items()}
        return self.exchange.seal_update(noise, round=round, author=self.account, parent=parent), samples


class Liar(Labour):
    """Judges, but reveals something else."""

    def judge(self, docket: Docket, progress: Progress) -> Judgement:
        """An honest baseline and high scores for everybody."""
        honest = super().judge(docket, progress)
        marks = (Mark(mark.author, SystemRandom().choice(_PRAISE)) for mark in honest.marks)
        return replace(honest, marks=tuple(marks))


def silent(view: View) -> Action:
    """Nothing at all in a round in which the account has a seat."""
    if view.seat and Phase.DRAWING <= view.phase <= Phase.PAUSED:
        return Wait("the next round, in silence: this is a drill", view.deadline)
    return step(view)


BUILT_IN: Mapping[str, Drill] = {
    "none": Drill(),
    "noise": Drill(labour=Noise),
    "liar": Drill(labour=Liar),
    "silent": Drill(decide=silent),
}


def find_drill(config: WorkerConfig) -> Drill:
    """The drill that a configuration asks for."""
    if config.drill in BUILT_IN:
        return BUILT_IN[config.drill]
    drill: Drill = importlib.import_module(ATTACKS).make_drill(config)
    return drill
