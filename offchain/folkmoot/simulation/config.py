"""A simulated worker's configuration: a worker's TOML file with a table `[simulation]`.

Production workers refuse that table. Members of a simulation share one data set, and some of them attack on purpose.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

from folkmoot import config as worker
from folkmoot import settings
from folkmoot.config import SIMULATION, WorkerConfig
from folkmoot.errors import ConfigError
from folkmoot.simulation.attacks import find_attack

HONEST = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulationConfig:
    """Settings that only a simulated worker has. Raises `ConfigError` for a value out of range."""

    # One data set, shared out among the members
    partition: Annotated[str | None, '"dirichlet", "iid", "shards", "site" or "writer"; without it all data'] = None
    members: Annotated[int, "so many members share the data"] = 1
    member: Annotated[int, "which of them this one is, from 0"] = 0
    alpha: Annotated[float, "for dirichlet: the smaller, the fewer classes a member has"] = 0.5
    shards: Annotated[int, "for shards: pieces a member"] = 2
    test_fraction: Annotated[float, "part of the data that is set apart and that no member gets"] = 0.0
    seed: Annotated[int, "of these splits, the same for all members"] = 0

    # Repeatability: between updates with equal scores, the one that was submitted first is better
    after: Annotated[tuple[str, ...], "accounts that submit before this one, where they train"] = ()

    # Misbehaviour
    behaviour: Annotated[str, '"none", or the name of an attack'] = HONEST
    colluders: Annotated[tuple[str, ...], "accounts that the attacker colludes with"] = ()

    def __post_init__(self) -> None:
        for name, (valid, hint) in _RANGES.items():
            if not valid(getattr(self, name)):
                raise ConfigError(f"{name} cannot be {getattr(self, name)!r}", hint=hint)
        if not self.member < self.members:
            raise ConfigError(f"there is no member {self.member} of {self.members}", hint="members count from 0")
        if self.behaviour != HONEST:
            find_attack(self.behaviour)


_RANGES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "member": (lambda index: index >= 0, "members count from 0"),
    "test_fraction": (lambda part: 0 <= part < 1, "a fraction from 0 to below 1"),
    "seed": (lambda seed: seed >= 0, "0 or more"),
}


def load_simulated(path: str | Path) -> tuple[WorkerConfig, SimulationConfig]:
    """Read a simulated worker's TOML file. Raises `ConfigError`."""
    values, folder = settings.read(path), Path(path).resolve().parent
    table = values.pop(SIMULATION, {})
    if not isinstance(table, dict):
        raise ConfigError(f"{SIMULATION} cannot be {table!r} in {path}", hint=f"it is a table: [{SIMULATION}]")
    return settings.make(WorkerConfig, values, folder=folder), settings.make(SimulationConfig, table, folder=folder)


def template(given: Mapping[str, object]) -> str:
    """The TOML file of a simulated worker: what is a setting of the simulation goes into its table.

    Raises `ConfigError` for an unknown setting.
    """
    ours = {field.name for field in fields(SimulationConfig)}
    text = worker.template({name: value for name, value in given.items() if name not in ours})
    table = {name: value for name, value in given.items() if name in ours}
    return f"{text}\n[{SIMULATION}]\n{settings.render(SimulationConfig, 'Only simulated workers read this.', table)}"
