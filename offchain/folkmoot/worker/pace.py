"""How often a worker looks, and what it does not try again at once.

Where blocks come by themselves, it looks when the next one is due.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from time import monotonic

QUICK_S = 0.1  # after the task changed
GROWTH = 1.5  # of the pause at each look without a change
AGAIN_S = 10.0  # without a new block until what was refused is tried again


@dataclass(slots=True)
class Pace:
    """Quick while something happens, else one look in `longest` seconds, unless `adjust` knows better.

    It gets the usual pause and the longest, in seconds.
    """

    longest: float
    adjust: Callable[[float, float], float] = min
    _pause: float = 0.0
    _seen: Hashable = None

    def pause(self, seen: Hashable) -> float:
        """Seconds until the next look, after one that showed this of the task."""
        is_new, self._seen = seen != self._seen, seen
        self._pause = min(self.longest, QUICK_S if is_new else self._pause * GROWTH)
        return self.adjust(self._pause, self.longest)


@dataclass(slots=True)
class Refusals:
    """What the chain had no use for, which it may have after its next block: nodes tell time in various ways."""

    clock: Callable[[], float] = monotonic
    _refused: tuple[Hashable, int] | None = None  # an action, in the time of a block
    _since: float = 0.0

    def add(self, action: Hashable, block: int) -> None:
        """An action was of no use in the time of this block."""
        self._refused, self._since = (action, block), self.clock()

    def hold(self, action: Hashable, block: int) -> bool:
        """Whether to wait with this action."""
        return self._refused == (action, block) and self.clock() - self._since < AGAIN_S
