"""The bounds of a task's parameters, so that a proposer is told of them before the contract refuses.

Source: `contracts/libraries/ParameterBounds.sol`.
"""

from collections.abc import Iterator
from typing import NamedTuple

from folkmoot.chain.phases import MIN_COMMITTEE
from folkmoot.chain.structs import FULL_PARTICIPATION, Parameters
from folkmoot.errors import ConfigError

MAX_ENROLLED = 1_000
MAX_SEATS = 400
MAX_UPDATES = 750
MAX_ROUNDS = 50_000
MAX_SUSPENSION = 10_000
MAX_BLOCKS = 100
MAX_WINDOW = 365 * 86_400  # seconds
MAX_SHARE = 9_000  # basis points, where trainers are sampled
MAX_COUNT = 255

_WINDOWS = ("enrolling", "training", "committing", "revealing", "aggregating")


class Bound(NamedTuple):
    """A parameter's name, its smallest and largest value, and which other parameters set these."""

    name: str
    smallest: int
    largest: int
    because: str = ""


def check_bounds(parameters: Parameters, least_blocks: int = 0) -> None:
    """Raise `ConfigError` for the first parameter out of bounds, with its value and what is allowed."""
    for name, smallest, largest, because in bounds(parameters, least_blocks):
        value = getattr(parameters, name)
        if not smallest <= value <= largest:
            raise ConfigError(f"{name} cannot be {value}", f"at least {smallest}, at most {largest}{because}")


def bounds(p: Parameters, least_blocks: int = 0) -> Iterator[Bound]:
    """All bounds, in the contract's order; the federation has a `min_blocks` of its own, the least of its tasks'."""
    yield Bound("total_rounds", 1, MAX_ROUNDS)
    yield Bound("max_enrolled", MIN_COMMITTEE, MAX_ENROLLED)
    yield Bound("max_updates", 1, p.max_enrolled, ", which is max_enrolled")
    yield Bound("max_updates", 1, MAX_UPDATES)
    yield Bound("updates_per_round", 1, p.max_updates, ", which is max_updates")
    yield Bound("min_updates", 1, p.updates_per_round, ", which is updates_per_round")
    yield Bound("committee", MIN_COMMITTEE, MAX_SEATS)
    if p.aggregators:
        yield Bound(
            "aggregators", MIN_COMMITTEE, MAX_SEATS - p.committee, f", which is {MAX_SEATS} less the committee; or 0"
        )
    if not p.redraw:
        yield Bound("committee", MIN_COMMITTEE, p.updates_per_round, ", which is updates_per_round; or set redraw")
    least = least_enrolled(p, p.committee + p.aggregators)
    yield Bound("max_enrolled", least, MAX_ENROLLED, ": every seat and min_updates trainers must find a place")
    least = least_enrolled(p, MIN_COMMITTEE)
    yield Bound("min_enrolled", least, p.max_enrolled, f": {MIN_COMMITTEE} seats, min_updates trainers, max_enrolled")
    if p.active_share != FULL_PARTICIPATION:
        yield Bound("active_share", 1, MAX_SHARE, f"; or {FULL_PARTICIPATION}: all")
    yield from (Bound(f"{phase}_window", 1, MAX_WINDOW) for phase in _WINDOWS)
    yield Bound("max_pause", 1, MAX_WINDOW)
    yield Bound("min_blocks", least_blocks, MAX_BLOCKS, "; the federation sets the least")
    yield Bound("suspension_rounds", 1, MAX_SUSPENSION)
    yield Bound("max_attempts", 1, MAX_COUNT)
    yield Bound("max_empty_rounds", 2, MAX_COUNT)
    fewer = ", below max_empty_rounds: who does harm is suspended before the task ends"
    yield Bound("max_strikes", 1, p.max_empty_rounds - 1, fewer)
    yield Bound("max_terms", 1, MAX_COUNT)


def least_active(p: Parameters, named: int) -> int:
    """The participants without whom a task whose managers `named` so many seats cannot start."""
    return least_enrolled(p, max(named, MIN_COMMITTEE))


def least_enrolled(p: Parameters, seats: int) -> int:
    """The participants without whom so many seats and `min_updates` trainers cannot be found."""
    return max(seats, p.min_updates) if p.seats_train else seats + p.min_updates
