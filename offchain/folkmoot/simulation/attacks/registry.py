"""All attacks by name, each with the default strength of its function.

Another distribution adds its own as entry points of the group `folkmoot.attacks`, each an `Attack`:

    [project.entry-points."folkmoot.attacks"]
    my-attack = "my_package.attacks:MY_ATTACK"
"""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points

from folkmoot.errors import ConfigError
from folkmoot.learning.foreign_code import foreign_code, say
from folkmoot.simulation.attacks.attack import Attack
from folkmoot.simulation.attacks.conduct import colluding_committee, praise_all, silence, withheld_blob, withheld_reveal
from folkmoot.simulation.attacks.crafted import inner_product, little_is_enough, trimmed_mean_attack
from folkmoot.simulation.attacks.data import data_noise, label_flip
from folkmoot.simulation.attacks.krum import krum_attack
from folkmoot.simulation.attacks.updates import free_rider, noise, scaling, sign_flip

GROUP = "folkmoot.attacks"

ATTACKS: dict[str, Attack] = {
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
    "liar": Attack(scores=praise_all),
    "withheld-blob": Attack(conduct=withheld_blob),
    "withheld-reveal": Attack(conduct=withheld_reveal),
    "silent": Attack(conduct=silence),
}
"""The attacks of this package."""


def known_attacks() -> Mapping[str, Attack]:
    """The attacks of this package and of all installed ones. Raises `ConfigError` if one of them cannot be used."""
    return ATTACKS | {name: _loaded(entry) for name, entry in _installed().items()}


def find_attack(name: str) -> Attack:
    """An attack by its name. Raises `ConfigError` if there is none, or if it cannot be used."""
    installed = _installed()
    if name in installed:
        return _loaded(installed[name])
    if name not in ATTACKS:
        raise ConfigError(f"there is no attack {name!r}", f"one of {', '.join([*ATTACKS, *installed])}")
    return ATTACKS[name]


@cache
def _installed() -> Mapping[str, EntryPoint]:
    """What other distributions add. Raises `ConfigError` for a name that is taken."""
    found: dict[str, EntryPoint] = {}
    for entry in entry_points(group=GROUP):
        if entry.name in ATTACKS or entry.name in found:
            raise ConfigError(f"there are two attacks {entry.name!r}", f"one is {entry.value}; uninstall or rename it")
        found[entry.name] = entry
    return found


def _loaded(entry: EntryPoint) -> Attack:
    hint = f"mend {entry.value}, or uninstall its package"
    with foreign_code(lambda error: ConfigError(f"the attack {entry.name!r} cannot be loaded: {say(error)}", hint)):
        attack = entry.load()
    if not isinstance(attack, Attack):
        raise ConfigError(f"the attack {entry.name!r} is a {type(attack).__name__}, not an Attack", hint)
    return attack
