"""For what a worker waits, and how long it has waited for each."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from time import monotonic

from folkmoot.worker.actions import Action, Wait

_NUMBER = re.compile(r"\d+")


def reason_of(wait: Wait) -> str:
    """What is waited for, without what differs from round to round: numbers, and all behind a colon."""
    return _NUMBER.sub("N", wait.what.partition(":")[0])


class Waits:
    """Seconds of waiting by what was waited for. One thread adds to it; others may read. `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._total: defaultdict[str, float] = defaultdict(float)
        self._now: tuple[str, float] | None = None  # what is waited for now, and since when

    def see(self, action: Action) -> None:
        """What the worker does or waits for now. Another number or name is no new wait."""
        reason = reason_of(action) if isinstance(action, Wait) else None
        before, now = self._now, self._clock()
        if before and before[0] == reason:
            return
        self._now = (reason, now) if reason else None
        if before:
            self._total[before[0]] += now - before[1]

    def current(self) -> Mapping[str, float]:
        """What is waited for now, if anything, and for how long."""
        now = self._now
        return {now[0]: max(0.0, self._clock() - now[1])} if now else {}

    def total(self) -> Mapping[str, float]:
        """How long was waited for each, the wait that goes on included."""
        found: dict[str, float] = dict(self._total)
        for reason, seconds in self.current().items():
            found[reason] = found.get(reason, 0.0) + seconds
        return found
