"""All attacks by name, each with the default strength of its function."""

from collections.abc import Mapping

from experiments.attacks.attack import Attack
from experiments.attacks.collusion import colluding_committee, withheld_blob, withheld_reveal
from experiments.attacks.crafted import inner_product, little_is_enough, trimmed_mean_attack
from experiments.attacks.data import data_noise, label_flip
from experiments.attacks.krum import krum_attack
from experiments.attacks.updates import free_rider, noise, scaling, sign_flip

ATTACKS: Mapping[str, Attack] = {
    "noise": Attack(update=noise),
    "data-noise": Attack(data=data_noise),
    "label-flip": Attack(data=label_flip),
    "sign-flip": Attack(update=sign_flip),
    "scaling": Attack(update=scaling),
    "krum-attack": Attack(update=krum_attack, crafted=True),
    "trimmed-mean-attack": Attack(update=trimmed_mean_attack, crafted=True),
    "bulyan-attack": Attack(update=krum_attack, crafted=True),
    "inner-product": Attack(update=inner_product, crafted=True),
    "little-is-enough": Attack(update=little_is_enough, crafted=True),
    "free-rider": Attack(update=free_rider),
    "colluding-committee": Attack(scores=colluding_committee),
    "withheld-blob": Attack(conduct=withheld_blob),
    "withheld-reveal": Attack(conduct=withheld_reveal),
}
