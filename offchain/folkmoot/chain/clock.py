"""The chain's time, as its blocks and nodes tell it, and whether it makes blocks.

Nothing is decided by time while a chain stands. One that makes empty blocks by itself has a time no later than two of
its intervals after the last block, for a quarter of an hour: what looked so may have been made by hand. Where blocks
come only with transactions, time goes on without them, however even their pace was: else who sends these and stops
would stop the clocks, and a window would be over before anyone has acted in it.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import ceil
from threading import RLock
from typing import NamedTuple

from folkmoot.chain.answers import Block
from folkmoot.chain.pace import Pace

log = logging.getLogger(__name__)

HALTED = "the chain stands: no new block for %.0f s; nothing is decided by time until one comes"
HALTED_AFTER_S = 10.0  # without a block that was due: one of four validators less costs up to 5 s
_BEHIND = 8  # blocks that another node may be behind, or a branch may be shorter
_THAW_S = 900.0  # without a block until time goes on all the same: the blocks may have been made by hand
_QUICK_S = 0.5  # between two blocks of a chain that is not followed block by block
_ESTIMATES_S = 12  # after the latest block, in whose time Besu estimates
_INTERVALS = 2  # that time runs on after the last block; after twice as many a chain stands


class Sighting(NamedTuple):
    """The newest block that a node told, when by the clock, and for how many seconds the chain had stood then."""

    block: Block
    at: float
    stood: float


@dataclass(slots=True)
class ChainClock:
    """What time it is on a chain. `clock` gives seconds from any start; the local time of day is not used."""

    clock: Callable[[], float]
    halted_after: float = HALTED_AFTER_S
    sighting: Sighting | None = None  # the last one: other threads may read it
    _told: tuple[int, int] = (-1, -1)  # the number and the time of the block that told the time last
    _told_at: float = 0.0  # when it was told first
    _latest: int = -1  # the latest block's time
    _pace: Pace = field(default_factory=Pace)
    _left: Pace | None = None  # of the chain as it was known, while a node tells one that is far shorter
    _waiting: list[float] = field(default_factory=list)  # since when transactions wait
    _halted: float | None = None  # since when the chain stands
    _lock: RLock = field(default_factory=RLock)

    def see(self, latest: Block, told: tuple[int, int] | None = None) -> None:
        """The latest block as it is now; `told` is the number and the time of the one that a node is making, if any."""
        with self._lock:
            # What a node told before of the block after this one still holds where it tells nothing now.
            known = self._told if self._told[0] == latest.number + 1 else (latest.number, latest.time)
            self._see(latest, told or known)
            self._report()
            self.sighting = Sighting(latest, self.clock(), self.halted_for())

    def _see(self, latest: Block, told: tuple[int, int]) -> None:
        now = self.clock()
        if self._left and latest.number + _BEHIND >= self._left.height:
            self._pace, self._left = self._left, None  # it was a node far behind
        if latest.number + _BEHIND < self._pace.height:
            self._pace, self._left = Pace(), self._left or self._pace  # such a node, or another chain
        if latest.number < self._pace.height:
            return  # another node that is behind, or a branch
        if latest.number > self._pace.height:
            self._pace.add(latest, now)
        self._latest = latest.time
        if told != self._told:
            self._told, self._told_at = told, now

    def look_back(self, blocks: Iterable[Block]) -> None:
        """What was before the first block that is seen, oldest first: a chain's pace may show at once."""
        with self._lock:
            self._pace.look_back(blocks)

    @property
    def is_known(self) -> bool:
        """Whether a block was seen."""
        return self._latest >= 0

    def now(self) -> int:
        """Seconds since 1970: the time of the block that would include a transaction sent now. Follows the chain."""
        with self._lock:
            interval, last = self._pace.interval, self._pace.last
            if interval is None or last is None or self.clock() - last.at >= _THAW_S:
                return self.alone()
            running = self.alone()
            if last.number <= self._told[0] <= last.number + 1:  # the next one has its time before it is there
                running = max(self._told[1], self._latest + int(self.clock() - last.at))
            return min(running, self._latest + ceil(_INTERVALS * interval))

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

    @property
    def interval(self) -> float | None:
        """Seconds between two blocks, where they are known to come by themselves."""
        return self._pace.interval

    def until_look(self, usual: float, longest: float) -> float:
        """Seconds until a look for the next block is worth it, at most `longest`.

        They are the `usual` ones where blocks do not come by themselves.
        """
        with self._lock:
            interval, due = self._pace.interval, self._pace.due
        if interval is None or due is None or interval < _QUICK_S:
            return min(usual, longest)
        late = self.clock() - due
        return min(-late if late < 0 else max(interval, 2 * late) / 4, longest)

    @property
    def is_early(self) -> bool:
        """Whether no block is due since the last one, where they come by themselves."""
        with self._lock:
            due = self._pace.due
        return due is not None and self.clock() < due

    @property
    def is_ahead(self) -> bool:
        """Whether it is later than in any block in whose time a node may estimate: the next one's will be later."""
        with self._lock:
            return self.now() > self._told[1] + max(_ESTIMATES_S, self._pace.interval or 0)

    @property
    def is_calm(self) -> bool:
        """Whether blocks come by themselves, as they did before."""
        with self._lock:
            interval, last = self._pace.interval, self._pace.last
        return interval is not None and last is not None and self.clock() - last.at < 2 * _INTERVALS * interval

    def halted_for(self) -> float:
        """Seconds since the last block of a chain that stands, else 0."""
        with self._lock:
            now, last, interval, waiting = self.clock(), self._pace.last, self._pace.interval, self._waiting[:1]
        if last is None or (interval is None and not waiting):
            return 0.0
        since = last.at if interval is not None else max(last.at, *waiting)
        is_late = now - since >= max(self.halted_after, 2 * _INTERVALS * (interval or 0))
        return now - last.at if is_late else 0.0

    def _report(self) -> None:
        """Say once that the chain stands, and once that it goes on."""
        silence, last = self.halted_for(), self._pace.last
        if silence and self._halted is None and last:
            self._halted = last.at
            log.warning(HALTED, silence)
        elif self._halted is not None and last and last.at > self._halted and not self._left:
            log.info("the chain goes on after %.0f s", last.at - self._halted)
            self._halted = None
