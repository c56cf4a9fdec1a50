"""How fast a chain makes blocks, if it makes them by itself.

That shows by empty blocks at a regular pace, once they were seen to come or by the times of past ones. Blocks with
transactions may come for these alone, and whoever sends them chooses their pace: they show none, however even it is.
Once it is known, they confirm it, and what ends it is a gap or a crowd of blocks that does not fit. Some chains make
their empty blocks more slowly than others: the pace is that of the empty ones.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from folkmoot.chain.answers import Block

_RECENT = 8  # blocks that were seen
_EARLIER = 0.02  # of the interval: who sees blocks late sees each next one sooner
_LATEST = 3  # of these, by which it is told when the next is due
_EMPTY = 3  # of these, so that blocks come by themselves
_SPAN_S = 2.0  # that they took, at least: not mined at once by hand
_REGULAR = 4  # times the usual gap that the longest is at most, or blocks were made by hand
_BACK = (256, 128, 64, 32, 16, 8, 4, 2, 1)  # blocks before the newest, by whose times a pace may show
_LONG = 64  # blocks that they span at least
_NEAR = 4  # blocks: between these, one may be late


class Arrival(NamedTuple):
    """A block that was seen to come: when by the local clock, and the time that it has."""

    number: int
    at: float
    is_empty: bool
    time: int


def sampled(head: int) -> list[int]:
    """The numbers of past blocks that are to be looked at beside block `head`, oldest first; none on a short chain."""
    return [head - back for back in _BACK if head > back] if head > _LONG else []


@dataclass(slots=True)
class Pace:
    """The pace of one chain. `interval` is in seconds between two blocks; None where they do not come by themselves."""

    interval: float | None = None
    _seen: deque[Arrival] = field(default_factory=lambda: deque(maxlen=_RECENT))

    @property
    def last(self) -> Arrival | None:
        """The newest block that was seen."""
        return self._seen[-1] if self._seen else None

    @property
    def height(self) -> int:
        """The number of the newest block that was seen; -1 before the first."""
        return self._seen[-1].number if self._seen else -1

    @property
    def due(self) -> float | None:
        """When the next block is due, by the last one that was seen in time; None if they do not come by themselves.

        When blocks are seen depends on when one looks, so the time between them is that which they have themselves.
        """
        if self.interval is None or not self._seen:
            return None
        first, last = self._seen[0], self._seen[-1]
        gap = (last.time - first.time) / max(1, last.number - first.number) or self.interval
        return min(one.at + (last.number + 1 - one.number) * gap for one in [*self._seen][-_LATEST:]) - _EARLIER * gap

    def look_back(self, blocks: Iterable[Block]) -> None:
        """What past blocks show by their times, oldest first."""
        past = [*{block.number: block for block in blocks}.values()]
        if past and past[-1].number - past[0].number >= _LONG:
            self.interval = _by_times(past)

    def add(self, block: Block, at: float) -> None:
        """A new block, seen at `at` seconds of the local clock."""
        self._seen.append(Arrival(block.number, at, block.is_empty, block.time))
        if self.interval is not None and self._breaks(self.interval):
            self.interval = None
        self.interval = (self._by_empty_blocks() if block.is_empty else None) or self.interval

    def _breaks(self, interval: float) -> bool:
        """Whether the newest block came too late, or the last ones twice too fast."""
        gaps = _gaps(self._seen)
        is_crowd = len(self._seen) == _RECENT and _gap(self._seen[0], self._seen[-1]) < interval / 2
        return is_crowd or bool(gaps and gaps[-1] > _REGULAR * interval + 1)

    def _by_empty_blocks(self) -> float | None:
        if sum(one.is_empty for one in self._seen) < _EMPTY or self._seen[-1].at - self._seen[0].at < _SPAN_S:
            return None
        usual = median(_gap(before, after) for before, after in pairwise(self._seen) if after.is_empty)
        return usual if max(_gaps(self._seen)) <= _REGULAR * usual + 1 else None


def _gap(before: Arrival, after: Arrival) -> float:
    return (after.at - before.at) / (after.number - before.number)


def _gaps(seen: Iterable[Arrival]) -> list[float]:
    return [_gap(*pair) for pair in pairwise(seen)]


def _by_times(past: Sequence[Block]) -> float | None:
    """The usual gap, if at least half of the blocks are empty and none came far too late."""
    pairs = [*pairwise(past)]
    gaps = [(after.time - before.time) / (after.number - before.number) for before, after in pairs]
    usual = median(gaps)
    most = [_REGULAR * usual + 1 if after.number - before.number <= _NEAR else 2 * usual for before, after in pairs]
    is_regular = all(gap <= limit for gap, limit in zip(gaps, most, strict=True))
    is_idle = 2 * sum(block.is_empty for block in past) >= len(past)
    return usual or None if is_regular and is_idle else None
