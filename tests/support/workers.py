"""Members of the tests' federation with worker processes of their own, each with a share of the digits."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from folkmoot.presets import preset
from folkmoot.simulation.worker import SIMULATED
from folkmoot.task_config import TaskConfig
from folkmoot.testing import Consortium
from tests.support.network import Network

PACE = {"poll_seconds": 0.2, "turn_seconds": 1}

_SMALL: dict[str, Any] = {
    "epochs": 2,
    "learning_rate": "0.05",
    "momentum": "0.9",
    "total_rounds": 1,
    "encrypted": False,
    "committee": 3,
    "updates_per_round": 3,
    "min_updates": 2,
    "max_updates": 5,
    "enrolling_window": 3_000,
    "training_window": 1_000,
    "committing_window": 1_000,
    "revealing_window": 1_000,
    "aggregating_window": 1_000,
}


@contextmanager
def consortium(network: Network, folder: Path, number: int) -> Iterator[Consortium]:
    """So many members; their workers are gone at the end."""
    shared = {"partition": "iid", "members": number, "test_fraction": 0.2, **PACE}
    with Consortium(network.local, network.urls, folder, shared, SIMULATED) as members:
        members.admit(*(members.prepare(f"member-{index}", member=index) for index in range(number)))
        yield members


def small(system: str, members: int, **changes: Any) -> TaskConfig:
    """A task for so many members, whose windows are so long that no busy machine misses one."""
    return preset(system, **(_SMALL | {"max_enrolled": members} | changes))
