"""The chain's time, as its blocks and nodes tell it, and whether it makes blocks.

Nothing is decided by time while a chain stands. One that makes blocks by itself, be they empty, has a time no later
than two of its intervals after the last block, for a quarter of an hour: what looked so may have been made by hand.
Where blocks come only with transactions, time goes on without them.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from statistics import median
from threading import RLock
from typing import NamedTuple

from folkmoot.chain.answers import Block

log = logging.getLogger(__name__)

HALTED = "the chain stands: no new block for %.0f s; nothing is decided by time until one comes"
HALTED_AFTER_S = 10.0  # without a block that was due: one of four validators less costs up to 5 s
_KEPT = 8  # blocks
_EMPTY = 3  # of these, so that blocks come by themselves
_SPAN_S = 2.0  # that they took, at least: not mined at once by hand
_REGULAR = 4  # times the usual gap that the longest is at most, or blocks were made by hand
_THAW_S = 900.0  # without a block until time goes on all the same: the blocks may have been made by hand
_INTERVALS = 2  # that time runs on after the last block; after twice as many a chain stands


class _Arrival(NamedTuple):
    number: int
    at: float
    is_empty: bool


@dataclass(slots=True)
class ChainClock:
    """What time it is on a chain. `clock` gives seconds from any start; the local time of day is not used."""

    clock: Callable[[], float]
    halted_after: float = HALTED_AFTER_S
    _told: tuple[int, int] = (-1, -1)  # the number and the time of the block that told the time last
    _told_at: float = 0.0  # when it was told first
    _latest: int = -1  # the latest block's time
    _arrivals: deque[_Arrival] = field(default_factory=lambda: deque(maxlen=_KEPT))
    _waiting: list[float] = field(default_factory=list)  # since when transactions wait
    _halted: float | None = None  # since when the chain stands
    _lock: RLock = field(default_factory=RLock)

    def see(self, latest: Block, told: tuple[int, int] | None = None) -> None:
        """The latest block as it is now; `told` is the number and the time of the one that a node is making, if any."""
        with self._lock:
            self._see(latest, told or (latest.number, latest.time))
            self._report()

    def _see(self, latest: Block, told: tuple[int, int]) -> None:
        now, seen = self.clock(), self._arrivals
        if seen and latest.number < seen[-1].number:
            if latest.number >= seen[-1].number - _KEPT:
                return  # another node that is behind, or a branch
            seen.clear()  # another chain
        if not seen or latest.number > seen[-1].number:
            seen.append(_Arrival(latest.number, now, latest.is_empty))
        self._latest = latest.time
        if told != self._told:
            self._told, self._told_at = told, now

    @property
    def is_known(self) -> bool:
        """Whether a block was seen."""
        return self._latest >= 0

    def now(self) -> int:
        """Seconds since 1970: the time of the block that would include a transaction sent now. Follows the chain."""
        with self._lock:
            interval = self._interval()
            is_held = interval is not None and self.clock() - self._arrivals[-1].at < _THAW_S
            return min(self.alone(), self._latest + ceil(_INTERVALS * (interval or 0))) if is_held else self.alone()

    def alone(self) -> int:
        """The time by the local clock since the chain was seen last."""
        return max(self._told[1] + int(self.clock() - self._told_at), self._latest)

    @contextmanager
    def awaiting(self) -> Iterator[None]:
        """While a transaction waits for a block, one is due even where blocks do not come by themselves."""
        since = self.clock()
        self._waiting.append(since)
        try:
            yield
        finally:
            self._waiting.remove(since)

    def halted_for(self) -> float:
        """Seconds since the last block of a chain that stands, else 0."""
        with self._lock:
            if not self._arrivals:
                return 0.0
            now, last, interval = self.clock(), self._arrivals[-1].at, self._interval()
        if interval is not None and now - last >= max(self.halted_after, 2 * _INTERVALS * interval):
            return now - last
        waits = self._waiting and now - max(last, self._waiting[0]) >= self.halted_after
        return now - last if waits else 0.0

    def _interval(self) -> float | None:
        """Seconds between two blocks, where they come by themselves."""
        seen = self._arrivals
        if sum(one.is_empty for one in seen) < _EMPTY or seen[-1].at - seen[0].at < _SPAN_S:
            return None
        gaps = [(after.at - before.at) / (after.number - before.number) for before, after in pairwise(seen)]
        usual = median(gaps)
        return usual if max(gaps) <= _REGULAR * usual + 1 else None

    def _report(self) -> None:
        """Say once that the chain stands, and once that it goes on."""
        silence = self.halted_for()
        if silence and self._halted is None:
            self._halted = self._arrivals[-1].at
            log.warning(
                "the chain stands: no new block for %.0f s; nothing is decided by time until one comes", silence
            )
        elif self._halted is not None and self._arrivals[-1].at > self._halted:
            log.info("the chain goes on after %.0f s", self._arrivals[-1].at - self._halted)
            self._halted = None
