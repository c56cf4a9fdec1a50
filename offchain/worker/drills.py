"""Misbehaviour on purpose, for demonstrations and tests: what do the others do about it?

A worker does one of these only if its configuration says `drill = "…"` in so many words.

    noise   submits Gaussian noise in place of a trained model
    liar    scores every update between 9000 and 10000, whatever it is worth
    silent  does nothing at all while it has a seat
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import SystemRandom

import numpy as np

from offchain.chain import Phase
from offchain.worker.actions import Action, Wait
from offchain.worker.labour import Labour, TrainingProgress
from offchain.worker.scoring import Docket, Judgement, Mark, Progress
from offchain.worker.step import step
from offchain.worker.view import View

_PRAISE = range(9_000, 10_001)


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
    if view.seat and Phase.TRAINING <= view.phase <= Phase.PAUSED:
        return Wait("the next round, in silence: this is a drill", view.deadline)
    return step(view)


LABOUR: Mapping[str, type[Labour]] = {"none": Labour, "noise": Noise, "liar": Liar, "silent": Labour}
STEP: Mapping[str, Callable[[View], Action]] = {"none": step, "noise": step, "liar": step, "silent": silent}
