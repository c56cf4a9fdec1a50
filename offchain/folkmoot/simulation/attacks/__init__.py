"""Attacks on federated learning by name: pure functions that are drawn from a seed, and what each of them poisons."""

from folkmoot.simulation.attacks.attack import Attack, Conduct, Craft, DataPoisoning, Decide, FalseScores
from folkmoot.simulation.attacks.conduct import colluding_committee, praise_all, silence, withheld_blob, withheld_reveal
from folkmoot.simulation.attacks.crafted import inner_product, little_is_enough, trimmed_mean_attack
from folkmoot.simulation.attacks.data import GREEN_TO_RED, data_noise, label_flip
from folkmoot.simulation.attacks.knowledge import Knowledge, Tensors
from folkmoot.simulation.attacks.krum import krum_attack
from folkmoot.simulation.attacks.registry import ATTACKS, find_attack, known_attacks
from folkmoot.simulation.attacks.updates import free_rider, noise, scaling, sign_flip

__all__ = [
    "ATTACKS",
    "GREEN_TO_RED",
    "Attack",
    "Conduct",
    "Craft",
    "DataPoisoning",
    "Decide",
    "FalseScores",
    "Knowledge",
    "Tensors",
    "colluding_committee",
    "data_noise",
    "find_attack",
    "free_rider",
    "inner_product",
    "known_attacks",
    "krum_attack",
    "label_flip",
    "little_is_enough",
    "noise",
    "praise_all",
    "scaling",
    "sign_flip",
    "silence",
    "trimmed_mean_attack",
    "withheld_blob",
    "withheld_reveal",
]
