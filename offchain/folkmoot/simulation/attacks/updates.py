"""Attacks on the update that need no knowledge of other models."""

import math

import numpy as np
from numpy.random import Generator

from folkmoot.learning import Weights
from folkmoot.simulation.attacks.knowledge import Knowledge, Vector, flat, shaped


def noise(known: Knowledge, *, variance: float = 1.0) -> Weights:
    """The honestly trained model with Gaussian noise of this variance on each number.

    Yu et al. (PoS-BFL), section 5.1: "Gaussian noise of variance 1 to its legitimately learned local model parameters".
    Li et al. (BFLC), section V-B, use "pointwise Gaussian random noise" and name no variance.
    """
    own = flat(known.own)
    return shaped(own + _gaussian(own.size, math.sqrt(variance), known.rng), known.own)


def sign_flip(known: Knowledge, *, factor: float = 1.0) -> Weights:
    """The honest change to the parent, times -`factor`.

    Li et al., "RSA: Byzantine-Robust Stochastic Aggregation Methods", AAAI 2019. The default is the plain reversal of
    Karimireddy et al., "Byzantine-Robust Learning on Heterogeneous Datasets via Bucketing", ICLR 2022 ("bit flipping").
    """
    return _scaled(known, -factor)


def scaling(known: Knowledge, *, factor: float | None = None) -> Weights:
    """The honest change to the parent, times `factor`, by default n: after an average over n it stands alone.

    Bagdasaryan et al., "How To Backdoor Federated Learning", AISTATS 2020, "model replacement".
    """
    return _scaled(known, known.n if factor is None else factor)


def free_rider(known: Knowledge, *, deviation: float = 1e-3) -> Weights:
    """The parent with Gaussian noise of this standard deviation, as if trained.

    Fraboni et al., "Free-rider Attacks on Model Aggregation in Federated Learning", AISTATS 2021 ("disguised
    free-riders"). Their deviation is fitted to two successive models; here it is one small number, fixed beforehand.
    """
    parent = flat(known.parent)
    return shaped(parent + _gaussian(parent.size, deviation, known.rng), known.parent)


def _scaled(known: Knowledge, factor: float) -> Weights:
    parent = flat(known.parent)
    return shaped(parent + factor * np.subtract(flat(known.own), parent, dtype=np.float64), known.parent)


def _gaussian(size: int, deviation: float, rng: Generator) -> Vector:
    return rng.standard_normal(size, np.float32) * np.float32(deviation)
