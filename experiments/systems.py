"""The systems that are compared, each as a task: a paper's preset, or the plain one with another aggregation rule."""

from collections.abc import Mapping
from typing import Any

from experiments.experiment import Cell
from experiments.learners import PFedMe
from folkmoot.chain import FULL_PARTICIPATION
from folkmoot.errors import ConfigError
from folkmoot.learning import TorchLearner
from folkmoot.presets import preset
from folkmoot.task_config import TaskConfig

PHASES = ("enrolling", "training", "committing", "revealing", "aggregating")
WINDOWS: Mapping[str, Any] = {f"{phase}_window": 100_000 for phase in PHASES}  # phases end because all have acted

PRESETS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "bflc": ("bflc", {}),
    "pos-bfl": ("pos-bfl", {}),
    "bift": ("bift", {"aggregation": "mixed/1"}),  # the paper's
    "basic-fl": ("plain", {"aggregation": "fedavg/1"}),
    "pfedme": ("plain", {"aggregation": "fedavg/1"}),  # with the learner of `LEARNERS`
    "cwmed": ("plain", {"aggregation": "median/1"}),
    "trimmed-mean": ("plain", {"aggregation": "trimmed-mean/1"}),
    "krum": ("plain", {"aggregation": "krum/1"}),
    "multi-krum": ("plain", {"aggregation": "multi-krum/1"}),
    "bulyan": ("plain", {"aggregation": "bulyan/1"}),
    "mixed": ("plain", {"aggregation": "mixed/2"}),
}
"""The preset that each system starts from, and what it changes of it."""

LEARNERS: Mapping[str, type[TorchLearner]] = {"pfedme": PFedMe}
"""What the members of a system learn with, if not with `TorchLearner`."""

GUARD = ("guard", "direction")
"""The setting of a cell in which judges score 0 any update that points against their own."""


def guards(cell: Cell) -> dict[str, bool]:
    """The task's setting that goes with it."""
    return {"direction_guard": GUARD in cell.settings}


def task(system: str, *, members: int, trainers: int, **settings: Any) -> TaskConfig:
    """A system's task for so many members, of whom so many train in a round; all of their updates may be accepted.

    Raises `ConfigError` for a system that does not run on the chain.
    """
    if system not in PRESETS:
        raise ConfigError(f"no system {system!r} runs on the chain", f"one of {', '.join(PRESETS)}")
    numbers = {"updates_per_round": trainers, "min_updates": 1, "max_updates": trainers, "max_enrolled": members}
    start, own = PRESETS[system]
    return preset(start, **{"name": system, **own, **numbers, **WINDOWS, **settings})


def active(members: int, share: float, seats: int) -> dict[str, int]:
    """Settings by which so large a share of the members has a seat or is drawn to train, and how many train then."""
    points = round(FULL_PARTICIPATION * share)
    return {"active_share": points, "trainers": -(-members * points // FULL_PARTICIPATION) - seats}
