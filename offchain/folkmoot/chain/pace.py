"""How fast a chain makes blocks, if it makes them by itself.

That shows by empty blocks at a regular pace, once they were seen to come or by the times of past ones. Blocks with
transactions may come for these alone. They show a pace only where they keep it better than senders do: for a while, to
the second. Once it is known, they confirm it, and what ends it is a gap or a crowd of blocks that does not fit.
"""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from folkmoot.chain.answers import Block

_RECENT = 8  # blocks that were seen
_EMPTY = 3  # of these, so that blocks come by themselves
_SPAN_S = 2.0  # that they took, at least: not mined at once by hand
_REGULAR = 4  # times the usual gap that the longest is at most, or blocks were made by hand
_STEADY = 32  # blocks with transactions that kept a pace
_DRIFT_S = 1.0  # between their times and when they were seen: where some nodes mine for transactions, times run ahead
_EVEN = 1.25  # times the shortest gap that the longest is at most, among blocks that keep a pace
_BACK = (256, 128, 64, 32, 16, 8, 4, 2, 1)  # blocks before the newest, by whose times a pace may show
_LONG = 64  # blocks that they span at least
_NEAR = 4  # blocks: between these, one may be late


class Arrival(NamedTuple):
    """A block that was seen to come, and when by the local clock."""

    number: int
    at: float
    time: int
    is_empty: bool


def sampled(head: int) -> list[int]:
    """The numbers of past blocks that are to be looked at beside block `head`, oldest first; none on a short chain."""
    return [head - back for back in _BACK if head > back] if head > _LONG else []


@dataclass(slots=True)
class Pace:
    """The pace of one chain. `interval` is in seconds between two blocks; None where they do not come by themselves."""

    interval: float | None = None
    _seen: deque[Arrival] = field(default_factory=lambda: deque(maxlen=_STEADY + 1))

    @property
    def last(self) -> Arrival | None:
        """The newest block that was seen."""
        return self._seen[-1] if self._seen else None

    def look_back(self, blocks: Iterable[Block]) -> None:
        """What past blocks show by their times, oldest first."""
        past = [*{block.number: block for block in blocks}.values()]
        if past and past[-1].number - past[0].number >= _LONG:
            self.interval = _by_times(past)

    def add(self, block: Block, at: float) -> None:
        """A new block, seen at `at` seconds of the local clock."""
        self._seen.append(Arrival(block.number, at, block.time, block.is_empty))
        if self.interval is not None and self._breaks(self.interval):
            self.interval = None
        shown = self._by_empty_blocks() if block.is_empty else None
        self.interval = shown or self._by_steady_blocks() or self.interval

    def _recent(self) -> list[Arrival]:
        return [*self._seen][-_RECENT:]

    def _breaks(self, interval: float) -> bool:
        """Whether the newest block came too late, or the last ones twice too fast."""
        recent = self._recent()
        gaps = _gaps(recent)
        is_crowd = len(recent) == _RECENT and _gap(recent[0], recent[-1]) < interval / 2
        return is_crowd or bool(gaps and gaps[-1] > _REGULAR * interval + 1)

    def _by_empty_blocks(self) -> float | None:
        recent = self._recent()
        if sum(one.is_empty for one in recent) < _EMPTY or recent[-1].at - recent[0].at < _SPAN_S:
            return None
        gaps = _gaps(recent)
        usual = median(gaps)
        return usual if max(gaps) <= _REGULAR * usual + 1 else None

    def _by_steady_blocks(self) -> float | None:
        first, last = self._seen[0], self._seen[-1]
        if len(self._seen) <= _STEADY or abs((last.at - first.at) - (last.time - first.time)) > _DRIFT_S:
            return None
        gaps = [(after.time - before.time) / (after.number - before.number) for before, after in pairwise(self._seen)]
        return median(gaps) if 0 < max(gaps) <= _EVEN * min(gaps) else None


def _gap(before: Arrival, after: Arrival) -> float:
    return (after.at - before.at) / (after.number - before.number)


def _gaps(seen: Sequence[Arrival]) -> list[float]:
    return [_gap(*pair) for pair in pairwise(seen)]


def _by_times(past: Sequence[Block]) -> float | None:
    """Some nodes give times a second apart to what they mine at once for transactions: then empty ones are needed."""
    pairs = [*pairwise(past)]
    gaps = [(after.time - before.time) / (after.number - before.number) for before, after in pairs]
    usual = median(gaps)
    most = [_REGULAR * usual + 1 if after.number - before.number <= _NEAR else 2 * usual for before, after in pairs]
    is_regular = all(gap <= limit for gap, limit in zip(gaps, most, strict=True))
    if is_regular and 2 * sum(block.is_empty for block in past) >= len(past):
        return usual or None
    return usual if min(gaps) > 1 and max(gaps) <= _EVEN * min(gaps) else None
