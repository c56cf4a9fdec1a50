"""A round's deadlines, and how pauses move them."""

from collections.abc import Mapping, Sequence
from typing import Any

from folkmoot.chain.structs import Phase
from tests.contracts.lifecycle import Lifecycle
from tests.support.evm import events

NAMES = ("trainingEnds", "committingEnds", "lastEnds")

FIRST_OPEN: Mapping[Phase, int] = {
    Phase.TRAINING: 0,
    Phase.COMMITTING: 1,
    Phase.REVEALING: 2,
    Phase.SETTLING: 3,
    Phase.AGGREGATING: 2,
}
"""Phases, and the place in `NAMES` of the first deadline that has not passed in each."""


def deadlines(life: Lifecycle) -> list[int]:
    """As the contract stores them."""
    current = life.task.round()
    return [current[name] for name in NAMES]


def announced(transaction: Any) -> list[int]:
    """As the transaction's event tells them."""
    [event] = events(transaction, "DeadlinesSet")
    return [event[name] for name in NAMES]


def moved(before: Sequence[int], seconds: int, phase: Phase) -> list[int]:
    """Those that have not passed in `phase`, and are set at all, moved by so many seconds."""
    return [time + seconds if place >= FIRST_OPEN[phase] and time else time for place, time in enumerate(before)]
