"""Attacks on federated learning by name: pure functions that are drawn from a seed, and what each of them poisons."""

from experiments.attacks.attack import Attack, Behave, Craft, DataPoisoning, Decide, PointerTally
from experiments.attacks.collusion import colluding_committee, withheld_blob, withheld_reveal
from experiments.attacks.crafted import inner_product, little_is_enough, trimmed_mean_attack
from experiments.attacks.data import GREEN_TO_RED, data_noise, label_flip
from experiments.attacks.knowledge import Knowledge, Tensors
from experiments.attacks.krum import krum_attack
from experiments.attacks.registry import ATTACKS
from experiments.attacks.updates import free_rider, noise, scaling, sign_flip

__all__ = [
    "ATTACKS",
    "GREEN_TO_RED",
    "Attack",
    "Behave",
    "Craft",
    "DataPoisoning",
    "Decide",
    "Knowledge",
    "PointerTally",
    "Tensors",
    "colluding_committee",
    "data_noise",
    "free_rider",
    "inner_product",
    "krum_attack",
    "label_flip",
    "little_is_enough",
    "noise",
    "scaling",
    "sign_flip",
    "trimmed_mean_attack",
    "withheld_blob",
    "withheld_reveal",
]
